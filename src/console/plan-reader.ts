/** Asks the hub for the dispatch plan while the plan's screen waits for one. */
import { clean } from '../../state/clean.ts'
import type { ConsoleState, ConsoleStore } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import { whoAnswers } from '../client/answerer.ts'
import type { HubClient } from '../rpc/client-api.ts'

export interface PlanReader {
  stop(): void
}

const waits = ({ ui }: ConsoleState): boolean =>
  ui.screens.some(screen => screen.kind === 'plan' && screen.answer.kind === 'asked')

/** Why the operator plans over the gates; empty when nobody does. */
const reasonOf = ({ ui }: ConsoleState): string =>
  ui.screens.flatMap(screen => (screen.kind === 'plan' ? screen.reason.trim() : []))[0] ?? ''

export function createPlanReader(
  store: ConsoleStore,
  client: () => HubClient | null,
  act: (action: UiAction) => void,
): PlanReader {
  let asking = false

  async function ask(hub: HubClient): Promise<void> {
    const reason = reasonOf(store.getState())
    const override = reason === '' ? null : { reason, by: whoAnswers(true) }
    const plan = await hub.request('dispatch.plan', { override })
    act({ type: 'plan-answer', answer: { kind: 'plan', plan, run: null } })
  }

  function look(state: ConsoleState): void {
    const hub = client()
    if (asking || hub === null || !waits(state)) return
    asking = true
    void ask(hub)
      .catch((error: unknown) => {
        const fault = clean(error instanceof Error ? error.message : String(error))
        act({ type: 'plan-answer', answer: { kind: 'fault', fault } })
      })
      .finally(() => {
        asking = false
        look(store.getState())
      })
  }

  return { stop: store.subscribe(look) }
}
