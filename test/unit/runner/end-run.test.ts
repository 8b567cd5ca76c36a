import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { end, who } from '../../../src/probe/runner/end-run.ts'
import { isSame, statOf } from '../../../src/probe/runner/process-identity.ts'
import {
  descendants,
  identitiesOf,
  isAlive,
  killLater,
  killOne,
} from '../../real/parts/processes.ts'
import { eventually } from '../../setup/eventually.ts'
import { scratch } from '../../setup/scratch.ts'

/** A shell that leads a session of its own, once all that it starts is there. */
async function family(script: string, members: number) {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' })
  const pid = child.pid ?? 0
  const pids = await eventually('the family is there', () => {
    const below = descendants(pid)
    return below.length >= members && [pid, ...below]
  })
  killLater(...identitiesOf(pids))
  return { identity: { pid, pidStart: statOf(pid)?.pidStart ?? '' }, pids }
}

it('[A05] a pid that was used again is refused, and its process is left alone', async () => {
  const { identity, pids } = await family('sleep 600 & wait', 1)
  const earlier = { ...identity, pidStart: String(Number(identity.pidStart) - 1) }
  expect(isSame(earlier)).toBe(false)
  expect(who(earlier)).toMatchObject({
    commandLine: null,
    fault: expect.stringMatching(/another process now/),
  })
  expect(await end(earlier)).toMatchObject({ kind: 'refused' })
  expect(pids.every(isAlive)).toBe(true)
})

it('[A05] the command line is shown of that very process', async () => {
  const { identity } = await family('sleep 600 & wait', 1)
  expect(who(identity)).toEqual({ commandLine: 'sh -c sleep 600 & wait', fault: null, left: [] })
})

it('[A05] who does not heed INT and TERM is killed, with children in sessions of their own', async () => {
  const script = 'trap "" INT TERM; setsid sh -c "sleep 600; true" & sleep 600; true'
  const { identity, pids } = await family(script, 3)
  expect(await end(identity)).toMatchObject({ kind: 'ended', by: 'KILL' })
  expect(pids.filter(isAlive)).toEqual([])
}, 20_000)

it('[A05] INT is for the agent alone: its commands are ended by it, or by TERM after it', async () => {
  const dir = scratch()
  const told = (name: string) => existsSync(join(dir, name))
  const script = `trap 'touch ${dir}/agent; exit' INT
setsid sh -c 'trap "touch ${dir}/command; exit" INT; trap exit TERM; while :; do sleep 0.1; done' &
while :; do sleep 0.1; done`
  const { identity, pids } = await family(script, 3)
  const began = Date.now()
  expect(await end(identity)).toMatchObject({ kind: 'ended', by: 'TERM' })
  expect(Date.now() - began).toBeLessThan(6_000)
  expect({ agent: told('agent'), command: told('command') }).toEqual({
    agent: true,
    command: false,
  })
  expect(pids.filter(isAlive)).toEqual([])
}, 20_000)

it('[A05] what this program hangs on is never ended', async () => {
  const parent = statOf(process.ppid)
  expect(await end({ pid: process.ppid, pidStart: parent?.pidStart ?? '' })).toMatchObject({
    kind: 'refused',
  })
})

it('[A05] one that is gone is refused', async () => {
  const { identity, pids } = await family('sleep 600 & wait', 1)
  pids.forEach(killOne)
  await eventually('they are gone', () => !pids.some(isAlive))
  expect(await end(identity)).toMatchObject({ kind: 'refused' })
})
