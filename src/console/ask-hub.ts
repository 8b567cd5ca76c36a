/** Carries out an act of the operator through the hub; what came of it is a line to read. */
import type { Effect } from '../../keymaps/action.ts'
import type { ConfirmedAct } from '../../state/ui/confirm.ts'
import { whoActs, whoAnswers } from '../client/answerer.ts'
import { doneText } from '../client/done-text.ts'
import { laneText } from '../client/lane-text.ts'
import type { HubClient } from '../rpc/client-api.ts'

type HubEffect = Extract<Effect, { to: 'hub' }>

/** Resolves with what to tell, or null; rejects when the hub could not be asked. */
export async function askHub(hub: HubClient | null, effect: HubEffect): Promise<string | null> {
  if (!hub) throw new Error('There is no hub to ask just now: press it again in a moment.')
  switch (effect.request) {
    case 'trust-key':
      await hub.request('acceptKey', { fingerprint: effect.fingerprint })
      return null
    case 'confirmed':
      return await doConfirmed(hub, effect.confirmed)
    case 'undo':
      return doneText(
        await hub.request('undo', { of: effect.of, reason: '', by: whoAnswers(true) }),
      )
    case 'pause': {
      const { target, reason } = effect
      const asked = { target, reason, until: null, review: null, by: whoAnswers(true) }
      return doneText(await hub.request('pause', asked))
    }
    case 'unpause': {
      const asked = { target: effect.target, reason: '', by: whoAnswers(true) }
      return doneText(await hub.request('unpause', asked))
    }
    case 'access': {
      const asked = { to: effect.mode, reason: 'in the console', by: whoAnswers(true) }
      const outcome = await hub.request('access', asked)
      if (outcome.kind === 'refused') throw new Error(`${outcome.message}: ${outcome.mend}`)
      return `This console is ${effect.mode} from here on; the journal says so.`
    }
    default:
      return await answer(hub, effect)
  }
}

async function answer(
  hub: HubClient,
  { decision, answer: text }: Extract<HubEffect, { request: 'answer' }>,
): Promise<string> {
  // The console runs on a terminal only: whoever presses keys there is the one who answers.
  const by = whoAnswers(true)
  const outcome = await hub.request('answer', { decision, answer: text, reason: '', by })
  return outcome.kind === 'refused'
    ? `${outcome.message}: ${outcome.mend}`
    : [`#${decision} is answered: ${outcome.row.text}`, outcome.came].filter(Boolean).join('; ')
}

/** What a person said yes to. */
async function doConfirmed(hub: HubClient, confirmed: ConfirmedAct): Promise<string> {
  const label = whoActs()
  switch (confirmed.act) {
    case 'lane.stop': {
      const { lane, pid, pidStart } = confirmed
      return laneText(await hub.request('lane.stop', { lane, pid, pidStart, label })).join('; ')
    }
    case 'lane.resume': {
      const { lane, brief } = confirmed
      return laneText(await hub.request('lane.resume', { lane, brief, label })).join('; ')
    }
    default:
      return confirmed satisfies never
  }
}
