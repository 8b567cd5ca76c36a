/** Every case of the real agents in every runner: each a host, its lanes side by side. */
import { expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { CASES_PLACES } from './parts/case-hosts.ts'
import { CASES } from './parts/engine-cases.ts'
import { goOn, runCases, stopLiving } from './parts/run-cases.ts'

/** The slowest case gives up after its retries, some 25 s; the rest is for a slow machine. */
const LIMIT_MS = 150_000

for (const [runner, { needs, start }] of Object.entries(CASES_PLACES)) {
  requirePart(...needs)(`an agent in the runner ${runner}`, () => {
    it('[B05] comes to the status, cause and result of its case, and goes on where it can', async () => {
      const { left, ...host } = await start(CASES)
      const groups = Map.groupBy(CASES, ({ engine, account }) => `${engine} ${account}`)
      await Promise.all(
        [...groups.values()].map(async cases => {
          const [{ account: profile } = { account: '' }] = cases
          const on = { ...host, profile }
          const lanes = await runCases(on, cases, LIMIT_MS)
          await stopLiving(on, cases)
          await goOn(on, cases, lanes)
        }),
      )
      await eventually('nothing holds any of them', async () => {
        expect(await left()).toEqual([])
        return true
      })
    }, 400_000)
  })
}
