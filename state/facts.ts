/**
 * Facts: what was seen. Every figure on a screen, in `--json` and in the journal comes from one.
 * A fact is `{at, host, source, kind, key, value}`; a null value says that the thing is gone.
 * All instants are Unix milliseconds on the clock of the machine that saw them.
 */
import * as z from 'zod'
import { BoxFact, ImageFact } from './box-facts.ts'
import { ClaimCounts, ClaimFact } from './claim.ts'
import { DockFact, LineFact } from './dock.ts'
import { Instant } from './instant.ts'
import { Item } from './item.ts'
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

/** A question for the operator, as the journal holds it. */
export const DecisionFact = z.object({
  question: z.string(),
  options: z.array(z.string()),
  /** What is taken for the answer when its deadline passes; null when it just waits on. */
  default: z.string().nullable(),
  reversibility: z.enum(['reversible', 'irreversible', 'unknown']),
  /** Why it is asked, and why what it offers is safe; null when nobody said. */
  why: z.string().nullable(),
  answer: z.string().nullable(),
  author: z.string(),
  openedAt: Instant,
  deadline: Instant.nullable(),
  url: z.string().nullable(),
})
export type DecisionFact = z.infer<typeof DecisionFact>

/**
 * A rule that is broken now: a model that may not run, a share that is missed, or work in a lane's
 * own worktree that is not the lane's.
 */
export const BreachFact = z.object({
  about: z.enum(['model', 'share', 'lead', 'token']),
  /** The rule, e.g. `banned *-mini`. */
  rule: z.string(),
  /** The model; null when it is about none. */
  model: z.string().nullable(),
  /** A file, a directory that a process works in, a lane or its commit; for a share, who cost the most. */
  where: z.string(),
  /** Counted from 1; null when `where` is no file. */
  line: z.number().int().nullable(),
  pid: z.number().int().nullable(),
})
export type BreachFact = z.infer<typeof BreachFact>

/** What can be paused: `dispatch` is all of it, and has no name; a `queue` is a repository's. */
export const PauseTarget = z.object({
  kind: z.enum(['goal', 'lane', 'account', 'model', 'dispatch', 'queue']),
  name: z.string().max(200),
})
export type PauseTarget = z.infer<typeof PauseTarget>

/** Something that nobody may start, resume or heal for now. Its key is `<kind> <name>`. */
export const PauseFact = z.object({
  target: PauseTarget,
  /** `user@host`, or `hub` when a limit did it. */
  by: z.string(),
  reason: z.string(),
  since: Instant,
  /** When it ends by itself; null when somebody must end it. */
  until: Instant.nullable(),
  /** When somebody should ask whether it is still wanted. */
  review: Instant.nullable(),
  /** That time has come. */
  isReviewDue: z.boolean(),
})
export type PauseFact = z.infer<typeof PauseFact>

/** Whether clients may act, where the profile says that at first they may not. */
export const AccessFact = z.object({
  mode: z.enum(['read-only', 'read-write']),
  since: Instant,
  /** Who set it; null when the profile did. */
  by: z.string().nullable(),
})
export type AccessFact = z.infer<typeof AccessFact>

/** A token that the profile names: whether it is there. Never what it is. */
export const TokenFact = z.object({
  name: z.enum(['github.token', 'dock.mergeToken']),
  state: z.enum(['present', 'absent']),
  /** Why it is absent. */
  message: z.string().nullable(),
})
export type TokenFact = z.infer<typeof TokenFact>

/** Kind of fact → shape of its value. Adding a kind is one line here. */
export const FACT_VALUES = {
  lane: LaneFact,
  pr: PrFact,
  landing: LandingFact,
  dock: DockFact,
  line: LineFact,
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
