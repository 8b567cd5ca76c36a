/** One command or question over a link, by each way that there is. */
import { randomUUID } from 'node:crypto'
import { laneKey } from '../parts/lane-logs.ts'
import { interleave, median, type Summary, summarize, timed } from '../parts/measure.ts'
import { freshSsh } from '../parts/mux.ts'
import type { Operator } from '../parts/operator.ts'
import { countForks, familyOf } from '../parts/strace.ts'
import type { Link, Links } from './links.ts'

export interface Operation {
  readonly name: string
  run(link: Link, operator: Operator): Promise<unknown>
}

/** All the time is the way there and back. */
const SCRIPT = 'true'

export const YARDSTICK: Operation = {
  name: 'ssh -S, a process each',
  run: ({ mux }) => mux.run(SCRIPT),
}

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'hub: a request to the probe',
    run: ({ client }) => client.request('log', { lane: laneKey(0), from: null, max: 256 }),
  },
  {
    name: 'hub: run, client connected',
    run: ({ client }) =>
      client.request('run', {
        id: randomUUID(),
        script: SCRIPT,
        serial: false,
        label: 'bench',
        breakLock: false,
      }),
  },
  {
    name: 'dockmaster run, a process each',
    run: ({ profile }, operator) => operator.dockmaster(profile, 'run', SCRIPT),
  },
  YARDSTICK,
  { name: 'fresh ssh', run: ({ configFile }) => freshSsh(configFile, SCRIPT) },
]

export interface Cost {
  readonly operation: Operation
  readonly ms: Summary
  /** Bytes both ways: the middle of all runs, so that what else is on the link does not count. */
  readonly bytes: number
}

export async function costsOver(
  link: Link,
  operator: Operator,
  rounds: number,
): Promise<readonly Cost[]> {
  const taken = await interleave(OPERATIONS, rounds, async operation => {
    const before = link.relay?.bytes ?? Number.NaN
    const ms = await timed(() => operation.run(link, operator))
    return { ms, bytes: (link.relay?.bytes ?? Number.NaN) - before }
  })
  return taken.map(({ one, samples }) => ({
    operation: one,
    ms: summarize(samples.map(({ ms }) => ms)),
    bytes: median(samples.map(({ bytes }) => bytes)),
  }))
}

/** Processes that one operation starts here (this process's and the hub's) and on the host. */
export async function processesOf(
  operation: Operation,
  { near, operator, sshd }: Links,
  runs: number,
): Promise<{ here: number; there: number }> {
  const count = async (pids: readonly number[]) => {
    const forks = await countForks(pids, async () => {
      for (let run = 0; run < runs; run += 1) await operation.run(near, operator)
    })
    return forks / runs
  }
  return {
    here: await count([process.pid, ...familyOf(near.hubPid)]),
    there: await count(familyOf(sshd.pid)),
  }
}
