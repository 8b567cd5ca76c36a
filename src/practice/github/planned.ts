/** The pull requests with which a repository begins, and the runs that they have behind them. */
import type { Marks } from '../history/fast-import.ts'
import {
  DEFAULT_BRANCH,
  type Protection,
  type PullCharacter,
  type RepositoryPlan,
} from '../history/plan.ts'
import { PEOPLE } from '../names.ts'
import type { Ci } from './ci.ts'
import type { Pull, Review } from './pull.ts'

const CHECKS_TOOK = 360_000

export interface Beginning {
  plan: RepositoryPlan
  marks: Marks
  /** Branch → commit. */
  heads: ReadonlyMap<string, string>
  ci: Pick<Ci, 'record'>
  start: number
}

/** Every pull request of the plan, the newest first. */
export function plannedPulls({ plan, marks, heads, ci, start }: Beginning): Pull[] {
  const open = plan.pulls.map((pull): Pull => {
    const { number, title, author, branch, character } = pull
    const headSha = heads.get(branch)
    if (headSha === undefined) throw new Error(`${plan.name} has no branch ${branch}`)
    const updatedAt = start - pull.idleMs
    ci.record({
      branch,
      sha: headSha,
      verdict: character === 'red' ? 'fail' : 'pass',
      startedAt: updatedAt,
      // All that is not stuck has been checked by the time the factory opens.
      endsAt: character === 'pending' ? 'never' : Math.min(updatedAt + CHECKS_TOOK, start),
    })
    const reviewDecision = reviewOf(character, plan.protection)
    return {
      ...blank,
      number,
      title,
      body: pull.body ?? '',
      author,
      branch,
      isDraft: character === 'draft',
      createdAt: start - pull.ageMs,
      updatedAt,
      headSha,
      reviewDecision,
      labels: [],
      comments: [],
      reviews: reviewDecision === 'APPROVED' ? [approval(number, author, headSha, updatedAt)] : [],
    }
  })
  const parentOf = new Map(plan.commits.map(({ mark, parents }) => [mark, parents]))
  const landed = plan.landings.map((landing): Pull => {
    const { number, title, author, mark } = landing
    const at = start - landing.ageMs
    const sha = marks.get(mark) ?? ''
    const headSha = marks.get(parentOf.get(mark)?.[1] ?? mark) ?? sha
    const branch = `${author}/${number}`
    ci.record({ branch, sha: headSha, verdict: 'pass', startedAt: at - CHECKS_TOOK, endsAt: at })
    return {
      ...blank,
      number,
      title,
      body: '',
      author,
      branch,
      isDraft: false,
      createdAt: at - landing.openMs,
      updatedAt: at,
      headSha,
      reviewDecision: reviewOf('clean', plan.protection),
      landed: { sha, at, by: landing.mergedBy },
      labels: [],
      comments: [],
      reviews: [],
    }
  })
  return [...open, ...landed].sort((a, b) => b.number - a.number)
}

const blank = { base: DEFAULT_BRANCH, landed: null, closedAt: null } as const

export function reviewOf(character: PullCharacter, rules: Protection): Pull['reviewDecision'] {
  if (rules.requiredReviews === 0) return null
  return character === 'unreviewed' || character === 'draft' ? 'REVIEW_REQUIRED' : 'APPROVED'
}

/** By somebody else than its author. */
function approval(number: number, author: string, commit: string, at: number): Review {
  const others = PEOPLE.filter(name => name !== author)
  const by = others[number % others.length] ?? PEOPLE[0]
  return { id: number * 1000, by, body: '', at, state: 'APPROVED', commit }
}
