import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setImmediate as tick } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { statOf } from '../../../src/probe/runner/process-identity.ts'
import { inTurn } from '../../../src/probe/runner/turn.ts'
import { scratch } from '../../setup/scratch.ts'

const HOLDER = new URL('turn-holder.ts', import.meta.url).pathname

/** Each that comes in, how many are inside at once, and what is there after. */
async function many(logs: string, count: number) {
  let inside = 0
  let most = 0
  const one = (name: number) =>
    inTurn(logs, 'lane', async () => {
      inside += 1
      most = Math.max(most, inside)
      await tick()
      inside -= 1
      return name
    })
  const came = await Promise.all(Array.from({ length: count }, (_, name) => one(name)))
  return { came: came.length, most, left: readdirSync(logs) }
}

it('[O01] of many at once one is at work on a run, and nothing stays of the turns', async () => {
  expect(await many(scratch(), 20)).toEqual({ came: 20, most: 1, left: [] })
})

it('[O01] another run is not waited for, and what an act throws frees its turn', async () => {
  const logs = scratch()
  const within = async () => await inTurn(logs, 'other', async () => 'at once')
  expect(await inTurn(logs, 'lane', within)).toBe('at once')
  const fails = () => Promise.reject(new Error('no'))
  await expect(inTurn(logs, 'lane', fails)).rejects.toThrow('no')
  expect(readdirSync(logs)).toEqual([])
})

it('[O01] one that lives is waited for; of one that was killed the turn goes to one of many', async () => {
  const logs = scratch()
  const holder = spawn(process.execPath, [HOLDER, logs, 'lane'])
  await once(holder.stdout, 'data')
  const first = inTurn(logs, 'lane', async () => statOf(Number(holder.pid)) === null)
  const rest = many(logs, 10)
  holder.kill('SIGKILL')
  expect(await first).toBe(true)
  expect(await rest).toEqual({ came: 10, most: 1, left: [] })
})
