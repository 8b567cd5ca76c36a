/** Actions on one lane: the parts of its detail, and what is done with it. */
import { SECTION_TITLES, SECTIONS } from '../state/ui/section.ts'
import { screenOf } from '../state/ui/ui.ts'
import { type Action, type Context, type LaneRequest, looking, screen } from './action.ts'

const DETAIL = ['detail'] as const

const look = looking.bind(null, 'Look')

export const inLog = ({ ui }: Context): true | string =>
  ui.log.lane !== null ? true : 'Only a lane has a log.'

export const SECTION_ACTIONS: readonly Action[] = [
  ...SECTIONS.map(section =>
    look(
      `section.${section}`,
      `${SECTION_TITLES[section]} of the lane`,
      DETAIL,
      screen({ type: 'section', section }),
      { when: inLog },
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
  onLane('lane.attach', 'A live terminal where the lane works; Ctrl-] comes back', 'attach'),
  onLane(
    'lane.write',
    "Write the lane's next brief in the editor; asks before it is sent",
    'write',
  ),
  onLane('lane.stop', 'Stop the lane; asks first', 'stop'),
  onLane('lane.resume', 'Let the lane go on in its thread; asks first', 'resume'),
  onLane('lane.check', 'Run the checks of its brief; asks first', 'check'),
]
