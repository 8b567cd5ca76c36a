/** Invented facts for screens: a small factory, and many of one kind. */
import type { Fact, FactKind, FactValue } from '../../../state/facts.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'

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
  fact('pr', `yard/dock#${number}`, {
    repo: 'yard/dock',
    number,
    title,
    author: 'lane',
    branch: title,
    base: 'main',
    headSha: 'a'.repeat(40),
    url: `https://example.invalid/yard/dock/pull/${number}`,
    isDraft: false,
    mergeState: 'CLEAN',
    checks: 'passing',
    checksDone: 7,
    checksTotal: 7,
    reviewDecision: null,
    additions: 212,
    deletions: 4,
    changedFiles: 3,
    createdAt: NOW - 5 * HOUR,
    updatedAt: NOW - HOUR,
    mergeStateSince: null,
    queuePosition: null,
    ...change,
  })

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

/** An entry of the journal, written `minutesAgo`. */
export const entry = (
  seq: number,
  text: string,
  minutesAgo: number,
  change: Partial<JournalRow> = {},
): JournalRow => ({
  seq,
  at: NOW - minutesAgo * MINUTE,
  kind: 'note',
  author: 'scout',
  subject: '',
  text,
  data: {},
  hash: String(seq).padStart(64, '0'),
  ...change,
})

/** A journal with an entry of every kind; its decision is the one that waits in FACTORY. */
export const JOURNAL: readonly JournalRow[] = [
  entry(9, 'hub 1.2.3 started', 70, { kind: 'session', author: 'hub', subject: 'yard' }),
  entry(10, 'status stalled', 65, { kind: 'seen', author: 'lanes', subject: 'berth-board' }),
  entry(11, 'the train waits for #163', 60, { subject: 'yard/dock#163' }),
  entry(12, 'Merge #158 tonight?', 60, {
    kind: 'decision',
    author: 'marshal',
    data: { options: ['merge', 'wait'] },
  }),
  entry(13, 'systemctl restart runner', 14, { kind: 'intent', author: 'watch', subject: 'runl' }),
  entry(14, 'exit 0', 13, {
    kind: 'outcome',
    author: 'watch',
    subject: 'runl',
    data: { intent: 13 },
  }),
  entry(15, 'wait', 2, { kind: 'answer', author: 'ann', data: { decision: 8 } }),
]

const commit = { kind: 'commit' as const, ref: '85b6daf3aa11', at: NOW - 20 * MINUTE }

/** Something of everything. */
export const FACTORY: readonly Fact[] = [
  link(),
  host(),
  ...['lanes', 'github', 'cron', 'transcripts', 'vitals'].map(name => source(name)),
  lane('crane-roster-2', {
    status: 'ended',
    result: 'claimed',
    lastMessage: 'All 2 images build now',
    activeAt: NOW - 6 * MINUTE,
    endedAt: NOW - 6 * MINUTE,
  }),
  lane('berth-board', {
    status: 'stalled',
    cause: 'reconnecting',
    activeAt: NOW - 9 * MINUTE,
    startedAt: NOW - 2 * HOUR,
  }),
  lane('pilot-queue-v3', { currentCommand: 'git push origin queue-v3', evidence: [commit] }),
  lane('groundwork', {
    currentCommand: 'pip install -r requirements.txt',
    startedAt: NOW - 3 * HOUR,
    engine: 'claude',
    model: 'claude-opus-5',
  }),
  lane('signal-l3', {
    status: 'thinking',
    model: 'gpt-5.5-mini',
    lastMessage: 'Reading the signal again',
    activeAt: NOW - 2 * MINUTE,
  }),
  lane('night-owl', { status: 'quota', resetAt: NOW + 17 * MINUTE, activeAt: NOW - HOUR }),
  lane('nightly-sweep', {
    status: 'ended',
    tokens: 41_000,
    activeAt: NOW - 3 * HOUR,
    endedAt: NOW - 3 * HOUR,
  }),
  lane('fuel-meter', {
    status: 'ended',
    result: 'landed',
    evidence: [{ kind: 'commit', ref: '85b6daf3bb22', at: NOW - 5 * HOUR }],
    activeAt: NOW - 5 * HOUR,
    endedAt: NOW - 5 * HOUR,
  }),
  pr(158, 'Signal gaps are listed'),
  pr(163, 'Customs proof for every page', {
    mergeState: 'BLOCKED',
    checks: 'pending',
    checksDone: 3,
    checksTotal: 5,
    createdAt: NOW - 2 * HOUR,
  }),
  pr(151, 'Feature store keeps its history', {
    mergeState: 'DIRTY',
    createdAt: NOW - 19 * HOUR,
  }),
  pr(149, 'Rubrics in one table', { mergeState: 'BEHIND', createdAt: NOW - 26 * HOUR }),
  pr(147, 'Red lights', { mergeState: 'UNSTABLE', checks: 'failing', createdAt: NOW - 30 * HOUR }),
  landing(140, 1),
  landing(141, 2),
  job('watchdog', { message: 'all 9 in order' }),
  job('janitor', { state: 'late', periodsLate: 2, last: NOW - 9 * HOUR }),
  job('12:40 runner', {
    origin: 'watchdog',
    schedule: '',
    message: 'runner offline → restarted → listening, 38s',
    last: NOW - 13 * MINUTE,
  }),
  job('snapshot', { state: 'unobservable', last: null }),
  fact('box', 'dockmaster-berth-board-0f3a', {
    name: 'dockmaster-berth-board-0f3a',
    lane: 'berth-board',
    profile: 'work',
    image: `sha256:${'4e'.repeat(32)}`,
    state: 'exited',
    startedAt: NOW - HOUR,
    endedAt: null,
    exit: 137,
    isOutOfMemory: true,
    leftover: 'it ended and was not removed',
    drift: ['AGENTS.md'],
  }),
  fact('image', 'image work', {
    profile: 'work',
    name: 'lane:2026-11',
    pin: `sha256:${'4e'.repeat(32)}`,
    digest: `sha256:${'5f'.repeat(32)}`,
    size: 412_000_000,
    builtAt: NOW - 48 * HOUR,
    base: null,
    drift: ['it is sha256:5f5f5f5f5f5f, and sha256:4e4e4e4e4e4e is pinned'],
    needs: [{ service: 'tracker', token: 'expired', expiresAt: NOW - HOUR }],
  }),
  transcripts('codex'),
  transcripts('paperclip', { files: 312, captured: 310, newest: NOW - 4 * MINUTE }),
  transcripts('hermes', {
    state: 'absent',
    files: null,
    bytes: null,
    newest: null,
    captured: null,
  }),
  decision('12', 'Merge #158 tonight?'),
]

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
