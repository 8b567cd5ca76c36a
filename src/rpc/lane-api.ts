/** What clients, hub and probe say to each other about launching, stopping and resuming lanes. */
import * as z from 'zod'
import { RunnerWish } from '../../state/config.ts'
import { Instant } from '../../state/facts.ts'
import { Engine } from '../../state/words.ts'

/** Names a run and its files: the lane's name, and `.2`, `.3`… for those that resume it. */
const Stem = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,60}(\.\d{1,4})?$/)

/** One process, whatever its pid is used for later. */
export const Identity = z.object({ pid: z.number().int().min(2), pidStart: z.string() })
export type Identity = z.infer<typeof Identity>

/**
 * How a run lives on the host. What names it there is chosen before it is made, so that after a
 * crash it can be looked for.
 */
export const RunnerSpec = z.discriminatedUnion('kind', [
  /** The leader of a session of its own. */
  z.object({ kind: z.literal('session') }),
  /** A unit of the user's own systemd. */
  z.object({
    kind: z.literal('systemd'),
    unit: z.string().regex(/^dockmaster-[a-z0-9_.-]{1,100}\.service$/),
  }),
  /** The first process of a container that is made for it and removed after it. */
  z.object({
    kind: z.literal('box'),
    container: z.string(),
    /** Id of the image. */
    image: z.string(),
    profile: z.string(),
    /** Files of the agent's configuration that differ from the image's. */
    drift: z.array(z.string()),
  }),
])
export type RunnerSpec = z.infer<typeof RunnerSpec>
export type RunnerKind = RunnerSpec['kind']

/** One a hold: what is late on its way for another one finds that it is not meant. */
export const Ticket = z.uuid().nullable().default(null)

/** What a run is: written beside its log on the host, before its prompt is sent. */
export const RunRecord = z.object({
  schema: z.literal('dockmaster.run/1'),
  /** Idempotency key of the launch. */
  key: z.string(),
  ticket: Ticket,
  stem: Stem,
  name: z.string(),
  engine: Engine,
  model: z.string().nullable(),
  hostname: z.string(),
  cwd: z.string(),
  /** The worktree that was made for it; null for a run that resumes. */
  tree: z
    .object({ repo: z.string(), path: z.string(), branch: z.string(), base: z.string() })
    .nullable(),
  log: z.string(),
  /** Bytes that the log held before this run. */
  logFrom: z.number().int(),
  brief: z.string(),
  sha256: z.string(),
  argv: z.array(z.string()),
  /** Records of the first version had no other. */
  runner: RunnerSpec.default({ kind: 'session' }),
  /** For a person: why it is that runner. */
  runnerWhy: z.string().default(''),
  pid: z.number().int(),
  pidStart: z.string(),
  /** systemd's id of this one start of the unit; null for what is no unit. */
  invocation: z.string().nullable().default(null),
  heldAt: Instant,
  /** Set just before the prompt is sent. */
  isReleasing: z.boolean(),
})
export type RunRecord = z.infer<typeof RunRecord>

/** What every process of a run carries in its environment: an orphan has no other tie left. */
export const markOf = ({ stem, key }: { stem: string; key: string }): string => `${stem} ${key}`

/**
 * How a run stands: `held` before its prompt, `unsent` when it ended so. Once it was taken back
 * there is no record, and `state` tells how it stood then.
 */
export const RunSeen = z.object({
  record: RunRecord.nullable(),
  state: z.enum(['absent', 'held', 'unsent', 'running', 'ended']),
  /** What the run added to its log. */
  logBytes: z.number().int(),
  /** The last line of its stderr. */
  said: z.string(),
})
export type RunSeen = z.infer<typeof RunSeen>

export const Survey = z.object({
  hostname: z.string(),
  repository: z
    .object({
      path: z.string(),
      remote: z.string().nullable(),
      branch: z.string().nullable(),
      /** Commit that a lane begins from. */
      base: z.string().nullable(),
      /** Why it cannot be read as a repository. */
      fault: z.string().nullable(),
    })
    .nullable(),
  program: z.object({ name: z.string(), path: z.string().nullable(), looked: z.string() }),
  /** The login shell's PATH. */
  path: z.string(),
  logs: z.string(),
  /** Why the user's systemd cannot hold runs; null when it can. */
  systemd: z.object({ fault: z.string().nullable() }),
  tree: z.string(),
  treeExists: z.boolean(),
  branchExists: z.boolean(),
  /** Runs of that name, the newest last. */
  runs: z.array(RunRecord),
})
export type Survey = z.infer<typeof Survey>

const Run = z.object({ logs: z.string(), stem: Stem, ticket: Ticket })

export const PROBE_LANE_METHODS = {
  'lane.survey': {
    params: z.object({
      name: z.string(),
      repo: z.string().nullable(),
      engine: Engine,
      program: z.string().nullable(),
      worktrees: z.string(),
      logs: z.string(),
    }),
    result: Survey,
  },
  /** Makes the worktree and starts a process that waits before its prompt. */
  'lane.hold': {
    params: RunRecord.omit({
      schema: true,
      hostname: true,
      brief: true,
      logFrom: true,
      pid: true,
      pidStart: true,
      invocation: true,
      heldAt: true,
      isReleasing: true,
    }).extend({
      runner: RunnerSpec,
      runnerWhy: z.string(),
      logs: z.string(),
      text: z.string(),
      path: z.string(),
      env: z.record(z.string(), z.string()),
    }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('held'), record: RunRecord }),
      z.object({ kind: z.literal('failed'), message: z.string() }),
    ]),
  },
  /** Sends the prompt, and looks until the run says something or ends. */
  'lane.release': { params: Run, result: RunSeen },
  'lane.look': { params: Run, result: RunSeen },
  /** Notes that a run which something else starts is let go; and its first process, once known. */
  'lane.note': {
    params: Run.extend({ pid: z.number().int().min(2).nullable() }),
    result: RunSeen,
  },
  /**
   * Takes a run away that did nothing, with its worktree; any other is only looked at. What is
   * `absent` after it never begins: a hold or a prompt of that ticket comes too late.
   */
  'lane.discard': { params: Run, result: RunSeen },
  /** The command line of that very process; null when it is gone or its pid is another's now. */
  'lane.who': {
    params: Identity.extend({ mark: z.string().nullable().default(null) }),
    result: z.object({
      commandLine: z.string().nullable(),
      fault: z.string().nullable(),
      /** When it is gone: what lives of the run that `mark` names. */
      left: z.array(Identity),
    }),
  },
  /** `run` names the record of a run of ours. */
  'lane.end': {
    params: Identity.extend({ run: Run.nullable().default(null) }),
    result: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('ended'),
        by: z.enum(['INT', 'TERM', 'KILL']),
        count: z.number(),
      }),
      z.object({ kind: z.literal('refused'), message: z.string() }),
      z.object({ kind: z.literal('left'), pids: z.array(z.number()) }),
    ]),
  },
} as const

/** What does not stop it: files that it would share with others, say. */
const Warnings = z.array(z.string()).default([])

/** How an act on a lane came out. */
export const LaneActed = z.discriminatedUnion('kind', [
  /** Nothing was done: each line names one reason. */
  z.object({ kind: z.literal('refused'), problems: z.array(z.string()).min(1) }),
  /** Nothing was done: this would be. */
  z.object({
    kind: z.literal('plan'),
    name: z.string(),
    sha256: z.string(),
    argv: z.array(z.string()),
    cwd: z.string(),
    branch: z.string(),
    base: z.string(),
    log: z.string(),
    /** What does not stand against it and should be known before a yes. */
    warnings: Warnings,
    runner: z.string(),
    runnerWhy: z.string(),
  }),
  /** `seq` is the outcome's entry in the journal. */
  z.object({
    kind: z.literal('running'),
    record: RunRecord,
    seen: z.string(),
    seq: z.number(),
    warnings: Warnings,
  }),
  /** The same launch is done already: it was not done again. */
  z.object({ kind: z.literal('already'), record: RunRecord, seen: z.string() }),
  z.object({ kind: z.literal('stopped'), by: z.string(), count: z.number(), seq: z.number() }),
  /** It was tried; what was begun is taken back. */
  z.object({ kind: z.literal('failed'), message: z.string(), seq: z.number() }),
  /** The link or the journal failed on the way: the hub looks again once it can. */
  z.object({ kind: z.literal('unknown'), message: z.string() }),
  z.object({ kind: z.literal('unreachable'), message: z.string() }),
])
export type LaneActed = z.infer<typeof LaneActed>

const Target = z.object({ lane: z.string() })

export const HUB_LANE_METHODS = {
  'lane.launch': {
    params: z.object({
      brief: z.string(),
      name: z.string(),
      repo: z.string().nullable(),
      engine: Engine,
      model: z.string().nullable(),
      /** Null: the profile's own. */
      runner: RunnerWish.nullable().default(null),
      /** Name of an entry of `boxes`: it asks for a box. */
      box: z.string().nullable().default(null),
      isDryRun: z.boolean(),
      label: z.string(),
    }),
    result: LaneActed,
  },
  /** Which process a lane is: to be shown before it is stopped. */
  'lane.target': {
    params: Target,
    result: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('found'),
        name: z.string(),
        commandLine: z.string(),
        ...Identity.shape,
      }),
      z.object({ kind: z.literal('refused'), message: z.string() }),
    ]),
  },
  'lane.stop': {
    params: z.object({ ...Target.shape, ...Identity.shape, label: z.string() }),
    result: LaneActed,
  },
  'lane.resume': {
    params: z.object({
      ...Target.shape,
      brief: z.string().nullable(),
      runner: RunnerWish.nullable().default(null),
      label: z.string(),
    }),
    result: LaneActed,
  },
} as const
