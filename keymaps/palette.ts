/** The palette: every action that can be asked for by name, best match first. */
import { go } from 'fuzzysort'
import type { Action, Context, Mode } from './action.ts'
import { ACTIONS } from './actions.ts'

export interface Choice {
  readonly action: Action
  /** Why not now; null when it can be done. */
  readonly reason: string | null
}

/** Actions that only make sense as a key: moving about, and the palette itself. */
const listed = (action: Action, mode: Mode): boolean =>
  action.modes.includes(mode) && action.id !== 'console.palette' && !action.id.startsWith('move.')

/** Choices for a query, for the screen of `mode` below the palette. */
export function choices(query: string, mode: Mode, context: Context): readonly Choice[] {
  const actions = ACTIONS.filter(action => listed(action, mode))
  const found =
    query.trim() === ''
      ? actions
      : go(query, actions, { keys: ['title', 'id'] }).map(({ obj }) => obj)
  return found.map(action => {
    const may = action.when(context)
    return { action, reason: may === true ? null : may }
  })
}
