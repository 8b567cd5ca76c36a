/** Finds out what an act on a lane would do, and asks the person before it is done. */
import type { Effect } from '../../keymaps/action.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import type { HubClient } from '../rpc/client-api.ts'
import type { LaneDesk } from './lane-desk.ts'
import { askToCheck, askToResume, askToStop } from './lane-questions.ts'

type LaneEffect = Extract<Effect, { to: 'lane' }>

/** Resolves with the question, or why there is none; rejects when the hub could not be asked. */
export async function askAboutLane(
  hub: HubClient | null,
  state: ConsoleState,
  { request, lane }: LaneEffect,
  desk: LaneDesk,
): Promise<UiAction> {
  if (!hub) throw new Error('There is no hub to ask just now: press it again in a moment.')
  switch (request) {
    case 'stop':
      return await askToStop(hub, state, lane)
    case 'resume':
      return askToResume(state, lane, null)
    case 'check':
      return askToCheck(state, lane)
    default:
      return await desk[request](hub, state, lane)
  }
}
