/**
 * The model of the GitHub-like server: one repository's pull requests over its real git
 * repository. Heads, conflicts and diffs are git's; titles, checks and reviews are the plan's.
 */
import type { DiffStat, Repository } from '../git/repository.ts'
import type { Marks } from '../history/fast-import.ts'
import {
  DEFAULT_BRANCH,
  type Protection,
  type PullCharacter,
  type PullPlan,
  type RepositoryPlan,
} from '../history/plan.ts'
import { type CheckPlan, type Mergeability, type Pull } from './pull.ts'

export interface NewPull {
  title: string
  author: string
  branch: string
}

export interface RepositoryModel {
  readonly owner: string
  readonly name: string
  readonly fullName: string
  readonly protection: Protection
  readonly createdAt: number
  /** Reads the branches again: a push may have moved them. Call it before each answer. */
  refresh(): Promise<void>
  /** Commit at the tip of the default branch, as of the last refresh. */
  tip(): string
  /** Every pull request, the newest first. */
  pulls(): readonly Pull[]
  /** What is known now; asking for it starts the work when nothing is. */
  mergeability(pull: Pull): Mergeability
  diffStat(pull: Pull): Promise<DiffStat>
  /** The tree that a commit holds. */
  treeOf(commit: string): Promise<string>
  open(draft: NewPull): Promise<Pull>
  /** Lands a pull request by a merge commit. Rejects when git finds a conflict. */
  land(number: number, by: string): Promise<Pull>
}

export interface ModelOptions {
  plan: RepositoryPlan
  marks: Marks
  git: Repository
  now: () => number
  /** How many times faster than life checks and mergeability go. */
  speed: number
}

const MINUTE = 60_000
/** GitHub's own job takes a second or more; ours is given a moment so that UNKNOWN is seen. */
const MERGEABILITY_DELAY = 400
const CHECKS_TAKE = 6 * MINUTE

export async function modelOf(options: ModelOptions): Promise<RepositoryModel> {
  const { plan, git, now, speed } = options
  const start = now()
  const checksFrom = (startedAt: number): CheckPlan => ({
    outcome: 'pass',
    startedAt,
    endsAt: startedAt + CHECKS_TAKE / speed,
  })

  let heads = await git.heads()
  const headOf = (branch: string): string => {
    const sha = heads.get(branch)
    if (sha === undefined) throw new Error(`${git.dir} has no branch ${branch}`)
    return sha
  }

  const planned = (pull: PullPlan): Pull => {
    const createdAt = start - pull.ageMs
    const updatedAt = start - pull.idleMs
    return {
      number: pull.number,
      title: pull.title,
      author: pull.author,
      branch: pull.branch,
      base: DEFAULT_BRANCH,
      isDraft: pull.character === 'draft',
      createdAt,
      updatedAt,
      headSha: headOf(pull.branch),
      checks: {
        outcome: pull.character === 'red' ? 'fail' : 'pass',
        startedAt: updatedAt,
        // All that is not stuck has been checked by the time the factory opens.
        endsAt: pull.character === 'pending' ? 'never' : Math.min(updatedAt + CHECKS_TAKE, start),
      },
      reviewDecision: reviewOf(pull.character, plan.protection),
      landed: null,
    }
  }
  const landings = plan.landings.map((landing): Pull => {
    const at = start - landing.ageMs
    const sha = options.marks.get(landing.mark) ?? ''
    return {
      number: landing.number,
      title: landing.title,
      author: landing.author,
      branch: `${landing.author}/${landing.number}`,
      base: DEFAULT_BRANCH,
      isDraft: false,
      createdAt: at - landing.openMs,
      updatedAt: at,
      headSha: sha,
      checks: { outcome: 'pass', startedAt: at - CHECKS_TAKE, endsAt: at },
      reviewDecision: reviewOf('clean', plan.protection),
      landed: { sha, at, by: landing.mergedBy },
    }
  })

  const pulls = [...plan.pulls.map(planned), ...landings].sort((a, b) => b.number - a.number)
  const computed = new Map<string, Mergeability>()
  const trees = new Map<string, Promise<string>>()
  const stats = new Map<string, Promise<DiffStat>>()
  const pairOf = (pull: Pull) => `${headOf(pull.base)} ${pull.headSha}`

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

  const refresh = async (): Promise<void> => {
    const before = heads.get(DEFAULT_BRANCH)
    heads = await git.heads()
    // Old answers are for a base that no longer is.
    if (heads.get(DEFAULT_BRANCH) !== before) computed.clear()
    for (const pull of pulls) {
      const head = heads.get(pull.branch)
      if (pull.landed || head === undefined || head === pull.headSha) continue
      pull.headSha = head
      pull.updatedAt = now()
      pull.checks = checksFrom(pull.updatedAt)
    }
  }

  return {
    owner: plan.owner,
    name: plan.name,
    fullName: `${plan.owner}/${plan.name}`,
    protection: plan.protection,
    createdAt: start - 90 * 24 * 60 * MINUTE,
    refresh,
    tip: () => headOf(DEFAULT_BRANCH),
    pulls: () => pulls,
    mergeability: pull => {
      const pair = pairOf(pull)
      const known = computed.get(pair)
      if (known !== undefined) return known
      computed.set(pair, 'unknown')
      const [base = '', head = ''] = pair.split(' ')
      setTimeout(() => void compute(base, head, pair), MERGEABILITY_DELAY / speed).unref()
      return 'unknown'
    },
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
    open: async ({ title, author, branch }) => {
      await refresh()
      const at = now()
      const number = Math.max(0, ...pulls.map(pull => pull.number)) + 1
      const pull: Pull = {
        number,
        title,
        author,
        branch,
        base: DEFAULT_BRANCH,
        isDraft: false,
        createdAt: at,
        updatedAt: at,
        headSha: headOf(branch),
        checks: checksFrom(at),
        reviewDecision: reviewOf('unreviewed', plan.protection),
        landed: null,
      }
      pulls.unshift(pull)
      return pull
    },
    land: async (number, by) => {
      const pull = pulls.find(one => one.number === number)
      if (!pull || pull.landed) throw new Error(`${plan.name} has no open pull request #${number}`)
      const subject = `Merge pull request #${number} from ${plan.owner}/${pull.branch}`
      const sha = await git.merge(pull.base, pull.headSha, `${subject}\n\n${pull.title}`)
      pull.updatedAt = now()
      pull.landed = { sha, at: pull.updatedAt, by }
      await git.deleteBranch(pull.branch)
      await refresh()
      return pull
    },
  }
}

function reviewOf(character: PullCharacter, rules: Protection): Pull['reviewDecision'] {
  if (rules.requiredReviews === 0) return null
  return character === 'unreviewed' || character === 'draft' ? 'REVIEW_REQUIRED' : 'APPROVED'
}
