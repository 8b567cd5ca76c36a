/**
 * The shape of `config.toml`, parsed at the border. Secrets have no place in it: a token is named
 * by environment variable, file or command. Unknown keys are errors, so that a typo is not silence.
 */
import * as z from 'zod'
import { AnswersConfig } from './answers-config.ts'
import { BoxProfiles, DockerConfig } from './box-config.ts'
import { GateOverrides } from './gate-policy.ts'
import { GoalName, Item } from './item.ts'
import { LockPattern } from './lock-file.ts'
import { Engine } from './words.ts'

/** `15m`, `30s`, `1500ms`, `2h` → milliseconds. */
export const Duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'a duration is a number and one of ms s m h d, like 15m')
  .transform(text => {
    const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
    const [, count = '0', name = 'ms'] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
    return Number(count) * unit[name as keyof typeof unit]
  })

/** Where a secret is read from, at the moment it is needed. */
export const SecretSource = z.union([
  z.strictObject({ env: z.string() }),
  z.strictObject({ file: z.string() }),
  z.strictObject({ command: z.array(z.string()).min(1) }),
])
export type SecretSource = z.infer<typeof SecretSource>

/** Paths and globs here may begin with `~/`: the home of the user on the machine they are read on. */
const Globs = z.array(z.string().min(1))

export const LanesConfig = z.strictObject({
  /** Files that hold `codex exec --json` or Claude `stream-json` output. */
  logs: Globs.default([]),
  codexHomes: Globs.default(['~/.codex']),
  claudeHomes: Globs.default(['~/.claude']),
})
export type LanesConfig = z.infer<typeof LanesConfig>

/** Which models may run, and who should carry the work. In globs of models `*` is anything. */
export const ModelsConfig = z.strictObject({
  /** When it names any, every other model breaks the rule. */
  allowed: Globs.default([]),
  banned: Globs.default([]),
  /** Files on the host that launch agents, by glob; `crontab` is the user's own. */
  launchers: Globs.default([]),
  /** Least part of a day's tokens that an engine should carry, from 0 to 1. */
  share: z.partialRecord(Engine, z.number().min(0).max(1)).default({}),
})
export type ModelsConfig = z.infer<typeof ModelsConfig>

/** What proves that a job ran: its effect, not its exit. */
export const EffectConfig = z.strictObject({
  /** Text that the job's command or unit name contains. */
  job: z.string(),
  /** A file or glob whose newest modification is the effect. */
  file: z.string(),
})

export const SpineConfig = z.strictObject({
  cron: z.boolean().default(true),
  /** A file to read in place of `crontab -l`. */
  crontabFile: z.string().optional(),
  timers: z.boolean().default(true),
  services: z.array(z.string()).default([]),
  watchdogLog: z.string().optional(),
  /** Directories of self-hosted runners on the host, by glob. */
  runner: z.string().min(1).optional(),
  effects: z.array(EffectConfig).default([]),
})
export type SpineConfig = z.infer<typeof SpineConfig>

/** What is left on the host by those that are done. */
export const LeftoversConfig = z.strictObject({
  /** Lock files of bots, by their names: `/srv/factory/.botfix-{repo}-{pull}.lock`. */
  locks: z.array(LockPattern).default([]),
  /** A lock that is older is left over, whatever its pull request does. */
  lockAge: Duration.default(86_400_000),
})
export type LeftoversConfig = z.infer<typeof LeftoversConfig>

export const TranscriptSource = z.strictObject({
  kind: z.string(),
  /** Glob of roots: each match is a source of its own (a company, an agent, a profile). */
  root: z.string(),
  /** Glob of the session files under a root. */
  files: z.string(),
  where: z.enum(['host', 'here']),
})
export type TranscriptSource = z.infer<typeof TranscriptSource>

export const PkmConfig = z.strictObject({
  /** Added to the known sources. */
  sources: z.array(TranscriptSource).default([]),
  /** Root of captured transcripts on the host, as `<root>/<kind>/<machine>/…`. */
  captured: z.string().optional(),
  /** Whether this machine's own transcripts are looked at too. */
  here: z.boolean().default(true),
})
export type PkmConfig = z.infer<typeof PkmConfig>

export const GithubConfig = z.strictObject({
  repos: z.array(z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'a repository is owner/name')).default([]),
  api: z.url().default('https://api.github.com'),
  token: SecretSource.optional(),
  poll: Duration.default(30_000),
})
export type GithubConfig = z.infer<typeof GithubConfig>

const Cap = z.number().int().nonnegative()
const Caps = z.record(z.string(), Cap).default({})

/** What may be dispatched, in which turn, and when no more. */
export const DispatchConfig = z.strictObject({
  items: z.array(z.strictObject(Item.shape)).max(2_000).default([]),
  /** A file on the host with more items: one JSON object a line. */
  file: z.string().min(1).optional(),
  /** In the order of their turns; a goal that is not named comes after these, by name. */
  goals: z.array(z.strictObject({ name: GoalName, cap: Cap.optional() })).default([]),
  /** Lanes at once: of one goal, of all items, on the host whatever they do, by model, account. */
  caps: z
    .strictObject({
      goal: Cap.default(2),
      total: Cap.default(8),
      host: Cap.default(12),
      models: Caps,
      accounts: Caps,
    })
    .prefault({}),
  /** The dock is jammed from so many on. */
  jam: z
    .strictObject({
      openPrs: z.number().int().positive().default(10),
      inReview: z.number().int().positive().default(10),
    })
    .prefault({}),
  /** The host is pressed from here on: load over one minute a core, shares of memory and disk. */
  pressure: z
    .strictObject({
      loadPerCore: z.number().positive().default(2),
      memory: z.number().positive().max(1).default(0.9),
      disk: z.number().positive().max(1).default(0.9),
    })
    .prefault({}),
})
export type DispatchConfig = z.infer<typeof DispatchConfig>

/** A repository whose pull requests the dock looks at, and may land when it is told to. */
export const DockRepo = z
  .strictObject({
    repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'a repository is owner/name'),
    /** Branch that its pull requests land on. */
    base: z.string().min(1).default('main'),
    /** Where git fetches and pushes; else GitHub's own address of it. */
    remote: z.string().min(1).optional(),
    /** Where its mirror lies. One on the host only looks: what agents could write decides no landing. */
    mirror: z.enum(['here', 'host']).default('here'),
    /** `look` lands nothing; `train` is the line of this console, `native` is GitHub's queue. */
    backend: z.enum(['look', 'train', 'native']).default('look'),
    /** Whether what passes the gate lands with nobody asked. */
    lands: z.boolean().default(false),
    /** Most pull requests of one run, most runs at once, and red runs that a single one is forgiven. */
    batch: z.number().int().min(1).max(32).default(1),
    depth: z.number().int().min(1).max(32).default(1),
    retries: z.number().int().min(0).max(3).default(1),
    /** Tests trains in place of the checks on a branch of ours: for `sh -c`, in a box of that name. */
    gateCommand: z.string().min(1).optional(),
    box: z.string().min(1).optional(),
    gateLimit: Duration.default(1_800_000),
    /** Dirty pull requests: `propose` says which could be rebased, `push` does it, checked first. */
    rebase: z.enum(['off', 'propose', 'push']).default('off'),
    /** Gives what no rule can rebase to a lane in that repository of `launch.repos`; else a person is asked. */
    rebaseLane: z.strictObject({ engine: Engine, model: z.string().min(1).optional() }).optional(),
    /** A pull request that could board for longer than this goes before all of its priority. */
    starve: Duration.default(86_400_000),
    /** A pull request that is older than this is listed as old. */
    old: Duration.default(259_200_000),
    gate: GateOverrides.default({}),
  })
  .refine(
    ({ mirror, backend, rebase }) => mirror === 'here' || (backend === 'look' && rebase === 'off'),
    {
      path: ['mirror'],
      message:
        'a mirror on the host only looks: backend = "look" and no rebase, or mirror = "here"',
    },
  )
  .refine(({ gateCommand, box }) => gateCommand === undefined || box !== undefined, {
    path: ['box'],
    message: 'gateCommand runs in a box: name an entry of boxes',
  })
export type DockRepo = z.infer<typeof DockRepo>

export const DockConfig = z.strictObject({
  repos: z.array(DockRepo).default([]),
  /** Who makes the commits of trains. */
  author: z
    .strictObject({ name: z.string().min(1), email: z.string().min(1) })
    .default({ name: 'Dockmaster', email: 'dockmaster@localhost' }),
  /** Token that may push to the branch: the host's lanes never see it. */
  mergeToken: SecretSource.optional(),
})
export type DockConfig = z.infer<typeof DockConfig>

/** What a fresh mind reads first. */
export const CanonConfig = z.strictObject({
  goal: z.string().optional(),
  guardrails: z.array(z.string()).default([]),
  /** Locked specifications: a title and where it stands. */
  canon: z.array(z.strictObject({ title: z.string(), path: z.string() })).default([]),
  gates: z.array(z.string()).default([]),
  next: z.array(z.string()).default([]),
})
export type CanonConfig = z.infer<typeof CanonConfig>

/** A repository that lanes may be launched in: its checkout on the host, and what it must be. */
export const CanonRepo = z.strictObject({
  path: z.string().min(1),
  /** As `git remote get-url origin` says it; ssh and https forms of one place are the same. */
  remote: z.string().min(1),
  /** Its default branch. */
  branch: z.string().min(1),
})
export type CanonRepo = z.infer<typeof CanonRepo>

/** What holds launched lanes on the host; `auto` is systemd where that works, else a session. */
export const RunnerWish = z.enum(['auto', 'session', 'systemd', 'box'])
export type RunnerWish = z.infer<typeof RunnerWish>

export const LaunchConfig = z.strictObject({
  repos: z.array(CanonRepo).default([]),
  /** Where each lane gets a git worktree of its own. */
  worktrees: z.string().min(1).default('~/lanes/trees'),
  /** Where a launched lane's log, brief and run record lie. */
  logs: z.string().min(1).default('~/lanes/logs'),
  runner: RunnerWish.default('auto'),
  /** With so many lanes alive another is warned of, by their names: who could follow it? */
  lanes: z.number().int().positive().default(6),
  /** The programs, when the login shell's PATH on the host lacks them. */
  codex: z.string().optional(),
  claude: z.string().optional(),
  /** How long one check of a brief may take. */
  checkLimit: Duration.default(600_000),
  /** Name of the entry of `boxes` that lanes run in, when they are to run in one. */
  box: z.string().optional(),
  /** Environment of launched lanes, like CODEX_HOME. No place for secrets. */
  env: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/),
      z.string().regex(/^(?:[\n\t]|\P{Cc})*$/u, 'a value has no control characters'),
    )
    .default({}),
})
export type LaunchConfig = z.infer<typeof LaunchConfig>

export const ProfileConfig = z.strictObject({
  /** `ALIAS`, `user@host[:port]` or `local`. */
  host: z.string().min(1),
  /** As ssh's own `-F`. */
  sshConfig: z.string().optional(),
  /** Node on the host when its PATH has none, or another one is wanted. */
  node: z.string().optional(),
  /** Every act is refused until a person at a terminal lifts it. */
  readOnly: z.boolean().default(false),
  answers: AnswersConfig.prefault({}),
  lanes: LanesConfig.prefault({}),
  models: ModelsConfig.prefault({}),
  spine: SpineConfig.prefault({}),
  leftovers: LeftoversConfig.prefault({}),
  pkm: PkmConfig.prefault({}),
  github: GithubConfig.prefault({}),
  dock: DockConfig.prefault({}),
  dispatch: DispatchConfig.prefault({}),
  canon: CanonConfig.prefault({}),
  launch: LaunchConfig.prefault({}),
  docker: DockerConfig.prefault({}),
  boxes: BoxProfiles,
})
export type ProfileConfig = z.infer<typeof ProfileConfig>

export const Config = z.strictObject({
  /** Profile used when none is named. */
  default: z.string().optional(),
  /** How long the hub stays after its last client left. */
  persist: Duration.default(900_000),
  /** Program and arguments that show a diff; else PAGER, else less. */
  pager: z.array(z.string().min(1)).min(1).optional(),
  profiles: z.record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,40}$/i), ProfileConfig).default({}),
})
export type Config = z.infer<typeof Config>
