/** Actions on acts themselves: taking one back, holding work, and whether this console acts at all. */
import { workOfLane } from '../state/item.ts'
import { pauseKey } from '../state/pause.ts'
import { screenOf } from '../state/ui/ui.ts'
import type { AnySeen } from '../state/world.ts'
import { type Action, always, type Context, type UndoOf } from './action.ts'
import { pullOf } from './pull-actions.ts'

const BOTH = ['home', 'detail'] as const

/** What is open, or under the cursor. */
function thing({ world, ui, row }: Context): AnySeen | null {
  const shown = screenOf(ui)
  if (shown.kind !== 'detail') return row()?.seen ?? null
  const { kind, id } = shown.subject
  if (kind === 'lanes') return world.lane.get(id) ?? null
  if (kind === 'queue') return world.pr.get(id) ?? null
  if (kind === 'line') return world.line.get(id) ?? null
  return kind === 'pause' ? (world.pause.get(id) ?? null) : null
}

/** The entry of the journal that is open, or under the cursor. */
function entryOf({ ui, row }: Context) {
  const shown = screenOf(ui)
  const subject = shown.kind === 'detail' ? shown.subject : null
  const id = subject ? (subject.kind === 'journal' ? subject.id : null) : (row()?.id ?? null)
  if (subject === null && ui.focus !== 'journal') return null
  return ui.journal.entries?.find(({ seq }) => String(seq) === id) ?? null
}

function undoable(context: Context): UndoOf | null {
  const entry = entryOf(context)
  if (entry) return { kind: 'entry', seq: entry.seq }
  const pull = pullOf(context)
  if (pull !== null) return { kind: 'subject', subject: pull }
  const seen = thing(context)
  return seen?.kind === 'lane' ? { kind: 'subject', subject: seen.value.name } : null
}

/** What can be held of what is under the cursor, the narrowest first; all dispatch at last. */
function targetsOf(context: Context) {
  const seen = thing(context)
  const all = { kind: 'dispatch' as const, name: '' }
  if (seen?.kind === 'pause') return [seen.value.target]
  if (seen?.kind === 'pr' || seen?.kind === 'line') {
    return [{ kind: 'queue' as const, name: seen.value.repo }, all]
  }
  if (seen?.kind !== 'lane') return [all]
  const { name, engine, model } = seen.value
  const goal = workOfLane(name)?.goal ?? null
  return [
    { kind: 'lane' as const, name },
    ...(goal === null ? [] : [{ kind: 'goal' as const, name: goal }]),
    { kind: 'account' as const, name: engine },
    ...(model === null ? [] : [{ kind: 'model' as const, name: model }]),
    all,
  ]
}

const NOT_UNDONE =
  'Stand on a lane, a pull request, a pause, or an act in the journal to take it back.'

export const ACT_ACTIONS: readonly Action[] = [
  {
    id: 'act.undo',
    title: 'Take back what was done last to the lane, the pause, or by the journal entry',
    group: 'Act',
    modes: BOTH,
    danger: false,
    when: context => {
      const entry = entryOf(context)
      if (entry && entry.kind !== 'outcome' && entry.kind !== 'intent') {
        return 'That entry tells of no act that could be taken back.'
      }
      const isThere = undoable(context) !== null || thing(context)?.kind === 'pause'
      return isThere || NOT_UNDONE
    },
    effect: context => {
      const seen = entryOf(context) ? null : thing(context)
      if (seen?.kind === 'pause') {
        return { to: 'hub', request: 'unpause', target: seen.value.target }
      }
      const of = undoable(context)
      return of && { to: 'hub', request: 'undo', of }
    },
  },
  {
    id: 'act.pause',
    title:
      'Hold a lane, its goal, account or model, a line of the dock, or all dispatch; or let it go on',
    group: 'Act',
    modes: BOTH,
    hint: 'hold',
    danger: false,
    when: always,
    effect: context => ({
      to: 'screen',
      action: { type: 'ask-pause', targets: targetsOf(context) },
    }),
  },
  {
    id: 'pause.choose',
    title: 'Hold it for that reason, or let it go on',
    group: 'Act',
    modes: ['pause'],
    hint: 'so',
    danger: false,
    when: ({ world, ui }) => {
      const asked = screenOf(ui)
      if (asked.kind !== 'pause') return true
      const target = asked.targets[asked.index]
      const isPaused = target !== undefined && world.pause.has(pauseKey(target))
      return isPaused || asked.query.trim() !== '' || 'Type why first: whoever meets it will ask.'
    },
    effect: ({ world, ui }) => {
      const asked = screenOf(ui)
      const target = asked.kind === 'pause' ? asked.targets[asked.index] : undefined
      if (asked.kind !== 'pause' || target === undefined) return null
      return world.pause.has(pauseKey(target))
        ? { to: 'hub', request: 'unpause', target }
        : { to: 'hub', request: 'pause', target, reason: asked.query.trim() }
    },
  },
  {
    id: 'console.access',
    title: 'Act where this was read-only; again, and it only looks',
    group: 'Console',
    modes: BOTH,
    danger: false,
    when: always,
    effect: ({ refusal }) => ({
      to: 'hub',
      request: 'access',
      mode: refusal === null ? 'read-only' : 'read-write',
    }),
  },
]

/** What changes something is refused where this console only looks. */
export const guarded = (action: Action): Action =>
  action.group === 'Act'
    ? {
        ...action,
        when: context =>
          context.refusal === null ? action.when(context) : `Refused: ${context.refusal}.`,
      }
    : action
