/**
 * The model of the GitHub-like server: one repository's pull requests over its real git
 * repository. Heads, conflicts, diffs and landings are git's; titles and reviews are the plan's.
 */
import PQueue from 'p-queue'
import type { DiffStat, Repository } from '../git/repository.ts'
import type { Marks } from '../history/fast-import.ts'
import { DEFAULT_BRANCH, type RepositoryPlan } from '../history/plan.ts'
import { type Ci, newCi } from './ci.ts'
import { plannedPulls, reviewOf } from './planned.ts'
import {
  type CheckRun,
  isOpen,
  type Mergeability,
  mergeState,
  type Pull,
  type RollupState,
  rollup,
} from './pull.ts'
import { type RefUpdate, type Rules, refusalOf, rulesOf } from './rules.ts'
import { type SyncState, synchronize, writePullRefs } from './sync.ts'

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
  /** Lands a pull request by a merge commit. Rejects when git finds a conflict. */
  land(number: number, by: string): Promise<Pull>
  /** Why an update by a push is refused, in GitHub's words. Remembers who brought what is not. */
  admitPush(update: RefUpdate, by: string): Promise<string | null>
}

export interface CiPlan {
  /** Runners, each of which takes one run at a time. */
  runners: number
  /** How long a run takes, in ms of life. */
  takes: number
  /** Whether the next run is red for no reason. */
  flake: () => boolean
  /** Whether a push to this branch is run. */
  on: (branch: string) => boolean
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

const CI: CiPlan = {
  runners: 1,
  takes: 6 * MINUTE,
  flake: () => false,
  on: branch => branch !== DEFAULT_BRANCH,
}

export async function modelOf(options: ModelOptions): Promise<RepositoryModel> {
  const { plan, git, now, speed } = options
  const start = now()
  const ciPlan = { ...CI, ...options.ci }
  const ci = newCi({ runners: ciPlan.runners, durationMs: ciPlan.takes / speed, now })
  const rules = rulesOf(plan.protection)
  const heads = await git.heads()
  const pulls = plannedPulls({ plan, marks: options.marks, heads, ci, start })
  const computed = new Map<string, Mergeability>()
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
    runsOn: ciPlan.on,
    flake: ciPlan.flake,
    forget: () => computed.clear(),
    now,
  }
  await synchronize(state)
  /** One at a time reads or moves what git holds, so that each landing is told by who made it. */
  const alone = new PQueue({ concurrency: 1 })
  let waiting: Promise<void> | null = null
  const refresh = (): Promise<void> => {
    if (waiting) return waiting
    // Whoever asks before it begins is served by it; the queue may begin it at once.
    let hasBegun = false
    const refreshed = alone.add(() => {
      hasBegun = true
      waiting = null
      return synchronize(state)
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

  const compute = async (base: string, head: string, pair: string): Promise<void> => {
    try {
      const [conflicts, behindBy] = [
        await git.conflicts(base, head),
        await git.behindBy(base, head),
      ]
      computed.set(pair, { conflicts: conflicts.length > 0, behindBy })
    } catch {
      // The branch was deleted meanwhile, or the factory is ending: it stays unknown.
      computed.delete(pair)
    }
  }
  const mergeability = (pull: Pull): Mergeability => {
    if (!isOpen(pull)) return 'unknown'
    const [base, head] = [headOf(pull.base), pull.headSha]
    const pair = `${base} ${head}`
    const known = computed.get(pair)
    if (known !== undefined) return known
    computed.set(pair, 'unknown')
    setTimeout(() => void compute(base, head, pair), MERGEABILITY_DELAY / speed).unref()
    return 'unknown'
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
    land: async (number, by) => {
      const landed = await alone.add(async () => {
        const pull = pulls.find(one => one.number === number)
        if (!pull || !isOpen(pull)) {
          throw new Error(`${plan.name} has no open pull request #${number}`)
        }
        const subject = `Merge pull request #${number} from ${plan.owner}/${pull.branch}`
        const sha = await git.merge(pull.base, pull.headSha, `${subject}\n\n${pull.title}`)
        pull.updatedAt = now()
        pull.landed = { sha, at: pull.updatedAt, by }
        await git.deleteBranch(pull.branch)
        return pull
      })
      await refresh()
      return landed
    },
    admitPush: async (update, by) => {
      await refresh()
      const { from, to } = update
      const checks = to === null ? [] : ci.checksOf(to)
      const refusal = refusalOf(rules, update, {
        by,
        checks: checks.length === 0 ? null : rollup(checks),
        checkNames: checks.map(({ name }) => name),
        // What is not here yet cannot be looked at before it is taken: git itself sees to that.
        isForced: false,
      })
      if (refusal === null && to !== null) state.pushers.set(to, by)
      return from === to ? null : refusal
    },
  }
}
