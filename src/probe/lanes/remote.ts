/**
 * Whether a remote really has a commit. A tracking branch says so, and whoever works in the
 * repository can write one: so the remote itself is asked, where it gives an answer.
 */
import type { Git } from './git.ts'

const TRACKING = /^refs\/remotes\/([^/]+)\/(.+)$/
const MOST_BRANCHES = 5

/** `origin/lane/fix` of the first branch that holds the commit; null when there is none. */
export async function remoteHolding(git: Git, sha: string): Promise<string | null> {
  const format = '--format=%(objectname) %(refname)'
  const refs = await git([
    'for-each-ref',
    `--count=${MOST_BRANCHES}`,
    format,
    '--contains',
    sha,
    'refs/remotes',
  ])
  if (!refs.ok) return null
  for (const line of refs.out.split('\n')) {
    const [tip = '', ref = ''] = line.split(' ')
    const [, remote, branch] = TRACKING.exec(ref) ?? []
    if (remote === undefined || branch === undefined || branch === 'HEAD') continue
    if (await isThere(git, { remote, branch, tip, sha })) return `${remote}/${branch}`
  }
  return null
}

interface Tracked {
  remote: string
  branch: string
  /** Commit that the tracking branch stands at. */
  tip: string
  sha: string
}

/** A remote that gives no answer is believed to be as it was last seen. */
async function isThere(git: Git, { remote, branch, tip, sha }: Tracked): Promise<boolean> {
  const ask = ['ls-remote', '--upload-pack=git-upload-pack', '--heads', '--', remote]
  const heads = await git([...ask, `refs/heads/${branch}`])
  if (!heads.ok) return true
  const [there = ''] = heads.out.split(/\s/)
  if (there === tip || there === sha) return true
  if (there === '') return false
  // It went on since: what we have of it may tell; a commit that we never fetched tells nothing.
  const holds = await git(['merge-base', '--is-ancestor', sha, there])
  return holds.ok || holds.code !== 1
}
