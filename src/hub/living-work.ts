/** What the lanes that live work on, for whoever foretells what they would share. */
import type { KnownLane } from '../policy/lane-target.ts'
import type { ProbeParams, ProbeResult } from '../rpc/probe-api.ts'
import type { ProbeSession } from './probe-session.ts'

/** Lanes that are looked at for one forecast. */
const MOST = 50

type Asked = ProbeParams<'lane.touched'>['lanes']

/** Those that live, where it is known in which directory. */
export const livingLanes = (known: readonly KnownLane[]): Asked =>
  known.flatMap(({ value: { status, name, cwd, log } }) =>
    status === 'ended' || cwd === null ? [] : [{ name, cwd, log }],
  )

/** Throws RpcFault. */
export async function livingWork(
  ask: ProbeSession['request'],
  known: readonly KnownLane[],
): Promise<ProbeResult<'lane.touched'>> {
  const lanes = livingLanes(known).slice(0, MOST)
  return lanes.length === 0 ? [] : await ask('lane.touched', { lanes })
}
