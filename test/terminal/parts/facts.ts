/** Invented facts for screens, each of them plain but for what a test says. */
import type { Fact, FactKind, FactValue } from '../../../state/facts.ts'
import { pullValue } from '../../setup/fact-values.ts'

/** 2026-11-21 12:53 UTC, the start of a minute. */
export const NOW = Date.UTC(2026, 10, 21, 12, 53)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

const SOURCES: Readonly<Record<FactKind, string>> = {
  lane: 'lanes',
  pr: 'github',
  landing: 'github',
  dock: 'dock:yard/dock',
  arrival: 'dock:yard/dock',
  line: 'dock:yard/dock',
  job: 'cron',
  transcripts: 'transcripts',
  host: 'vitals',
  source: 'hub',
  link: 'hub',
  decision: 'journal',
  item: 'items',
  breach: 'models',
  claim: 'lanes',
  pause: 'journal',
  access: 'hub',
  box: 'docker',
  image: 'docker',
  token: 'tokens',
  runner: 'runners:tidewater/quay',
  'runner-host': 'runner',
  'lock-file': 'lock-files',
  lock: 'locks',
}

export const fact = <K extends FactKind>(kind: K, key: string, value: FactValue<K> | null): Fact =>
  ({ kind, key, at: NOW, host: 'yard', source: SOURCES[kind], value }) as Fact

export const lane = (name: string, change: Partial<FactValue<'lane'>> = {}): Fact =>
  fact('lane', change.threadId ?? name, {
    name,
    engine: 'codex',
    model: 'gpt-5.5',
    status: 'working',
    result: 'none',
    cause: null,
    resetAt: null,
    threadId: null,
    pid: 4_711,
    pidStart: '99',
    cwd: `/srv/yard/${name}`,
    log: `/srv/logs/${name}.log`,
    rollout: null,
    brief: null,
    currentCommand: null,
    lastCommand: null,
    lastExit: null,
    lastMessage: null,
    tokens: null,
    startedAt: NOW - HOUR,
    activeAt: NOW - 20_000,
    endedAt: null,
    evidence: [],
    report: null,
    risk: null,
    why: [],
    skipped: 0,
    ...change,
  })

export const pr = (number: number, title: string, change: Partial<FactValue<'pr'>> = {}): Fact =>
  fact(
    'pr',
    `yard/dock#${number}`,
    pullValue(number, {
      repo: 'yard/dock',
      title,
      branch: title,
      url: `https://example.invalid/yard/dock/pull/${number}`,
      checksDone: 7,
      checksTotal: 7,
      additions: 212,
      deletions: 4,
      changedFiles: 3,
      createdAt: NOW - 5 * HOUR,
      updatedAt: NOW - HOUR,
      ...change,
    }),
  )

export const job = (name: string, change: Partial<FactValue<'job'>> = {}): Fact =>
  fact('job', name, {
    name,
    origin: 'cron',
    schedule: '*/5 * * * *',
    command: `/srv/bin/${name}`,
    next: NOW + 5 * MINUTE,
    previousDue: NOW - 3 * MINUTE,
    last: NOW - 3 * MINUTE,
    state: 'ok',
    periodsLate: 0,
    message: null,
    ...change,
  })

export const transcripts = (kind: string, change: Partial<FactValue<'transcripts'>> = {}): Fact =>
  fact('transcripts', `${kind} ${change.root ?? ''}`, {
    kind,
    where: 'host',
    root: `/home/crew/.${kind}/sessions`,
    state: 'present',
    files: 1_204,
    bytes: 5_000_000,
    newest: NOW - MINUTE,
    captured: 1_204,
    lagMs: 0,
    ...change,
  })

export const link = (change: Partial<FactValue<'link'>> = {}): Fact =>
  fact('link', 'link', {
    state: 'up',
    since: NOW - HOUR,
    transport: 'ssh',
    target: 'crew@yard.example.invalid:22',
    rttMs: 38,
    skewMs: 0,
    connections: 1,
    reconnects: 0,
    message: null,
    mend: null,
    unknownKey: null,
    ...change,
  })

export const source = (name: string, change: Partial<FactValue<'source'>> = {}): Fact =>
  fact('source', name, {
    state: 'ok',
    since: NOW - HOUR,
    lookedAt: NOW,
    periodMs: 15_000,
    message: null,
    mend: null,
    ...change,
  })

export const host = (): Fact =>
  fact('host', 'host', {
    hostname: 'yard',
    platform: 'linux',
    cores: 8,
    load: [1.9, 1.5, 1.1],
    memTotal: 16_000,
    memUsed: 9_760,
    disks: [{ mount: '/', total: 1_000, used: 720 }],
    bootAt: NOW - 100 * HOUR,
    zone: 'UTC',
  })

export const decision = (key: string, question: string): Fact =>
  fact('decision', key, {
    question,
    options: ['merge', 'wait'],
    answer: null,
    author: 'marshal',
    openedAt: NOW - HOUR,
    default: null,
    reversibility: 'unknown',
    why: null,
    deadline: null,
    url: null,
  })

export const breach = (change: Partial<FactValue<'breach'>> = {}, key?: string): Fact => {
  const value = {
    about: 'model' as const,
    rule: 'banned *-spark',
    model: 'gpt-5.5-spark',
    where: '/srv/ops/night.sh',
    line: 3,
    pid: null,
    ...change,
  }
  return fact('breach', key ?? `${value.where}:${value.line} ${value.model}`, value)
}

export const landing = (number: number, hoursAgo: number): Fact =>
  fact('landing', `yard/dock#${number}`, {
    repo: 'yard/dock',
    number,
    title: `change ${number}`,
    sha: String(number).padStart(40, '0'),
    mergedAt: NOW - hoursAgo * HOUR,
    mergedBy: 'train',
    createdAt: NOW - 30 * HOUR,
    branch: `change-${number}`,
    headSha: 'd'.repeat(40),
    tested: true,
  })

/** Many lanes, of every status. */
export const manyLanes = (many: number): readonly Fact[] =>
  Array.from({ length: many }, (_, index) =>
    lane(`lane-${String(index).padStart(4, '0')}`, {
      status:
        (['working', 'thinking', 'quiet', 'stalled', 'ended'] as const)[index % 5] ?? 'working',
      currentCommand: `make target-${index}`,
      startedAt: NOW - HOUR - index * 1_000,
    }),
  )
