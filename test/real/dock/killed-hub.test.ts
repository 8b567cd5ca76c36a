/**
 * The built hub is killed again and again while it lands a dock over a GitHub-like server: right
 * after steps stand in its journal, and while a push or a word of its is on its way. A client starts
 * the next one, as a person would.
 */
import { expect, it, onTestFinished } from 'vitest'
import { drained } from '../../faults/parts/dock/drained.ts'
import { breachesOf, isOver, landed, PLAN } from '../../faults/parts/dock/promises.ts'
import { randomOf } from '../../faults/parts/kill/plan.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { dockServer } from '../practice-github/parts/dock-server.ts'
import { type Blow, hubLives } from './parts/hub-lives.ts'

const SEED = Number(process.env['KILL_SEED'] ?? 1)
const LIVES = 14
const FEWEST_DEATHS = 8
/** A run takes six minutes of the server's clock, which is moved by that much at each question. */
const TICK_MS = 5_000

function blowOf(random: () => number): Blow {
  return random() < 0.6
    ? { at: 'step', nth: 1 + Math.floor(random() * 5) }
    : { at: 'push', nth: 1 + Math.floor(random() * 3) }
}

requirePart('git')('a dock whose hub program is killed', () => {
  it(`[O01] [F03] lands what one lands that nobody kills: at most ${LIVES} deaths from seed ${SEED}`, async () => {
    const clean = await drained({ repo: { batch: 1, depth: 1, retries: 0 } })
    expect(clean.breaches).toEqual([])

    const dock = await dockServer(PLAN)
    onTestFinished(() => dock.close())
    const { operator, rows, isSettled, killedAt } = hubLives(dock)
    const random = randomOf(SEED)
    const deaths: string[] = []
    while (deaths.length < LIVES && !isOver(dock)) deaths.push(await killedAt(blowOf(random)))
    expect(deaths.length).toBeGreaterThanOrEqual(FEWEST_DEATHS)

    await operator.printed('prewarm')
    await eventually(
      'the last hub drains the dock',
      () => {
        dock.pass(TICK_MS)
        return isOver(dock) && isSettled()
      },
      60_000,
    )
    expect(landed(dock)).toEqual(clean.landed)
    expect(breachesOf(dock, rows())).toEqual([])
    // Nobody moved one: a hub that has not read them yet must not take them for gone.
    expect(rows().filter(({ text }) => /^cancel .* moved, closed or was held/.test(text))).toEqual(
      [],
    )
    expect(await operator.printed('journal', 'verify')).toMatch(/^the journal is whole/)
  }, 180_000)
})
