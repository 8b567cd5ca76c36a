/**
 * Every action, once. Keys, help, palette, hints and the documentation are made from this list.
 * What an action needs to know is its context; what it does is data that the console carries out.
 */
import { linkOf } from '../state/reduce.ts'
import { answersOf, openDecisions } from '../state/select/status.ts'
import { screenOf } from '../state/ui/ui.ts'
import { ACT_ACTIONS, guarded } from './act-actions.ts'
import {
  type Action,
  always,
  type Context,
  looking,
  MODES,
  notBuilt,
  screen,
  terminal,
} from './action.ts'
import { DISPATCH_ACTIONS } from './dispatch-actions.ts'
import { inLog, LANE_ACTIONS, SECTION_ACTIONS } from './lane-actions.ts'
import { LEFTOVER_ACTIONS } from './leftover-actions.ts'
import { askPull, PULL_ACTIONS, pullOf } from './pull-actions.ts'

const SCROLLS = ['home', 'detail', 'help', 'plan', 'confirm'] as const
const LISTS = [...SCROLLS, 'palette', 'prompt', 'answer', 'pause', 'launch'] as const
const HOME = ['home'] as const
const DETAIL = ['detail'] as const
/** Where keys are text, so that `q` cannot leave. */
const FORMS = ['launch', 'palette', 'pause'] as const

const onRow = ({ row }: Context): true | string =>
  row() ? true : 'There is no row under the cursor.'

/** The decision whose detail is open, else the oldest that waits. */
const waiting = ({ world, ui }: Context) => {
  const shown = screenOf(ui)
  return shown.kind === 'detail' && shown.subject.kind === 'decision'
    ? world.decision.get(shown.subject.id)
    : openDecisions(world)[0]
}

const move = looking.bind(null, 'Move')
const look = looking.bind(null, 'Look')
const console = looking.bind(null, 'Console')

const LIST: readonly Action[] = [
  move('move.down', 'Next line', LISTS, screen({ type: 'move', steps: 1 })),
  move('move.up', 'Line above', LISTS, screen({ type: 'move', steps: -1 })),
  move('move.half-down', 'Half a page down', SCROLLS, screen({ type: 'move', steps: 'half-down' })),
  move('move.half-up', 'Half a page up', SCROLLS, screen({ type: 'move', steps: 'half-up' })),
  move('move.page-down', 'A page down', SCROLLS, screen({ type: 'move', steps: 'page-down' })),
  move('move.page-up', 'A page up', SCROLLS, screen({ type: 'move', steps: 'page-up' })),
  move('move.first', 'To the first', SCROLLS, screen({ type: 'move', steps: 'first' })),
  move(
    'move.last',
    'To the last; log and journal follow',
    SCROLLS,
    screen({ type: 'move', steps: 'last' }),
  ),
  move('pane.lanes', 'Lanes', HOME, screen({ type: 'focus', pane: 'lanes' })),
  move('pane.queue', 'Dock', HOME, screen({ type: 'focus', pane: 'queue' })),
  move('pane.heals', 'Heals', HOME, screen({ type: 'focus', pane: 'heals' })),
  move('pane.pkm', 'PKM', HOME, screen({ type: 'focus', pane: 'pkm' })),
  move('pane.host', 'Host', HOME, screen({ type: 'focus', pane: 'host' })),
  move('pane.journal', 'Journal', HOME, screen({ type: 'focus', pane: 'journal' })),
  move('pane.boxes', 'Boxes', HOME, screen({ type: 'focus', pane: 'boxes' })),
  move('pane.next', 'Next pane', HOME, screen({ type: 'focus-by', by: 1 })),
  move('pane.previous', 'Previous pane', HOME, screen({ type: 'focus-by', by: -1 })),
  look(
    'row.open',
    'Open the row',
    HOME,
    ({ ui, row }) => {
      const at = row()
      if (!at) return null
      const seen = at.seen?.kind
      const isOwn = seen === 'breach' || seen === 'pause' || seen === 'line'
      const kind = isOwn ? seen : ui.focus
      return { to: 'screen', action: { type: 'open', subject: { kind, id: at.id } } }
    },
    { hint: 'open', when: onRow },
  ),
  look(
    'decision.open',
    'Open the oldest decision that waits for you',
    HOME,
    ({ world }) => {
      const [first] = openDecisions(world)
      return first
        ? { to: 'screen', action: { type: 'open', subject: { kind: 'decision', id: first.key } } }
        : null
    },
    { when: ({ world }) => openDecisions(world).length > 0 || 'No decision waits for you.' },
  ),
  look(
    'screen.back',
    'Back; on the home screen drop filter, marks, pane, zoom',
    ['home', 'detail', 'help', 'plan', 'trust', 'answer', 'confirm'],
    screen({ type: 'back' }),
  ),
  look('screen.close', 'Close this screen', ['detail', 'help', 'plan'], screen({ type: 'back' }), {
    hint: 'back',
  }),
  look('pane.zoom', 'One pane over the whole screen, and back', HOME, screen({ type: 'zoom' }), {
    hint: 'zoom',
  }),
  look('pane.sort', 'Sort by attention, name or age', HOME, screen({ type: 'sort' }), {
    hint: 'sort',
    when: ({ ui }) => ui.focus !== 'journal' || 'The journal stands in the order of its writing.',
  }),
  look('pane.filter', 'Filter the pane', HOME, screen({ type: 'prompt', kind: 'filter' }), {
    hint: 'filter',
  }),
  look(
    'detail.facts',
    'All facts over the whole screen, and back',
    DETAIL,
    screen({ type: 'whole' }),
    {
      hint: 'facts',
      when: inLog,
    },
  ),
  ...SECTION_ACTIONS,
  look(
    'log.search',
    'Search the log, or the part that is shown',
    DETAIL,
    screen({ type: 'prompt', kind: 'search' }),
    {
      hint: 'search',
      when: inLog,
    },
  ),
  look('log.next', 'Next match', DETAIL, screen({ type: 'find', by: 1 }), { when: inLog }),
  look('log.previous', 'Previous match', DETAIL, screen({ type: 'find', by: -1 }), { when: inLog }),
  look('log.right', 'Show more to the right', DETAIL, screen({ type: 'shift', by: 20 }), {
    when: inLog,
  }),
  look('log.left', 'Show more to the left', DETAIL, screen({ type: 'shift', by: -20 }), {
    when: inLog,
  }),
  look(
    'row.mark',
    'Mark the row, or take the mark off',
    HOME,
    ({ row }) => {
      const id = row()?.id
      return id === undefined ? null : { to: 'screen', action: { type: 'mark', id } }
    },
    { when: onRow },
  ),
  ...DISPATCH_ACTIONS,
  notBuilt('job.heal', 'Heal what is broken', 'Healing', 'heal'),
  {
    id: 'decision.answer',
    title: 'Approve or merge the pull request; or answer the decision that waits',
    group: 'Act',
    modes: ['home', 'detail'],
    hint: context => (pullOf(context) === null ? 'answer' : 'approve'),
    danger: true,
    when: context =>
      pullOf(context) !== null ||
      waiting(context) !== undefined ||
      'Stand on a pull request to approve it. No decision waits for your answer.',
    effect: context => {
      const pull = pullOf(context)
      if (pull !== null) return askPull('approve', pull)
      const decision = waiting(context)
      return decision
        ? { to: 'screen', action: { type: 'ask-answer', decision: decision.key } }
        : null
    },
  },
  {
    id: 'answer.choose',
    title: 'Answer so',
    group: 'Act',
    modes: ['answer'],
    hint: 'answer so',
    danger: true,
    when: always,
    effect: ({ world, ui }) => {
      const asked = screenOf(ui)
      if (asked.kind !== 'answer') return null
      const answer = answersOf(world, asked.decision)[asked.index]
      if (answer === undefined || answer === null) return screen({ type: 'back' })()
      return { to: 'hub', request: 'answer', decision: Number(asked.decision), answer }
    },
  },
  look('answer.no', 'Do not answer now', ['answer'], screen({ type: 'back' }), { hint: 'cancel' }),
  ...PULL_ACTIONS,
  ...LANE_ACTIONS,
  ...LEFTOVER_ACTIONS,
  ...ACT_ACTIONS,
  notBuilt('pkm.sync', 'Sync transcripts', 'Syncing', 'sync'),
  {
    id: 'key.trust',
    title: 'Look at the unknown host key, to trust it or not',
    group: 'Act',
    modes: HOME,
    danger: false,
    when: ({ world }) => (linkOf(world)?.unknownKey ? true : 'No host key waits to be trusted.'),
    effect: ({ world }) => {
      const key = linkOf(world)?.unknownKey
      if (!key) return null
      const { type: keyType, fingerprint } = key
      return { to: 'screen', action: { type: 'ask-trust', keyType, fingerprint } }
    },
  },
  {
    id: 'trust.yes',
    title: 'Trust this key from now on',
    group: 'Act',
    modes: ['trust'],
    hint: 'trust it',
    danger: true,
    when: always,
    effect: ({ ui }) => {
      const asked = screenOf(ui)
      return asked.kind === 'trust'
        ? { to: 'hub', request: 'trust-key', fingerprint: asked.fingerprint }
        : null
    },
  },
  {
    id: 'confirm.yes',
    title: 'Do what is asked',
    group: 'Act',
    modes: ['confirm'],
    hint: 'do it',
    danger: true,
    when: ({ ui }) => {
      const asked = screenOf(ui)
      const request = asked.kind === 'confirm' ? asked.confirm.request : null
      const isMute = request?.act === 'pull.reject' && request.reason.trim() === ''
      return isMute ? 'Type why first, with r: whoever wrote it will ask.' : true
    },
    effect: ({ ui }) => {
      const asked = screenOf(ui)
      return asked.kind === 'confirm'
        ? { to: 'hub', request: 'confirmed', confirmed: asked.confirm.request }
        : null
    },
  },
  look('confirm.no', 'Do not do it', ['confirm'], screen({ type: 'back' }), { hint: 'cancel' }),
  look('trust.no', 'Do not trust it', ['trust'], screen({ type: 'back' }), { hint: 'cancel' }),
  console(
    'console.palette',
    'Every command by name',
    ['home', 'detail', 'plan'],
    screen({ type: 'palette' }),
    {
      hint: 'command',
    },
  ),
  console('console.help', 'Every key', ['home', 'detail', 'plan'], screen({ type: 'help' }), {
    hint: 'keys',
  }),
  console('console.redraw', 'Draw the screen anew', SCROLLS, terminal('redraw')),
  console('console.suspend', 'To the shell; fg comes back', MODES, terminal('suspend')),
  console('console.quit', 'Leave; the hub stays for a while', HOME, terminal('quit'), {
    hint: 'quit',
  }),
  console('console.leave', 'Leave from anywhere', MODES, terminal('quit')),
  console('palette.run', 'Do it', ['palette'], () => ({ to: 'choice' }), { hint: 'do it' }),
  look('form.leave', 'Leave it undone', FORMS, screen({ type: 'back' }), { hint: 'cancel' }),
  console('prompt.accept', 'Keep what is typed', ['prompt'], screen({ type: 'accept' }), {
    hint: 'keep',
  }),
  console('prompt.cancel', 'Drop what is typed', ['prompt'], screen({ type: 'cancel' }), {
    hint: 'drop',
  }),
]

export const ACTIONS: readonly Action[] = LIST.map(guarded)

const byId = new Map(ACTIONS.map(action => [action.id, action]))

export const actionOf = (id: string): Action | undefined => byId.get(id)
