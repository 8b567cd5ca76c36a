/** Carries out an act of the operator through the hub; what came of it is a line to read. */
import { randomUUID } from 'node:crypto'
import type { Effect } from '../../keymaps/action.ts'
import type { UiAction } from '../../state/ui/action.ts'
import type { ConfirmedAct } from '../../state/ui/confirm.ts'
import { answerNow } from '../client/answer-now.ts'
import { whoActs, whoAnswers } from '../client/answerer.ts'
import { checkText } from '../client/check-text.ts'
import { cameOf, summaryOf } from '../client/dispatch-text.ts'
import { doneText } from '../client/done-text.ts'
import { laneText } from '../client/lane-text.ts'
import { mergeNow } from '../client/merge-now.ts'
import { REMOVE } from '../policy/leftover.ts'
import type { HubClient } from '../rpc/client-api.ts'

type HubEffect = Extract<Effect, { to: 'hub' }>

/** Resolves with what to tell, or null; rejects when the hub could not be asked. */
export async function askHub(
  hub: HubClient | null,
  effect: HubEffect,
  act: (action: UiAction) => void,
): Promise<string | null> {
  if (!hub) throw new Error('There is no hub to ask just now: press it again in a moment.')
  switch (effect.request) {
    case 'trust-key':
      await hub.request('acceptKey', { fingerprint: effect.fingerprint })
      return null
    case 'confirmed':
      return await doConfirmed(hub, effect.confirmed, act)
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
    case 'switch': {
      const { repo, backend: to } = effect
      const asked = { repo, to, isDryRun: false, by: whoAnswers(true) }
      return doneText(await hub.request('dock.switch', asked))
    }
    case 'priority': {
      const { repo, number, priority } = effect
      const asked = { repo, number, priority, by: whoAnswers(true) }
      return doneText(await hub.request('dock.priority', asked))
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
async function doConfirmed(
  hub: HubClient,
  confirmed: ConfirmedAct,
  act: (action: UiAction) => void,
): Promise<string> {
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
    case 'lane.check': {
      const { lane } = confirmed
      return checkText(await hub.request('lane.check', { lane, label })).join('; ')
    }
    case 'lane.discard': {
      const asked = { lane: confirmed.lane, isDryRun: false, by: whoAnswers(true) }
      return doneText(await hub.request('lane.discard', asked))
    }
    case 'leftover.remove': {
      const { act: _act, ...wish } = confirmed
      const by = whoAnswers(true)
      const asked = await hub.request('leftover.remove', { ...wish, isDryRun: false, by })
      return (await answerNow(hub, asked, REMOVE, by)).text
    }
    case 'lane.launch': {
      const { act: _act, ...wish } = confirmed
      const came = await hub.request('lane.launch', { ...wish, isDryRun: false, label })
      const lines = laneText(came)
      const isThere = came.kind === 'running' || came.kind === 'already'
      act({ type: 'launch-came', problems: isThere ? null : lines })
      return lines.join('; ')
    }
    case 'pull.merge': {
      const { act: _act, ...pull } = confirmed
      return (await mergeNow(hub, pull, whoAnswers(true))).text
    }
    case 'pull.reject': {
      const { act: method, ...asked } = confirmed
      return doneText(await hub.request(method, { ...asked, by: whoAnswers(true) }))
    }
    case 'pull.approve':
    case 'pull.jump':
    case 'pull.dequeue': {
      const { act: method, ...pull } = confirmed
      return doneText(await hub.request(method, { ...pull, by: whoAnswers(true) }))
    }
    case 'dispatch.run':
      return await dispatch(hub, confirmed, act)
    default:
      return confirmed satisfies never
  }
}

/** Shows each item on the plan's screen as its turn comes. */
async function dispatch(
  hub: HubClient,
  { lanes, override: reason }: Extract<ConfirmedAct, { act: 'dispatch.run' }>,
  act: (action: UiAction) => void,
): Promise<string> {
  const by = whoAnswers(true)
  const id = randomUUID()
  const stop = hub.on('dispatched', ({ id: of, item }) => {
    if (of !== id) return
    const tone = item.acted.kind === 'running' ? 'good' : 'bad'
    act({ type: 'dispatched', item: { lane: item.lane, tone, text: cameOf(item) } })
  })
  act({ type: 'dispatching' })
  try {
    const override = reason === null ? null : { reason, by }
    const wish = { id, limit: null, only: [...lanes], override, by }
    const text = summaryOf(await hub.request('dispatch.run', wish))
    act({ type: 'dispatch-ended', text })
    return text
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    act({ type: 'dispatch-ended', text: `not known how it ended: ${text}` })
    throw error
  } finally {
    stop()
  }
}
