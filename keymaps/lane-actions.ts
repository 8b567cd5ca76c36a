/** Actions on one lane: the parts of its detail, and what is done with it. */
import { openPage } from '../state/ui/open-page.ts'
import { SECTION_TITLES, SECTIONS, SECTIONS_OF, type Section } from '../state/ui/section.ts'
import { screenOf } from '../state/ui/ui.ts'
import { type Action, type Context, type LaneRequest, looking, screen } from './action.ts'

const DETAIL = ['detail'] as const

const look = looking.bind(null, 'Look')

export const inLog = ({ ui }: Context): true | string =>
  openPage(ui) !== null || 'Only a lane and a pull request have parts.'

const hasSection =
  (section: Section) =>
  ({ ui }: Context): true | string => {
    const open = openPage(ui)
    const has = open !== null && SECTIONS_OF[open.of].includes(section)
    return has || `There is no ${SECTION_TITLES[section].toLowerCase()} of this.`
  }

export const SECTION_ACTIONS: readonly Action[] = [
  ...SECTIONS.map(section =>
    look(
      `section.${section}`,
      `${SECTION_TITLES[section]} of the lane${SECTIONS_OF.queue.includes(section) ? ', or of the pull request' : ''}`,
      DETAIL,
      screen({ type: 'section', section }),
      { when: hasSection(section) },
    ),
  ),
  look('section.next', 'Next part of the lane', DETAIL, screen({ type: 'section-by', by: 1 }), {
    hint: 'parts',
    when: inLog,
  }),
  look('section.previous', 'Part before it', DETAIL, screen({ type: 'section-by', by: -1 }), {
    when: inLog,
  }),
]

/** Key of the lane that is open, or under the cursor; null when there is none. */
function laneOf({ ui, row }: Context): string | null {
  const shown = screenOf(ui)
  if (shown.kind === 'detail') return shown.subject.kind === 'lanes' ? shown.subject.id : null
  const at = row()
  return at?.seen?.kind === 'lane' ? at.id : null
}

/** Something about one lane that goes on outside the screen. */
const onLane = (
  id: string,
  title: string,
  request: LaneRequest,
  more: Partial<Pick<Action, 'hint' | 'modes' | 'group' | 'danger'>> = {},
): Action => ({
  id,
  title,
  group: 'Act',
  modes: ['home', 'detail'],
  danger: true,
  when: context => laneOf(context) !== null || 'There is no lane under the cursor.',
  effect: context => {
    const lane = laneOf(context)
    return lane === null ? null : { to: 'lane', request, lane }
  },
  ...more,
})

export const LANE_ACTIONS: readonly Action[] = [
  onLane('lane.page', 'What is shown of the lane in the pager', 'page', {
    group: 'Look',
    modes: DETAIL,
    danger: false,
  }),
  onLane('lane.attach', 'A live terminal where the lane works; Ctrl-] comes back', 'attach', {
    hint: context => (laneOf(context) === null ? null : 'terminal'),
  }),
  onLane(
    'lane.write',
    "Write the lane's next brief in the editor; asks before it is sent",
    'write',
  ),
  onLane('lane.stop', 'Stop the lane; asks first', 'stop'),
  onLane('lane.resume', 'Let the lane go on in its thread; asks first', 'resume'),
  onLane('lane.check', 'Run the checks of its brief; asks first', 'check'),
]
