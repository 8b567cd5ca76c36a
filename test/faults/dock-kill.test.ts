/**
 * A hub is killed at steps of its dock: after every entry of its journal, and while and after
 * everything that it sends. The next one comes to the same end. All of it is real but the death:
 * git, its pushes over HTTP, the server, the journal's file.
 */
import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { type Drain, drained } from './parts/dock/drained.ts'
import { randomOf } from './parts/kill/plan.ts'

const SEED = Number(process.env['KILL_SEED'] ?? 1)
/** Every so many points one is struck, by the seed; 1 strikes all of them, which takes minutes. */
const EVERY = Number(process.env['KILL_EVERY'] ?? 8)
/** Drains in which several hubs die. */
const RUNS = Number(process.env['KILL_DOCKS'] ?? 4)
const LIMIT_MS = 900_000

const TRAIN = { repo: { batch: 1, depth: 1, retries: 0 } }
const TRAINS = { repo: { batch: 2, depth: 2, retries: 1 }, flaky: 1 }
const NATIVE = { repo: { backend: 'native', retries: 0 }, hasQueue: true } as const

/** Breaches of all of them, each with the drain that it is of. */
async function breachesOf(drains: readonly Drain[]): Promise<string[]> {
  const breaches: string[] = []
  const waiting = [...drains]
  const work = async () => {
    for (let drain = waiting.shift(); drain !== undefined; drain = waiting.shift()) {
      const { breaches: found, deaths } = await drained(drain)
      const name = `struck at ${drain.blows?.join(', ')}`
      if (deaths === 0) breaches.push(`${name}: nobody died`)
      breaches.push(...found.map(breach => `${name}: ${breach}`))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return breaches
}

requirePart('git')('a dock whose hub is killed', () => {
  it.each([
    ['at a step of a line', TRAIN],
    ['at a step with GitHub’s own queue', NATIVE],
  ] as const)(
    '[O01] %s comes to the same end',
    async (_, drain: Drain) => {
      const clean = await drained(drain)
      expect(clean).toMatchObject({ deaths: 0, breaches: [] })
      const blows = clean.points
        .map((__, index) => index + 1)
        .filter(n => n % EVERY === SEED % EVERY)
      expect(await breachesOf(blows.map(blow => ({ ...drain, blows: [blow] })))).toEqual([])
    },
    LIMIT_MS,
  )

  it(
    `[O01] again and again, with trains on trains, a red by chance and halves, comes to the same end: ${RUNS} drains from seed ${SEED}`,
    async () => {
      const clean = await drained(TRAINS)
      expect(clean).toMatchObject({ deaths: 0, breaches: [] })
      const random = randomOf(SEED)
      const blow = () => 1 + Math.floor((random() * clean.points.length) / 2)
      const drains = Array.from({ length: RUNS }, () => ({
        ...TRAINS,
        blows: [blow(), blow(), blow()],
      }))
      expect(await breachesOf(drains)).toEqual([])
    },
    LIMIT_MS,
  )
})
