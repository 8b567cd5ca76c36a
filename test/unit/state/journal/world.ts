/** Facts and entries for the tests of seen and handover, whole but for what a test changes. */
import type { Fact, FactValue } from '../../../../state/facts.ts'
import type { JournalEntry, JournalRow } from '../../../../state/journal-entry.ts'
import { pullValue } from '../../../setup/fact-values.ts'
import * as facts from '../../../terminal/parts/facts.ts'

const stamp = { at: 1_000, host: 'practice', source: 'test' }

export const lane = (key: string, over: Partial<FactValue<'lane'>> = {}): Fact => ({
  ...facts.lane(key, {
    model: 'model-5',
    threadId: `thread-${key}`,
    pid: 4_242,
    cwd: `/srv/lanes/${key}`,
    log: `/logs/${key}.jsonl`,
    tokens: 10,
    startedAt: 500,
    activeAt: 900,
    why: ['its log grows'],
    ...over,
  }),
  ...stamp,
  key,
})

export const pr = (number: number, over: Partial<FactValue<'pr'>> = {}): Fact => ({
  ...stamp,
  kind: 'pr',
  key: `octo/repo#${number}`,
  value: pullValue(number, { repo: 'octo/repo', title: `change ${number}`, ...over }),
})

export const landing = (number: number): Fact => ({
  ...stamp,
  kind: 'landing',
  key: `octo/repo#${number}`,
  value: {
    repo: 'octo/repo',
    number,
    title: 'change',
    sha: 'b'.repeat(40),
    mergedAt: 77,
    mergedBy: 'ann',
    createdAt: 1,
    branch: `b${number}`,
    headSha: 'a'.repeat(40),
    tested: true,
  },
})

export const job = (name: string, over: Partial<FactValue<'job'>> = {}): Fact => ({
  ...facts.job(name, { schedule: '0 4 * * *', command: `/bin/${name}`, next: null, ...over }),
  ...stamp,
})

export const source = (name: string, over: Partial<FactValue<'source'>> = {}): Fact => ({
  ...facts.source(name, { since: 1, lookedAt: 2, ...over }),
  ...stamp,
})

export const link = (state: FactValue<'link'>['state']): Fact => ({
  ...facts.link({ state, since: 5, target: 'dev@host.example', rttMs: null, skewMs: null }),
  ...stamp,
})

export const gone = (fact: Fact): Fact => ({ ...fact, value: null })

export const entry = (over: Partial<JournalEntry> = {}): JournalEntry => ({
  at: 9,
  kind: 'note',
  author: 'ann',
  subject: '',
  text: 'x',
  data: {},
  ...over,
})

export const row = (seq: number, over: Partial<JournalRow> = {}): JournalRow => ({
  seq,
  at: seq * 1_000,
  kind: 'note',
  author: 'ann',
  subject: '',
  text: `text ${seq}`,
  data: {},
  hash: '',
  ...over,
})

export const breach = (): Fact => ({
  ...facts.breach({ model: 'model-5-spark' }),
  ...stamp,
})
