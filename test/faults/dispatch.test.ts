/** A dispatch that is cut at each of its steps, and two consoles at once: each item once. */
import { existsSync, writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLaneIntents } from '../../src/hub/lane-journal.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { lane } from '../terminal/parts/facts.ts'
import { dispatchHost } from './parts/dispatch-host.ts'

const ONE = [{ goal: 'land', id: 'rebase' }]
/** Questions to the host from a plan's first to the lane's last. */
const STEPS = [
  'dispatch.look',
  'brief.read',
  'lane.survey',
  'lock.take',
  'lane.hold',
  'lock.look',
  'lane.release',
  'lock.look',
]
const cuts = STEPS.flatMap((method, index) =>
  (['before', 'after'] as const).map(when => [method, index + 1, when] as const),
)

requirePart('git')('a dispatch', () => {
  describe.each(cuts)('that is cut at %s (question %i), %s its effect', (method, at, when) => {
    it.each([
      ['the next hub', true],
      ['the same hub, once the link is back', false],
    ])('[B09] is looked into by %s, and its item has one lane', async (_, isNext) => {
      const host = dispatchHost({ items: ONE })
      const cut = { at: at as number | null, when }
      const first = host.hub({ cut })
      await first.run()
      cut.at = null
      if (isNext) first.journal.close()
      const { lanes, run, journal } = isNext ? host.hub() : first
      onTestFinished(() => journal.close())
      lanes.hostIsThere()
      await eventually('it was looked into', () => openLaneIntents(journal).length === 0)
      const { items, stopped } = await run()
      expect(stopped).toBeNull()
      const launched = items.filter(({ acted }) => acted.kind === 'running')
      expect(host.starts()).toHaveLength(1)
      // What only looks at the host is asked again once the link is back: nothing was begun.
      const wentOn = method === 'brief.read' || method === 'lane.survey'
      const began = when === 'after' ? at >= 7 : at > 7
      expect(launched).toHaveLength(began || wentOn ? 0 : 1)
      expect((await run()).items).toEqual([])
      expect(host.starts()).toHaveLength(1)
      const [outcome] = journal.list({ kinds: ['outcome'] }).slice(-1)
      expect(outcome?.data).toMatchObject({ outcome: 'running' })
    })
  })

  it('[B09] asks the host what the cuts are made at', async () => {
    const { run, questions, journal } = dispatchHost({ items: ONE }).hub()
    onTestFinished(() => journal.close())
    await run()
    expect(questions).toEqual(STEPS)
  })

  it('[B09] of two consoles with two journals against one host gives each item one lane', async () => {
    const items = Array.from({ length: 6 }, (_, at) => ({ goal: `g${at % 3}`, id: `i${at}` }))
    const host = dispatchHost({ items })
    const hubs = ['one.db', 'two.db'].map(journal => host.hub({ journal }))
    onTestFinished(() => hubs.forEach(({ journal }) => journal.close()))
    const runs = await Promise.all(hubs.map(({ run }) => run()))
    const names = host.starts().map(({ lane: name }) => name)
    expect(names).toHaveLength(6)
    expect(new Set(names).size).toBe(6)
    const lost = runs.flatMap(run => run.items).filter(({ acted }) => acted.kind !== 'running')
    for (const { acted } of lost) expect(['refused', 'already']).toContain(acted.kind)
    for (const { run } of hubs) expect((await run()).items).toEqual([])
  })

  it('[B09] tries a failed item again under the next number, once for both consoles', async () => {
    const host = dispatchHost({ items: ONE })
    const first = host.hub()
    await first.run()
    first.journal.close()
    const facts = [lane('land--rebase', { status: 'ended', result: 'failed' })]
    const hubs = ['one.db', 'two.db'].map(journal => host.hub({ journal, facts }))
    onTestFinished(() => hubs.forEach(({ journal }) => journal.close()))
    await Promise.all(hubs.map(({ run }) => run()))
    expect(host.starts().map(({ lane: name }) => name)).toEqual(['land--rebase', 'land--rebase--2'])
  })

  it('[B09] whose lock is broken while it makes its lane sends no prompt', async () => {
    const host = dispatchHost({ items: ONE })
    const other = host.hub({ journal: 'two.db' })
    const broken = host.hub({
      onAsk: async method => {
        if (method !== 'lane.hold') return
        const { rename, readFile } = await import('node:fs/promises')
        const path = host.at('logs/locks/land--rebase.lock')
        const lock = JSON.parse(await readFile(path, 'utf8'))
        writeFileSync(`${path}.old`, JSON.stringify({ ...lock, at: 0 }))
        await rename(`${path}.old`, path)
        const { by } = other
        const asked = { goal: 'land', id: 'rebase', by, isConfirmed: true }
        expect(await other.dispatcher.unlock(asked)).toMatchObject({ kind: 'unlocked' })
      },
    })
    onTestFinished(() => [other, broken].forEach(({ journal }) => journal.close()))
    const { items } = await broken.run()
    expect(items).toMatchObject([
      { acted: { kind: 'failed', message: expect.stringMatching(/two.db@desk freed it/) } },
    ])
    expect(host.starts()).toEqual([])
    expect(existsSync(host.at('trees/land--rebase'))).toBe(false)
    expect((await other.run()).items).toMatchObject([{ lane: 'land--rebase--2' }])
    expect(host.starts()).toHaveLength(1)
  })
})
