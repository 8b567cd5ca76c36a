/** A repository whose open pull requests touch nothing in common: all that holds one is its own red. */
import {
  type CommitPlan,
  DEFAULT_BRANCH,
  type PullPlan,
  type RepositoryPlan,
} from '../../../../src/practice/history/plan.ts'
import { BROKEN } from '../../../../src/practice/history/sources.ts'

const AUTHOR = 'lane'
const MINUTE = 60_000

/**
 * Numbered from 1, the oldest first, all of one size: so the line takes them in this order. Those
 * of `bad` were green by themselves and are red in every train.
 */
export function cleanDock(count: number, bad: ReadonlySet<number>): RepositoryPlan {
  const commit = (mark: number, message: string, files: Record<string, string>): CommitPlan => ({
    mark,
    branch: mark === 1 ? DEFAULT_BRANCH : branchOf(mark - 1),
    parents: mark === 1 ? [] : [1],
    author: AUTHOR,
    at: 1_767_600_000 + mark * 60,
    message,
    changes: Object.entries(files).map(([path, text]) => ({ path, text, executable: false })),
  })
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const pulls = numbers.map((number): PullPlan => {
    const ageMs = (count - number + 10) * MINUTE
    const title = `Change ${number}`
    const branch = branchOf(number)
    return { number, title, author: AUTHOR, branch, character: 'clean', ageMs, idleMs: ageMs }
  })
  const commits = [
    commit(1, 'Begin', { 'README.md': 'app\n' }),
    ...numbers.map(number =>
      commit(number + 1, `Change ${number}`, {
        [`src/${number}.txt`]: `${number}\n`,
        [`${bad.has(number) ? BROKEN : 'docs'}/${number}.txt`]: `${number}\n`,
      }),
    ),
  ]
  const protection = { strict: false, requiredChecks: false, requiredReviews: 0 }
  return { owner: 'acme', name: 'app', protection, commits, pulls, landings: [] }
}

const branchOf = (number: number): string => `lane/${number}`
