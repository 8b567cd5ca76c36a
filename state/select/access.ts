/** Whether this console may act, as its hint line says it. */
import { readOnlyReason } from '../access.ts'
import type { ConsoleState } from '../store.ts'
import type { World } from '../world.ts'
import type { Figure } from './figure.ts'

type Part = Pick<ConsoleState, 'world' | 'isReadOnly'>

const profileMode = (world: World) => world.access.values().next().value?.value.mode ?? null

/** Why nothing may be done from here; null when it may. */
export const refusalOf = ({ world, isReadOnly }: Part): string | null =>
  readOnlyReason({
    isClientReadOnly: isReadOnly === true,
    isProfileReadOnly: profileMode(world) === 'read-only',
  })

/** Null where nobody ever said that this is to be looked at only. */
export function accessFigure(state: Part): Figure | null {
  if (refusalOf(state) !== null) return { text: 'read-only', tone: 'accent' }
  const wasHeld = state.isReadOnly !== null || profileMode(state.world) !== null
  return wasHeld ? { text: 'read-write', tone: 'wait' } : null
}
