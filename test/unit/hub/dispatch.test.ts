import { expect, it, onTestFinished } from 'vitest'
import { newDispatcher } from '../../../src/hub/dispatch.ts'
import type { LaneActed } from '../../../src/rpc/lane-api.ts'
import { DispatchConfig } from '../../../state/config.ts'
import type { Planned } from '../../../state/dispatch.ts'
import type { Fact } from '../../../state/facts.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { scratch } from '../../setup/scratch.ts'
import { host, link, NOW, pr, source } from '../../terminal/parts/facts.ts'

const RUNNING = { kind: 'running', record: {}, seen: 'it runs', seq: 1 } as unknown as LaneActed
const WELL = [link(), host(), ...['lanes', 'vitals', 'github:yard/dock'].map(name => source(name))]
const BY = { user: 'ann', host: 'desk', pid: 7, tty: '/dev/pts/7', parents: [] }

/** A dispatcher of six items whose lanes are only noted. `launched` may change what is seen. */
function dispatcher(launched: (names: string[], facts: Fact[]) => LaneActed | undefined) {
  const journal = openJournal(`${scratch()}/journal.db`)
  onTestFinished(() => journal.close())
  const facts: Fact[] = [...WELL]
  const names: string[] = []
  const items = ['a', 'b', 'c'].flatMap(goal =>
    ['1', '2'].map(id => ({ goal, id, title: 'work', brief: '~/b.md' })),
  )
  const made = newDispatcher({
    repos: [],
    config: DispatchConfig.parse({ items }),
    logs: '~/logs',
    facts: { all: () => facts },
    journal,
    ask: (async () => ({ locks: [], launched: [], problems: [[]], named: [[]] })) as never,
    unlocked: async () => [],
    now: () => NOW,
    launch: async ({ lane }: Planned) => {
      names.push(lane)
      return launched(names, facts) ?? RUNNING
    },
  })
  const run = (more: Partial<Parameters<typeof made.run>[0]> = {}, signal = AbortSignal.any([])) =>
    made.run({ limit: null, only: null, override: null, by: BY, ...more }, () => undefined, signal)
  return { made, run, names, facts, journal }
}

/** The host, with its memory full. */
const pressed = (): Fact => {
  const well = host()
  if (well.kind !== 'host' || !well.value) throw new Error('the fixture has no host')
  return { ...well, value: { ...well.value, memUsed: well.value.memTotal } }
}

const jam = (facts: Fact[]) =>
  facts.push(...Array.from({ length: 12 }, (_, at) => pr(at + 1, 'change')))

it('[B09] launches what was planned, in the order of the plan', async () => {
  const { made, run, names } = dispatcher(() => undefined)
  const { planned } = await made.plan(null)
  const { items, stopped } = await run()
  expect(names).toEqual(planned.map(({ lane }) => lane))
  expect(names).toEqual(['a--1', 'b--1', 'c--1', 'a--2', 'b--2', 'c--2'])
  expect(items.map(({ acted }) => acted.kind)).toEqual(Array(6).fill('running'))
  expect(stopped).toBeNull()
})

it('[B09] launches no more than it may, and nothing that nobody said yes to', async () => {
  const limited = dispatcher(() => undefined)
  await limited.run({ limit: 2 })
  expect(limited.names).toEqual(['a--1', 'b--1'])
  const chosen = dispatcher(() => undefined)
  await chosen.run({ only: ['c--1', 'a--2', 'zoo--1'] })
  expect(chosen.names).toEqual(['c--1', 'a--2'])
})

it('[B19] stops where the dock jams on the way, and says so', async () => {
  const { run, names } = dispatcher((so, facts) => {
    if (so.length === 2) jam(facts)
    return undefined
  })
  const { items, stopped } = await run()
  expect(names).toHaveLength(2)
  expect(items).toHaveLength(2)
  expect(stopped).toBe('dock is jammed: 12 open PRs, limit 10')
})

it('[B19] an override is of the gates that were shown, by a person, and on record', async () => {
  const { run, names, facts, journal } = dispatcher((so, seen) => {
    if (so.length === 1) seen.push(pressed())
    return undefined
  })
  jam(facts)
  expect(await run()).toMatchObject({ items: [], stopped: expect.stringMatching(/jammed/) })
  const override = { reason: 'a quiet night', by: BY }
  const byAgent = { ...BY, tty: null }
  expect(await run({ override: { ...override, by: byAgent }, by: byAgent })).toMatchObject({
    items: [],
    stopped: 'the gates are opened by a person at a terminal only',
  })
  expect(journal.list({ kinds: ['note'] })).toEqual([])
  const { stopped } = await run({ override })
  expect(stopped).toMatch(/^host is pressed: memory/)
  expect(names).toHaveLength(1)
  expect(journal.list({ kinds: ['note'] })).toMatchObject([
    {
      author: 'ann@desk',
      text: 'dispatches over the gates: a quiet night',
      data: { act: 'dispatch.override', gates: [{ gate: 'dock' }], by: { tty: '/dev/pts/7' } },
    },
  ])
})

it('ends after the item in hand when whoever asked has gone, or the link falls', async () => {
  const gone = new AbortController()
  const left = dispatcher(() => {
    gone.abort()
    return undefined
  })
  expect((await left.run({}, gone.signal)).stopped).toBe('whoever asked for it has gone')
  expect(left.names).toHaveLength(1)
  const cut = dispatcher(() => ({ kind: 'unknown', message: 'the link fell' }))
  expect(await cut.run()).toMatchObject({ stopped: 'the link fell', items: [{ lane: 'a--1' }] })
})
