/**
 * Commits in a lane's own worktree that are not the lane's: made after its last run had ended.
 * What came in from the default branch, and merges of it, are nobody's building.
 */
import { asUnixSeconds } from '../../../adapters/foreign.ts'
import type { Instant } from '../../../state/facts.ts'
import type { Git } from './git.ts'

export interface Stranger {
  sha: string
  at: Instant | null
  author: string
  title: string
}

/** Clocks of commits count whole seconds, and a lane's last commit may fall behind its last line. */
const SLACK_MS = 5_000
const MOST = 5
const DEFAULT_BRANCH = 'refs/remotes/origin/HEAD'

/** The newest five; empty when git cannot tell. */
export async function strangersIn(git: Git, base: string, endedAt: Instant): Promise<Stranger[]> {
  const known = await git(['rev-parse', '--verify', '--quiet', DEFAULT_BRANCH])
  const log = await git([
    'log',
    '--no-show-signature',
    '--no-merges',
    `--max-count=${MOST}`,
    '--format=%H%x00%ct%x00%an%x00%s',
    `--since=${new Date(endedAt + SLACK_MS).toISOString()}`,
    'HEAD',
    `^${base}`,
    ...(known.ok ? [`^${DEFAULT_BRANCH}`] : []),
    '--',
  ])
  if (!log.ok) return []
  return log.out.split('\n').flatMap((line): Stranger[] => {
    const [sha = '', at, author = '', title = ''] = line.split('\0')
    if (sha === '') return []
    const made = asUnixSeconds(Number(at))
    return [{ sha, at: made, author: author.slice(0, 80), title: title.slice(0, 200) }]
  })
}
