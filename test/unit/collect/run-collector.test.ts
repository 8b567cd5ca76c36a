import { describe, expect, it } from 'vitest'
import {
  type Collector,
  failed,
  type Look,
  sawAll,
  sawAllBut,
  sawSome,
} from '../../../adapters/collector.ts'
import { runCollector } from '../../../src/collect/run-collector.ts'
import type { FactDraft, LandingFact } from '../../../state/facts.ts'

const landing = (key: string, title: string): FactDraft => {
  const value: LandingFact = {
    repo: 'acme/app',
    number: 1,
    title,
    sha: 'a'.repeat(40),
    mergedAt: 1,
    mergedBy: null,
    createdAt: 0,
    branch: 'b',
    headSha: 'a',
    tested: null,
  }
  return { kind: 'landing', key, at: 1, value }
}

/** Runs a collector over scripted looks, one a poke, and gathers what it emits. */
async function emitted(looks: (Look | Error)[]): Promise<FactDraft[][]> {
  const stop = new AbortController()
  const batches: FactDraft[][] = []
  let poke: (hint: string) => void = () => {}
  const collector: Collector = {
    name: 'scripted',
    periodMs: 60_000,
    watch: next => {
      poke = next
    },
    look: async () => {
      const next = looks.shift()
      if (looks.length === 0) setImmediate(() => stop.abort())
      else setImmediate(() => poke('more'))
      if (next instanceof Error) throw next
      return next ?? sawSome([])
    },
  }
  await runCollector(
    collector,
    { now: () => 1_000, emit: (_source, drafts) => batches.push(drafts) },
    stop.signal,
  )
  return batches
}

const sources = (batches: FactDraft[][]) =>
  batches.flat().flatMap(draft => (draft.kind === 'source' && draft.value ? [draft.value] : []))

describe('a collector that runs', () => {
  it('sends only what changed', async () => {
    const batches = await emitted([
      sawAll([landing('a', 'one'), landing('b', 'two')]),
      sawSome([landing('a', 'one'), landing('b', 'changed')]),
      sawSome([]),
    ])
    const keys = batches.map(batch => batch.filter(d => d.kind === 'landing').map(d => d.key))
    expect(keys).toEqual([['a', 'b'], ['b']])
  })

  it('says with null what a whole look no longer shows', async () => {
    const batches = await emitted([sawAll([landing('a', 'one')]), sawAll([]), sawSome([])])
    expect(batches.at(-1)).toMatchObject([{ kind: 'landing', key: 'a', value: null }])
  })

  it('[A07] keeps what was known when a look fails, and says why', async () => {
    const batches = await emitted([
      sawAll([landing('a', 'one')]),
      failed('unreachable', 'the board does not answer', 'start it'),
      sawSome([]),
    ])
    expect(batches.flat().filter(draft => draft.value === null)).toEqual([])
    expect(sources(batches)[1]).toMatchObject({ state: 'unreachable', mend: 'start it' })
  })

  it('[A07] sends what was seen though something else failed, and says what', async () => {
    const batches = await emitted([
      sawAll([landing('a', 'one')]),
      sawAllBut([landing('b', 'two')], 'the queue refuses', 'it is tried again by itself'),
      sawSome([]),
    ])
    expect(batches[1]).toMatchObject([
      { kind: 'landing', key: 'b' },
      { kind: 'landing', key: 'a', value: null },
      { kind: 'source', value: { state: 'partial', message: 'the queue refuses' } },
    ])
  })

  it('[O08] keeps what a full look left out, until a small look says something new', async () => {
    const full: Look = { ...sawAll([]), message: 'a.log is no log' }
    const news: Look = { ...sawSome([]), message: 'b.log is none either' }
    const messages = async (looks: Look[]) => sources(await emitted(looks)).map(s => s.message)
    expect(await messages([full, sawSome([]), sawSome([])])).toEqual(['a.log is no log'])
    expect(await messages([full, news, sawSome([])])).toEqual([full.message, news.message])
    const broken = failed('error', 'the disk is gone', 'look at it')
    expect(await messages([full, broken, sawSome([])])).toEqual([
      full.message,
      broken.message,
      null,
    ])
  })

  it('turns a throw into a row, and goes on', async () => {
    const batches = await emitted([new Error('boom'), sawAll([landing('a', 'one')]), sawSome([])])
    expect(sources(batches).map(s => s.state)).toEqual(['error', 'ok'])
  })
})
