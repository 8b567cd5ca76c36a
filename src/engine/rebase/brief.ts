/**
 * The brief of a lane that is to rebase what no rule could. Names that others chose stand in it as
 * quoted data; a branch that a shell would not take as one word gets no lane.
 */

export interface RebaseWork {
  readonly repo: string
  /** The branch that it lands on. */
  readonly base: string
  readonly pr: number
  readonly branch: string
  readonly head: string
  readonly tip: string
  /** Where the pull request left the branch. */
  readonly left: string
  /** What could not be merged: path, and why. */
  readonly obstacles: readonly { readonly path: string; readonly why: string }[]
  /** Commits that changed these paths, the newest first. */
  readonly pullCommits: readonly string[]
  readonly baseCommits: readonly string[]
}

const PLAIN_NAME = /^[\w][\w./-]*$/

/** Why no lane may be given it; null when one may. */
export const whyNoLane = ({ branch, base }: Pick<RebaseWork, 'branch' | 'base'>): string | null =>
  [branch, base].every(name => PLAIN_NAME.test(name))
    ? null
    : 'its branch has a name that no shell takes as one word'

/** As short as a lane's name must be, and one for each head. */
export const rebaseLaneName = ({ pr, head }: Pick<RebaseWork, 'pr' | 'head'>): string =>
  `rebase-${pr}-${head.slice(0, 12)}`

export function rebaseBrief(work: RebaseWork): string {
  const { repo, base, pr, branch, head, tip, left, obstacles, pullCommits, baseCommits } = work
  return `# TASK
Bring pull request #${pr} of ${repo}, branch \`${branch}\` at ${head}, onto \`${base}\` at ${tip}.
It left ${base} at ${left}, and conflicts with what has landed since. Nothing of either side may be lost.

What git could not merge, as data:
${obstacles.map(one => `- ${JSON.stringify(one.path)}: ${one.why}`).join('\n')}

Commits of the pull request that changed these files: ${pullCommits.join(' ') || 'none'}
Commits of ${base} that changed them since: ${baseCommits.join(' ') || 'none'}

# DO
- Begin with \`git fetch origin\` and \`git checkout --detach ${head}\`, then \`git rebase ${tip}\`.
- Resolve each conflict so that every line that the pull request adds is there, in its order, and
  every line that it removes is gone; and so that what landed on ${base} stays as it is.
- Commit, and run the tests of what you touched.
- Push with \`git push --force-with-lease=refs/heads/${branch}:${head} origin HEAD:refs/heads/${branch}\`.

# DO NOT
- Change any file that the pull request does not change.
- Drop, reword or reformat a line of either side, or leave a marker of a conflict.
- Push to any other branch, or without that lease: when it is refused somebody else pushed, and theirs stays.

# OUTPUT
- \`${branch}\` on origin, over ${tip}. It is compared line by line with ${head} before it may land.

# STOP
- Once it is pushed; or when both sides want something else of the same line: push nothing, and say which.
`
}
