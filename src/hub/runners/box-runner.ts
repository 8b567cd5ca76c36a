/**
 * Runs in boxes. The probe makes worktree, files and record; the engine makes the box, which is
 * not started: so it is held. To start it is to send the prompt. Its output goes to the host's
 * files, so that it needs neither link nor hub.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { BoxFault, type BoxSeen, type BoxSignal } from '../../../adapters/box.ts'
import type { Identity, RunSeen } from '../../rpc/lane-api.ts'
import { RpcFault } from '../../rpc/peer.ts'
import type { ProbeResult } from '../../rpc/probe-api.ts'
import type { BoxDesk, BoxSpec } from '../box-desk.ts'
import type { ProbeSession } from '../probe-session.ts'
import { type Place, type Run, type Runner, whichOf } from './runner.ts'

const SEEN_WITHIN_MS = 8_000
const LOOK_EVERY_MS = 150

/** How long each signal is given. */
const STEPS: readonly { name: 'INT' | 'TERM' | 'KILL'; signal: BoxSignal; waitMs: number }[] = [
  { name: 'INT', signal: 'SIGINT', waitMs: 6_000 },
  { name: 'TERM', signal: 'SIGTERM', waitMs: 3_000 },
  { name: 'KILL', signal: 'SIGKILL', waitMs: 10_000 },
]

export function boxRunner(ask: ProbeSession['request'], desk: BoxDesk): Runner {
  const { host } = desk

  /** Where there is no engine there is no box: what was begun can be told all the same. */
  const find = (place: Place) => engine(host.look(specOf(place).container).catch(nullWhenAbsent))

  const look = async (place: Place): Promise<RunSeen> => {
    const which = whichOf(place)
    const box = await find(place)
    const seen = await ask('lane.look', which)
    if (seen.record === null) return seen
    const isNew = seen.record.pid === 0 && box !== null && runs(box) && box.pid !== null
    const told = isNew ? await ask('lane.note', { ...which, pid: box.pid }) : seen
    return { ...told, state: stateOf(box, told) }
  }

  const untilSaid = async (place: Place): Promise<RunSeen> => {
    const until = Date.now() + SEEN_WITHIN_MS
    for (;;) {
      const seen = await look(place)
      const isTold = seen.state === 'ended' || seen.logBytes > 0
      if (isTold || Date.now() > until) return seen
      await delay(LOOK_EVERY_MS)
    }
  }

  const waitGone = async (place: Place, { id }: BoxSeen, ms: number): Promise<boolean> => {
    const until = Date.now() + ms
    for (;;) {
      const box = await find(place)
      if (box === null || box.id !== id) return true
      if (Date.now() > until) return false
      await delay(LOOK_EVERY_MS)
    }
  }

  return {
    look,
    async hold(run: Run) {
      const held = await ask('lane.hold', run)
      if (held.kind === 'failed') return held
      try {
        await host.create(await desk.plan(run, specOf(run)))
        return held
      } catch (error) {
        if (!(error instanceof BoxFault)) throw error
        if (!error.isAnswer) throw new RpcFault(`${error.message}: ${error.mend}`)
        await ask('lane.discard', whichOf(run))
        return { kind: 'failed', message: error.message }
      }
    },
    async release(place) {
      const before = await look(place)
      if (before.state !== 'held') return before
      await ask('lane.note', { ...whichOf(place), pid: null })
      try {
        await host.start(specOf(place).container)
      } catch (error) {
        if (!(error instanceof BoxFault)) throw error
        if (!error.isAnswer) throw new RpcFault(`${error.message}: ${error.mend}`)
        return { ...(await look(place)), state: 'ended', said: error.message }
      }
      return await untilSaid(place)
    },
    async discard(place) {
      const seen = await look(place)
      const hasBegun = seen.state === 'running' || seen.logBytes > 0
      if (hasBegun) return seen
      // Without a record what has that name may be another run's.
      const box = seen.record && (await find(place))
      // One that began in this very moment the engine does not remove: it is looked at again.
      if (box !== null) {
        await engine(host.remove(box.id))
        await waitGone(place, box, SEEN_WITHIN_MS)
      }
      return await ask('lane.discard', whichOf(place))
    },
    async end(identity, place) {
      const box = place && (await find(place))
      if (place === null || box === null) return refuse('its box is gone')
      const fault = await whyNotIt(ask, identity, box)
      if (fault !== null) return refuse(fault)
      const count = await engine(host.count(box.id))
      for (const { name, signal, waitMs } of STEPS) {
        await engine(host.kill(box.id, signal))
        if (await waitGone(place, box, waitMs)) return { kind: 'ended', by: name, count }
      }
      return { kind: 'left', pids: [identity.pid] }
    },
  }
}

/** What the engine says, or RpcFault: then it is asked again once it can be. */
export async function engine<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof BoxFault)) throw error
    throw new RpcFault(`${error.message}: ${error.mend}`)
  }
}

function nullWhenAbsent(error: unknown): null {
  if (error instanceof BoxFault && error.state === 'absent') return null
  throw error
}

const refuse = (message: string): ProbeResult<'lane.end'> => ({ kind: 'refused', message })

function specOf({ runner }: Pick<Place, 'runner'>): BoxSpec {
  if (runner.kind === 'box') return runner
  throw new Error(`a run of the ${runner.kind} runner has no box`)
}

const runs = ({ state }: BoxSeen): boolean =>
  state === 'running' || state === 'paused' || state === 'restarting'

/** The box knows whether it runs; once it is gone, the record knows whether it was let go. */
function stateOf(box: BoxSeen | null, { record }: RunSeen): RunSeen['state'] {
  if (box !== null && runs(box)) return 'running'
  if (box?.state === 'created') return 'held'
  return record?.isReleasing ? 'ended' : 'unsent'
}

/** Null when that very process is the first of that very box. */
async function whyNotIt(
  ask: ProbeSession['request'],
  identity: Identity,
  box: BoxSeen,
): Promise<string | null> {
  if (box.pid !== identity.pid) {
    return `process ${identity.pid} is not the first of box ${box.name}: nothing is signalled`
  }
  return (await ask('lane.who', identity)).fault
}
