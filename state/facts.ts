/**
 * Facts: what was seen. Every figure on a screen, in `--json` and in the journal comes from one.
 * A fact is `{at, host, source, kind, key, value}`; a null value says that the thing is gone.
 * All instants are Unix milliseconds on the clock of the machine that saw them.
 */
import * as z from 'zod'
import { BoxFact, ImageFact } from './box-facts.ts'
import { ClaimCounts, ClaimFact } from './claim.ts'
import { ArrivalFact, DockFact, LineFact } from './dock.ts'
import { Instant } from './instant.ts'
import { Item } from './item.ts'
import { LockFact, LockFileFact } from './lock-file.ts'
import { AccessFact, BreachFact, DecisionFact, PauseFact, TokenFact } from './rule-facts.ts'
import { RunnerFact, RunnerHostFact } from './runner.ts'
import { Engine, LaneResult, LaneStatus, MergeState, SourceState } from './words.ts'

export { Instant }

/** A piece of evidence: read by us, never taken from an agent's text. */
export const Evidence = z.object({
  kind: z.enum(['commit', 'push', 'pr', 'report', 'file', 'image', 'transcript']),
  /** What names it: a SHA, a branch, `owner/name#12`, a path. */
  ref: z.string(),
  at: Instant.nullable(),
})
export type Evidence = z.infer<typeof Evidence>

/** What an agent may do unasked: flags that switch approvals or the sandbox off, and what it reaches. */
export const Risk = z.object({
  /** In our own words, so that they hold nothing foreign. Never empty. */
  flags: z.array(z.string()),
  reach: z.enum(['host', 'box', 'unknown']),
})
export type Risk = z.infer<typeof Risk>

/** The report that a brief asks for. Only `seen` is evidence: not empty, and of the lane's own time. */
export const ReportSeen = z.object({
  path: z.string(),
  state: z.enum(['seen', 'absent', 'empty', 'old', 'later']),
})
export type ReportSeen = z.infer<typeof ReportSeen>

/** One agent's run of work, joined from its log, its session file and its process. */
export const LaneFact = z.object({
  name: z.string(),
  engine: Engine,
  model: z.string().nullable(),
  status: LaneStatus,
  result: LaneResult,
  /** The engine's own machine word for why it ended or waits, e.g. `usage_limit_exceeded`. */
  cause: z.string().nullable(),
  /** When a limit lifts. */
  resetAt: Instant.nullable(),
  /** Codex thread id or Claude session id. */
  threadId: z.string().nullable(),
  pid: z.number().int().nullable(),
  /** Kernel start time of `pid` in clock ticks since boot: with the pid it names one process. */
  pidStart: z.string().nullable(),
  cwd: z.string().nullable(),
  log: z.string().nullable(),
  rollout: z.string().nullable(),
  /** SHA-256 of the brief that it was launched with; null when we did not launch it. */
  brief: z.string().nullable(),
  /** Command or file change that is open now. */
  currentCommand: z.string().nullable(),
  lastCommand: z.string().nullable(),
  lastExit: z.number().int().nullable(),
  lastMessage: z.string().nullable(),
  /** Tokens in and out over the whole thread. */
  tokens: z.number().int().nullable(),
  startedAt: Instant.nullable(),
  /** Last growth of log or session file: `now - activeAt` is how long it has been idle. */
  activeAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  evidence: z.array(Evidence),
  /** Null while it runs, and when its brief names none that we know. */
  report: ReportSeen.nullable(),
  /** How its claims stand. Set where lanes and claims meet, and only there. */
  claims: ClaimCounts.optional(),
  /** Null when nothing is bypassed, or nothing lives that could. */
  risk: Risk.nullable(),
  /** Why this status and result: one plain sentence a rule that decided. */
  why: z.array(z.string()),
  /** Lines of the log that could not be read: named, counted, skipped. */
  skipped: z.number().int(),
})
export type LaneFact = z.infer<typeof LaneFact>

/** One open pull request. */
export const PrFact = z.object({
  repo: z.string(),
  number: z.number().int(),
  title: z.string(),
  author: z.string(),
  branch: z.string(),
  base: z.string(),
  headSha: z.string(),
  url: z.string(),
  isDraft: z.boolean(),
  /** GitHub computes it lazily: UNKNOWN until it has, and never counted as clean. */
  mergeState: MergeState,
  checks: z.enum(['passing', 'failing', 'pending', 'none', 'unreadable']),
  checksDone: z.number().int().nullable(),
  checksTotal: z.number().int().nullable(),
  reviewDecision: z.string().nullable(),
  additions: z.number().int(),
  deletions: z.number().int(),
  changedFiles: z.number().int(),
  createdAt: Instant,
  updatedAt: Instant,
  /** When we first saw the present `mergeState`; null when not known. */
  mergeStateSince: Instant.nullable(),
  /** Place in the merge queue, from 1; null when not queued. */
  queuePosition: z.number().int().nullable(),
})
export type PrFact = z.infer<typeof PrFact>

/** A pull request that is on the default branch, with the SHA that proves it. */
export const LandingFact = z.object({
  repo: z.string(),
  number: z.number().int(),
  title: z.string(),
  sha: z.string(),
  mergedAt: Instant,
  mergedBy: z.string().nullable(),
  createdAt: Instant,
  /** What was merged, as its branch last stood. */
  branch: z.string(),
  headSha: z.string(),
  /** Whether the very tree that landed passed its checks; null when that cannot be told. */
  tested: z.boolean().nullable(),
})
export type LandingFact = z.infer<typeof LandingFact>

/** One job of the spine: a cron line, a user timer, a user service, or the watchdog's log. */
export const JobFact = z.object({
  name: z.string(),
  origin: z.enum(['cron', 'timer', 'service', 'watchdog']),
  /** Cron expression or the timer's calendar text; empty for services. */
  schedule: z.string(),
  command: z.string(),
  /** Due times by the schedule, in the host's zone. */
  next: Instant.nullable(),
  previousDue: Instant.nullable(),
  /** When its effect was last seen (log line, file time); null when it has none that we can see. */
  last: Instant.nullable(),
  state: z.enum(['ok', 'late', 'failed', 'running', 'stopped', 'unobservable', 'unreadable']),
  /** How many whole periods its effect is overdue; 0 when in time. */
  periodsLate: z.number().int(),
  /** The latest thing that it did or said, e.g. a watchdog action. */
  message: z.string().nullable(),
})
export type JobFact = z.infer<typeof JobFact>

/** One transcript source: a kind of session file under one root on one machine. */
export const TranscriptsFact = z.object({
  kind: z.string(),
  /** `host` is the factory's machine, `here` the operator's. */
  where: z.enum(['host', 'here']),
  root: z.string(),
  state: z.enum(['present', 'absent', 'denied']),
  /** Null, never zero, when the source is absent or denied. */
  files: z.number().int().nullable(),
  bytes: z.number().int().nullable(),
  newest: Instant.nullable(),
  /** Files of this source found under the captured root; null when nothing captures it. */
  captured: z.number().int().nullable(),
  /** How far the capture is behind the newest file, in ms; null when nothing captures it. */
  lagMs: z.number().int().nullable(),
})
export type TranscriptsFact = z.infer<typeof TranscriptsFact>

/** The host's own pressure. */
export const HostFact = z.object({
  hostname: z.string(),
  platform: z.string(),
  cores: z.number().int(),
  /** 1, 5 and 15 minute load averages. */
  load: z.tuple([z.number(), z.number(), z.number()]),
  memTotal: z.number(),
  memUsed: z.number(),
  disks: z.array(z.object({ mount: z.string(), total: z.number(), used: z.number() })),
  bootAt: Instant,
  zone: z.string(),
})
export type HostFact = z.infer<typeof HostFact>

/** How one collector fares. A collector that is late by two periods is red by itself. */
export const SourceFact = z.object({
  state: SourceState,
  /** When this state began. */
  since: Instant,
  /** Last time it looked, whatever came of it. */
  lookedAt: Instant,
  /** 0 when it speaks as things happen: then it is never late. */
  periodMs: z.number().int(),
  /** What is wrong and where; null when nothing is. */
  message: z.string().nullable(),
  /** What the operator can do about it; null when nothing is wrong. */
  mend: z.string().nullable(),
})
export type SourceFact = z.infer<typeof SourceFact>

/** The one connection. */
export const LinkFact = z.object({
  state: z.enum(['connecting', 'up', 'down', 'refused']),
  since: Instant,
  transport: z.enum(['ssh', 'local']),
  target: z.string(),
  rttMs: z.number().nullable(),
  /** The host's clock less ours, in ms: ages of what the host saw are counted on its clock. */
  skewMs: z.number().nullable(),
  /** TCP connections that the hub holds open to the host: 1, or 0 when local or down. */
  connections: z.number().int(),
  /** Times that it was opened again after a drop. */
  reconnects: z.number().int(),
  message: z.string().nullable(),
  mend: z.string().nullable(),
  /** Set while an unknown host key waits for a person's yes. */
  unknownKey: z.object({ type: z.string(), fingerprint: z.string() }).nullable(),
})
export type LinkFact = z.infer<typeof LinkFact>

/** Kind of fact → shape of its value. Adding a kind is one line here. */
export const FACT_VALUES = {
  lane: LaneFact,
  pr: PrFact,
  landing: LandingFact,
  dock: DockFact,
  line: LineFact,
  arrival: ArrivalFact,
  job: JobFact,
  transcripts: TranscriptsFact,
  host: HostFact,
  source: SourceFact,
  link: LinkFact,
  decision: DecisionFact,
  item: Item,
  breach: BreachFact,
  claim: ClaimFact,
  box: BoxFact,
  image: ImageFact,
  pause: PauseFact,
  access: AccessFact,
  token: TokenFact,
  'runner-host': RunnerHostFact,
  runner: RunnerFact,
  'lock-file': LockFileFact,
  lock: LockFact,
} as const

export type FactKind = keyof typeof FACT_VALUES
export const FACT_KINDS = Object.keys(FACT_VALUES) as FactKind[]
export type FactValue<K extends FactKind> = z.infer<(typeof FACT_VALUES)[K]>

/** What a collector emits: it does not know its own host or name. */
export type FactDraft = {
  [K in FactKind]: { kind: K; key: string; at: Instant; value: FactValue<K> | null }
}[FactKind]

export type Fact = FactDraft & {
  /** Name of the host profile. */
  host: string
  /** Name of the collector that saw it. */
  source: string
}

const variants = FACT_KINDS.map(kind =>
  z.object({
    kind: z.literal(kind),
    key: z.string(),
    at: Instant,
    value: FACT_VALUES[kind].nullable(),
  }),
)

/** Parses what a probe says it saw. The cast says what the table above guarantees. */
export const FactDraftSchema = z.discriminatedUnion(
  'kind',
  variants as [(typeof variants)[0], ...typeof variants],
) as unknown as z.ZodType<FactDraft>
