/** What is left over on the host is taken away: lock files, boxes, worktrees of lanes that ended. */
import { subjectOf } from '../state/select/detail.ts'
import { screenOf } from '../state/ui/ui.ts'
import type { AnySeen } from '../state/world.ts'
import type { Action, Context, LeftoverOf } from './action.ts'

function thing({ world, ui, row }: Context): AnySeen | null {
  const shown = screenOf(ui)
  if (shown.kind !== 'detail') return row()?.seen ?? null
  const { subject } = shown
  const isElsewhere = subject.kind === 'journal' || subject.kind === 'host'
  return isElsewhere ? null : (subjectOf(world, subject, 0) ?? null)
}

function leftoverOf(context: Context): LeftoverOf | null {
  const seen = thing(context)
  if (seen?.kind === 'lock') return { kind: 'lock', key: seen.key, file: seen.value.file }
  if (seen?.kind === 'box') {
    return seen.value.leftover === null ? null : { kind: 'box', key: seen.key, file: null }
  }
  if (seen?.kind !== 'lane' || seen.value.status !== 'ended') return null
  return { kind: 'lane', key: seen.value.name }
}

const NONE = 'Stand on a stale lock, a box that is left over, or a lane that ended.'

export const LEFTOVER_ACTIONS: readonly Action[] = [
  {
    id: 'leftover.remove',
    title:
      'Remove the stale lock, the box that is left over, or what an ended lane made; asks first',
    group: 'Act',
    modes: ['home', 'detail'],
    hint: context => (leftoverOf(context) === null ? null : 'remove'),
    danger: true,
    when: context => leftoverOf(context) !== null || NONE,
    effect: context => {
      const of = leftoverOf(context)
      return of && { to: 'leftover', of }
    },
  },
]
