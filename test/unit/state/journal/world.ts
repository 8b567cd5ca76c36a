/** Facts and entries for the tests of seen and handover, whole but for what a test changes. */
import type { Fact, FactValue } from '../../../../state/facts.ts'
import type { JournalRow } from '../../../../state/journal-entry.ts'

const stamp = { at: 1_000, host: 'practice', source: 'test' }

export const lane = (key: string, over: Partial<FactValue<'lane'>> = {}): Fact => ({
  ...stamp,
  kind: 'lane',
  key,
  value: {
    name: key,
    engine: 'codex',
    model: 'model-5',
    status: 'working',
    result: 'none',
    cause: null,
    resetAt: null,
    threadId: `thread-${key}`,
    pid: 4_242,
    pidStart: '99',
    cwd: `/srv/lanes/${key}`,
    log: `/logs/${key}.jsonl`,
    rollout: null,
    brief: null,
    currentCommand: null,
    lastCommand: null,
    lastExit: null,
    lastMessage: null,
    tokens: 10,
    startedAt: 500,
    activeAt: 900,
    endedAt: null,
    evidence: [],
    report: null,
    risk: null,
    why: ['its log grows'],
    skipped: 0,
    ...over,
  },
})

export const pr = (number: number, over: Partial<FactValue<'pr'>> = {}): Fact => ({
  ...stamp,
  kind: 'pr',
  key: `octo/repo#${number}`,
  value: {
    repo: 'octo/repo',
    number,
    title: `change ${number}`,
    author: 'ann',
    branch: `b${number}`,
    base: 'main',
    headSha: 'a'.repeat(40),
    url: `https://git.example/octo/repo/pull/${number}`,
    isDraft: false,
    mergeState: 'CLEAN',
    checks: 'passing',
    checksDone: 3,
    checksTotal: 3,
    reviewDecision: null,
    additions: 1,
    deletions: 1,
    changedFiles: 1,
    createdAt: 1,
    updatedAt: 2,
    mergeStateSince: null,
    queuePosition: null,
    ...over,
  },
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
  ...stamp,
  kind: 'job',
  key: name,
  value: {
    name,
    origin: 'cron',
    schedule: '0 4 * * *',
    command: `/bin/${name}`,
    next: null,
    previousDue: null,
    last: 60,
    state: 'ok',
    periodsLate: 0,
    message: null,
    ...over,
  },
})

export const source = (name: string, over: Partial<FactValue<'source'>> = {}): Fact => ({
  ...stamp,
  kind: 'source',
  key: name,
  value: {
    state: 'ok',
    since: 1,
    lookedAt: 2,
    periodMs: 15_000,
    message: null,
    mend: null,
    ...over,
  },
})

export const link = (state: FactValue<'link'>['state']): Fact => ({
  ...stamp,
  kind: 'link',
  key: 'link',
  value: {
    state,
    since: 5,
    transport: 'ssh',
    target: 'dev@host.example',
    rttMs: null,
    skewMs: null,
    connections: 1,
    reconnects: 0,
    message: null,
    mend: null,
    unknownKey: null,
  },
})

export const gone = (fact: Fact): Fact => ({ ...fact, value: null })

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

export const breach = (over: Partial<FactValue<'breach'>> = {}): Fact => ({
  ...stamp,
  kind: 'breach',
  key: '/srv/ops/night.sh:3 model-5-spark',
  value: {
    about: 'model',
    rule: 'banned *-spark',
    model: 'model-5-spark',
    where: '/srv/ops/night.sh',
    line: 3,
    pid: null,
    ...over,
  },
})
