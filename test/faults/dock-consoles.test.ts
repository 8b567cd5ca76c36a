/** Two consoles, each with its journal and its mirror, over one repository. */
import { expect, it, onTestFinished, vi } from 'vitest'
import {
  type DockServerPlan,
  dockServer,
  MINUTE,
} from '../real/practice-github/parts/dock-server.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { startMortalHub } from './parts/dock/mortal-hub.ts'

async function place(plan: DockServerPlan) {
  const server = await dockServer(plan)
  onTestFinished(() => server.close())
  const console = (name: string) => {
    const dir = scratch()
    const start = () => {
      const hub = startMortalHub({
        server,
        dir,
        repo: { retries: 0 },
        console: name,
        strikes: () => false,
      })
      onTestFinished(hub.close)
      return hub
    }
    return { start }
  }
  const trains = () =>
    server.git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/dockmaster')
  const held = () => server.git('for-each-ref', '--format=%(contents)', 'refs/dockmaster')
  const heads = () => server.git('log', '--format=%P', 'main').split(/\s+/)
  const landedOnce = () =>
    server.model.pulls().every(({ headSha }) => heads().filter(one => one === headSha).length === 1)
  return { server, console, trains, held, landedOnce }
}

/** Many processes of git, each of which waits its turn on a busy machine. */
vi.setConfig({ testTimeout: 120_000 })

requirePart('git')('a line of two consoles', () => {
  it('[F05] is moved by one of them; the other says by whom, and has its turn when nothing is left', async () => {
    const { server, console, trains, held, landedOnce } = await place({ pulls: 3 })
    const ours = console('robin@yard').start()
    const theirs = console('odile@pier').start()
    await ours.turn()
    expect(held()).toContain('robin@yard')
    const before = trains()
    await theirs.turn()
    expect(trains()).toBe(before)
    expect(theirs.facts.value('line', 'acme/app')).toMatchObject({
      frozen: { by: 'robin@yard', reason: 'another console moves this line' },
      trains: [],
    })
    expect(theirs.journal.list({ kinds: ['intent'] })).toEqual([])
    for (let turn = 0; turn < 12 && held() !== ''; turn += 1) {
      server.pass(6 * MINUTE)
      await theirs.turn()
      await ours.turn()
    }
    expect(landedOnce()).toBe(true)
    expect([held(), trains()]).toEqual(['', ''])
    expect(theirs.journal.list({ kinds: ['intent'] })).toEqual([])
  })

  it('[F05] goes on with the other once the one is dead, which then moves nothing any more', async () => {
    const { server, console, trains, held, landedOnce } = await place({ pulls: 2 })
    const first = console('robin@yard')
    const dead = first.start()
    await dead.turn()
    const left = trains()
    dead.close()
    const theirs = console('odile@pier').start()
    await theirs.turn()
    server.pass(14 * MINUTE)
    await theirs.turn()
    expect(held()).toContain('robin@yard')
    server.pass(2 * MINUTE)
    await theirs.turn()
    expect(held()).toContain('odile@pier')
    expect(theirs.journal.list({ kinds: ['seen'] }).map(({ text }) => text)).toContain(
      'main is held by odile@pier, from robin@yard, who has been silent',
    )
    expect(left).not.toBe('')
    const back = first.start()
    await back.turn()
    expect(back.facts.value('line', 'acme/app')).toMatchObject({ frozen: { by: 'odile@pier' } })
    for (let turn = 0; turn < 12 && held() !== ''; turn += 1) {
      server.pass(6 * MINUTE)
      await theirs.turn()
    }
    expect(landedOnce()).toBe(true)
    for (let turn = 0; turn < 3; turn += 1) await back.turn()
    expect([held(), trains()]).toEqual(['', ''])
    expect(back.journal.unsettled('intent')).toEqual([])
  })

  it('[F05] is its own again for the next hub of the same console, at once', async () => {
    const { server, console, held, landedOnce } = await place({ pulls: 1 })
    const { start } = console('robin@yard')
    const first = start()
    await first.turn()
    first.close()
    const next = start()
    for (let turn = 0; turn < 4; turn += 1) {
      server.pass(6 * MINUTE)
      expect((await next.turn())?.state).toBe('ok')
    }
    expect(landedOnce()).toBe(true)
    expect(held()).toBe('')
  })
})
