/** The console's store: the world as seen, and what the operator does with it. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Fact, Instant } from './facts.ts'
import type { Size } from './layout.ts'
import type { PaneId } from './panes.ts'
import { EMPTY_WORLD, reduce } from './reduce.ts'
import type { Extent, UiAction } from './ui/action.ts'
import { uiReduce } from './ui/reduce.ts'
import { initialUi, type Ui } from './ui/ui.ts'
import type { World } from './world.ts'

export interface ConsoleState {
  readonly profile: string
  readonly world: World
  readonly ui: Ui
  readonly size: Size
  /** The instant that ages are counted to: it moves with facts and by the minute. */
  readonly now: Instant
  /** When this console lost its hub; null while it has one. */
  readonly hubLost: Instant | null
  /** This console only looks; null when it never said so. */
  readonly isReadOnly: boolean | null
}

export type ConsoleStore = StoreApi<ConsoleState>

export const createConsoleStore = (start: {
  profile: string
  only: PaneId | null
  size: Size
  now: Instant
  isReadOnly?: boolean
}): ConsoleStore =>
  createStore<ConsoleState>(() => ({
    profile: start.profile,
    world: EMPTY_WORLD,
    ui: initialUi(start.only),
    size: start.size,
    now: start.now,
    hubLost: null,
    isReadOnly: start.isReadOnly ?? null,
  }))

/** Takes facts in. `all` forgets what was known before. */
export const withFacts = (
  state: ConsoleState,
  extent: 'all' | 'some',
  facts: readonly Fact[],
  now: Instant,
): ConsoleState => ({
  ...state,
  world: reduce(extent === 'all' ? EMPTY_WORLD : state.world, facts),
  now,
})

export function withAction(state: ConsoleState, action: UiAction, extent: Extent): ConsoleState {
  const ui = uiReduce(state.ui, action, extent)
  return ui === state.ui ? state : { ...state, ui }
}
