/**
 * The model of the GitHub-like server: one repository's pull requests over its real git
 * repository. Heads, conflicts, diffs and landings are git's; titles and reviews are the plan's.
 */
import PQueue from 'p-queue'
import type { DiffStat, Repository } from '../git/repository.ts'
import type { Marks } from '../history/fast-import.ts'
import { DEFAULT_BRANCH, type RepositoryPlan } from '../history/plan.ts'
import { CI, type Ci, type CiPlan, newCi } from './ci.ts'
import {
  admitLanding,
  blockOf,
  LandingFault,
  type LandOptions,
  landOn,
  updateHead,
} from './landing.ts'
import { lookAt, mergeabilityJob } from './mergeability.ts'
import { plannedPulls, reviewOf } from './planned.ts'
import {
  type CheckRun,
  type Issue,
  isOpen,
  type Mergeability,
  mergeState,
  type Pull,
  type RollupState,
  rollup,
} from './pull.ts'
import { type Entry, type MergeQueue, newMergeQueue } from './queue.ts'
import { isHeld, type RefUpdate, type Rules, refusalOf, rulesOf } from './rules.ts'
import { rerun, type SyncState, synchronize, writePullRefs } from './sync.ts'

export interface NewPull {
  title: string
  author: string
  branch: string
  body?: string
}

export interface RepositoryModel {
  readonly owner: string
  readonly name: string
  readonly fullName: string
  /** What protects the default branch; a test may change it. */
  readonly rules: Rules
  readonly createdAt: number
  /** Number → issue; a pull request whose text says `Closes #12` closes it. */
  readonly issues: Map<number, Issue>
  readonly git: Repository
  readonly ci: Ci
  /** Reads the branches again: a push may have moved them. Call it before each answer. */
  refresh(): Promise<void>
  /** Commit at the tip of the default branch, as of the last refresh. */
  tip(): string
  /** Branch → commit, as of the last refresh. */
  heads(): ReadonlyMap<string, string>
  /** Every pull request, the newest first. */
  pulls(): readonly Pull[]
  /** What is known now; asking for it starts the work when nothing is. */
  mergeability(pull: Pull): Mergeability
  mergeState(pull: Pull): ReturnType<typeof mergeState>
  checks(sha: string): CheckRun[]
  /** What the checks of a commit come to; null when it has none. */
  rollup(sha: string): RollupState | null
  diffStat(pull: Pull): Promise<DiffStat>
  /** The tree that a commit holds. */
  treeOf(commit: string): Promise<string>
  open(draft: NewPull): Promise<Pull>
  /** Lands a pull request whatever protects the base. Rejects with LandingFault. */
  land(number: number, by: string, how?: LandOptions): Promise<Pull>
  /** As `land`, when the rules let it: what GitHub does when it is asked to. */
  merge(number: number, by: string, how: LandOptions): Promise<Pull>
  /** Brings the base into the head's branch. Rejects with LandingFault. */
  updateHead(pull: Pull, how: Parameters<typeof updateHead>[2]): Promise<void>
  /** Whether a run that has ended runs once more. */
  rerun(run: number): Promise<boolean>
  readonly queue: Pick<MergeQueue, 'entries' | 'entryOf'>
  /** Rejects with GitHub's words when it refuses. */
  enqueue(...of: Parameters<MergeQueue['enqueue']>): Promise<Entry>
  dequeue(pull: Pull): Promise<Entry>
  /** Pull requests whose mergeability is never known. */
  readonly neverKnown: Set<number>
  /**
   * Why an update by a push is refused, in GitHub's words, and whether one that is taken must keep
   * what the branch holds. Remembers who brought what.
   */
  admitPush(update: RefUpdate, by: string): Promise<{ why: string | null; isKept: boolean }>
}

export interface ModelOptions {
  plan: RepositoryPlan
  marks: Marks
  git: Repository
  now: () => number
  /** How many times faster than life checks and mergeability go. */
  speed: number
  ci?: Partial<CiPlan>
}

const MINUTE = 60_000
/** GitHub's own job takes a second or more; ours is given a moment so that UNKNOWN is seen. */
const MERGEABILITY_DELAY = 400
/** Steps of the queue before one answer: the next answer goes on. */
const MOST_STEPS = 200

export async function modelOf(options: ModelOptions): Promise<RepositoryModel> {
  const { plan, git, now, speed } = options
  const start = now()
  const ciPlan = { ...CI, ...options.ci }
  const ci = newCi({ runners: ciPlan.runners, durationMs: ciPlan.takes / speed, now })
  const rules = rulesOf(plan.protection)
  const heads = await git.heads()
  const pulls = plannedPulls({ plan, marks: options.marks, heads, ci, start })
  const job = mergeabilityJob(git, MERGEABILITY_DELAY / speed)
  const trees = new Map<string, Promise<string>>()
  const stats = new Map<string, Promise<DiffStat>>()
  const state: SyncState = {
    git,
    ci,
    pulls,
    heads,
    bases: new Map(),
    pullRefs: new Map(),
    pushers: new Map(),
    plan: ciPlan,
    forget: job.forget,
    now,
  }
  await synchronize(state)
  /** One at a time reads or moves what git holds, so that each landing is told by who made it. */
  const alone = new PQueue({ concurrency: 1 })
  const neverKnown = new Set<number>()
  const landed = (pull: Pull, sha: string, by: string): void => {
    pull.updatedAt = now()
    pull.landed = { sha, at: pull.updatedAt, by }
  }
  const standingOf = (pull: Pull) => ({
    rules,
    mergeability: mergeability(pull),
    checks: rollupOf(pull.headSha),
  })
  const queue = newMergeQueue({
    git,
    ci,
    rules,
    base: DEFAULT_BRANCH,
    now,
    tip: () => headOf(DEFAULT_BRANCH),
    mayQueue: (pull, by) => blockOf(pull, by, standingOf(pull)),
    landed,
  })
  /** What the queue does moves branches, and what moved lets it go on. */
  const catchUp = async (): Promise<void> => {
    await synchronize(state)
    for (let step = 0; step < MOST_STEPS && (await queue.step()); step += 1) {
      await synchronize(state)
    }
  }
  let waiting: Promise<void> | null = null
  const refresh = (): Promise<void> => {
    if (waiting) return waiting
    // Whoever asks before it begins is served by it; the queue may begin it at once.
    let hasBegun = false
    const refreshed = alone.add(() => {
      hasBegun = true
      waiting = null
      return catchUp()
    })
    if (!hasBegun) waiting = refreshed
    return refreshed
  }

  const headOf = (branch: string): string => {
    const sha = state.heads.get(branch)
    if (sha === undefined) throw new Error(`${git.dir} has no branch ${branch}`)
    return sha
  }
  const rollupOf = (sha: string): RollupState | null => {
    const checks = ci.checksOf(sha)
    return checks.length === 0 ? null : rollup(checks)
  }

  const mergeability = (pull: Pull): Mergeability =>
    !isOpen(pull) || neverKnown.has(pull.number)
      ? 'unknown'
      : job.of(headOf(pull.base), pull.headSha)

  const land = async (
    number: number,
    by: string,
    how: LandOptions = {},
    admit: (pull: Pull) => Promise<void> = async () => undefined,
  ): Promise<Pull> => {
    const pull = pulls.find(one => one.number === number)
    if (!pull) throw new LandingFault(405, `${plan.name} has no pull request #${number}`)
    await alone.add(async () => {
      await synchronize(state)
      if (!isOpen(pull)) throw new LandingFault(405, 'Pull Request is not mergeable')
      await admit(pull)
      landed(pull, await landOn(git, plan.owner, pull, how), by)
      if (rules.deletesBranch) await git.deleteBranch(pull.branch, pull.headSha)
    })
    await refresh()
    return pull
  }

  return {
    owner: plan.owner,
    name: plan.name,
    fullName: `${plan.owner}/${plan.name}`,
    rules,
    createdAt: start - 90 * 24 * 60 * MINUTE,
    git,
    ci,
    refresh,
    tip: () => headOf(DEFAULT_BRANCH),
    heads: () => state.heads,
    issues: new Map(),
    pulls: () => pulls,
    mergeability,
    mergeState: pull => {
      const checks = rollupOf(pull.headSha) ?? (rules.requiredChecks ? 'PENDING' : 'SUCCESS')
      return mergeState(pull, mergeability(pull), checks, rules)
    },
    checks: ci.checksOf,
    rollup: rollupOf,
    diffStat: pull => {
      const base = pull.landed ? `${pull.landed.sha}^1` : headOf(pull.base)
      const known = stats.get(pull.headSha) ?? git.diffStat(base, pull.headSha)
      stats.set(pull.headSha, known)
      return known
    },
    treeOf: async commit => {
      const known = trees.get(commit) ?? git.treeOf(commit)
      trees.set(commit, known)
      return await known
    },
    open: async ({ title, author, branch, body = '' }) => {
      await refresh()
      const at = now()
      const pull: Pull = {
        number: Math.max(0, ...pulls.map(one => one.number)) + 1,
        title,
        body,
        author,
        branch,
        base: DEFAULT_BRANCH,
        isDraft: false,
        createdAt: at,
        updatedAt: at,
        headSha: headOf(branch),
        reviewDecision: reviewOf('unreviewed', plan.protection),
        landed: null,
        closedAt: null,
        labels: [],
        comments: [],
        reviews: [],
      }
      pulls.unshift(pull)
      await alone.add(() => writePullRefs(state))
      return pull
    },
    land,
    merge: (number, by, how) =>
      land(number, by, how, async pull => {
        const known = await lookAt(git, headOf(pull.base), pull.headSha)
        admitLanding(pull, by, { ...standingOf(pull), mergeability: known }, how.sha)
      }),
    updateHead: async (pull, how) => {
      await alone.add(() => updateHead(git, pull, how))
      await refresh()
    },
    rerun: run => rerun(state, run),
    queue,
    enqueue: async (...of) => {
      const entry = await alone.add(() => queue.enqueue(...of))
      await refresh()
      return entry
    },
    dequeue: async pull => {
      const entry = await alone.add(() => queue.dequeue(pull))
      await refresh()
      return entry
    },
    neverKnown,
    admitPush: async (update, by) => {
      await refresh()
      const { to } = update
      const checks = to === null ? [] : ci.checksOf(to)
      const why = refusalOf(rules, update, {
        by,
        checks: checks.length === 0 ? null : rollup(checks),
        checkNames: checks.map(({ name }) => name),
      })
      if (why === null && to !== null) state.pushers.set(to, by)
      return { why, isKept: isHeld(rules, update, by) }
    },
  }
}
