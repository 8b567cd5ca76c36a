/** Carries out an act that is data: what an undo names. */

import { type Answerer, authorOf, processOf } from '../../state/answerer.ts'
import { laneText } from '../client/lane-text.ts'
import type { Done } from '../rpc/act-api.ts'
import type { LaneActed } from '../rpc/lane-api.ts'
import type { Backends } from './dock/backends.ts'
import type { Priorities } from './dock/priorities.ts'
import type { PullActs } from './dock/pull-acts.ts'
import type { LaneActs } from './lane-acts.ts'
import type { Leftovers } from './leftovers/leftovers.ts'
import type { Pauses, PauseWish } from './pauses.ts'
import type { Perform } from './undo.ts'

/** What acts on pull requests, on the lines that land them, and on what is left on the host. */
interface Others {
  pulls: Pick<PullActs, 'perform'>
  backends: Pick<Backends, 'perform'>
  leftovers: Pick<Leftovers, 'perform'>
  priorities: Pick<Priorities, 'perform'>
}

export const performer =
  (lanes: LaneActs, pauses: Pauses, { pulls, backends, leftovers, priorities }: Others): Perform =>
  async (act, { by, reason, cause }) => {
    const label = processOf(by)
    switch (act.act) {
      case 'lane.stop': {
        const { lane, pid, pidStart } = act
        return doneOf(await lanes.stop({ lane, pid, pidStart, label }, cause))
      }
      case 'lane.resume':
        return doneOf(await lanes.resume({ lane: act.lane, brief: null, label }, cause))
      case 'lane.discard':
        return await lanes.discard({ lane: act.lane, isDryRun: false, by }, cause)
      case 'lane.restore':
        return await lanes.restore(act, by, cause)
      case 'pause':
        return pause(pauses, act, { by, cause })
      case 'unpause':
        return unpause(pauses, { target: act.target, reason }, { by, cause })
      case 'dock.switch':
        return backends.perform(act, by, cause)
      case 'lock.remove':
      case 'lock.restore':
        return await leftovers.perform(act, by, cause)
      case 'dock.priority':
        return priorities.perform(act, by, cause)
      default:
        return await pulls.perform(act, by, cause)
    }
  }

interface About {
  by: Answerer
  cause?: Parameters<Pauses['pause']>[1]['data']
}

export function pause(pauses: Pauses, wish: PauseWish, { by, cause = {} }: About): Done {
  const { target, reason, until, review } = wish
  const who = { author: authorOf(by), data: { ...cause, by } }
  const { text, seq } = pauses.pause({ target, reason, until, review }, who)
  return { kind: 'done', text, seq }
}

export function unpause(
  pauses: Pauses,
  { target, reason }: Pick<PauseWish, 'target' | 'reason'>,
  { by, cause = {} }: About,
): Done {
  const row = pauses.unpause(target, reason, { author: authorOf(by), data: { ...cause, by } })
  return row
    ? { kind: 'done', text: row.text, seq: row.seq }
    : { kind: 'refused', message: 'it is not paused' }
}

function doneOf(acted: LaneActed): Done {
  const text = laneText(acted).join('; ')
  switch (acted.kind) {
    case 'running':
    case 'stopped':
      return { kind: 'done', text, seq: acted.seq }
    case 'refused':
      return { kind: 'refused', message: acted.problems.join('; ') }
    case 'failed':
    case 'unknown':
    case 'unreachable':
      return { kind: acted.kind, message: acted.message }
    default:
      return { kind: 'refused', message: text }
  }
}
