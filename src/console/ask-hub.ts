/** Carries out an act of the operator through the hub; what came of it is a line to read. */
import type { Effect } from '../../keymaps/action.ts'
import { whoAnswers } from '../client/answerer.ts'
import type { HubClient } from '../rpc/client-api.ts'

type HubEffect = Extract<Effect, { to: 'hub' }>

/** Resolves with what to tell, or null; rejects when the hub could not be asked. */
export async function askHub(hub: HubClient | null, effect: HubEffect): Promise<string | null> {
  if (!hub) throw new Error('There is no hub to ask just now: press it again in a moment.')
  if (effect.request === 'trust-key') {
    await hub.request('acceptKey', { fingerprint: effect.fingerprint })
    return null
  }
  const { decision, answer } = effect
  // The console runs on a terminal only: whoever presses keys there is the one who answers.
  const by = whoAnswers(true)
  const outcome = await hub.request('answer', { decision, answer, reason: '', by })
  return outcome.kind === 'refused'
    ? `${outcome.message}: ${outcome.mend}`
    : `#${decision} is answered: ${outcome.row.text}`
}
