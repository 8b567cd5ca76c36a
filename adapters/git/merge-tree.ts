/**
 * Merges without a worktree: what `git merge-tree --write-tree --stdin -z` (git 2.38 and later)
 * prints for many pairs, from one process.
 */
import { type Git, GitFault } from './git.ts'

export interface Merge {
  /** The merged tree; with conflicts it holds their markers. */
  readonly tree: string
  /** Paths in conflict; none when it merges. */
  readonly conflicts: readonly string[]
}

export type Pair = readonly [ours: string, theirs: string]

/** Merges of each pair, in their order. A commit that is not there is a GitFault. */
export async function mergeTrees(git: Git, pairs: readonly Pair[]): Promise<Merge[]> {
  if (pairs.length === 0) return []
  const input = pairs.map(pair => `${pair.join(' ')}\n`).join('')
  const args = ['merge-tree', '--write-tree', '--stdin', '-z', '--name-only', '--no-messages']
  const merges = readMerges(await git.run(args, { input, timeoutMs: 30_000 + 200 * pairs.length }))
  if (merges.length === pairs.length) return merges
  throw new GitFault('merge-tree', 0, `told of ${merges.length} merges, asked for ${pairs.length}`)
}

/** Each is `1` or `0` (merges, or does not), its tree, its paths, and an empty field at the end. */
function readMerges(output: string): Merge[] {
  const merges: Merge[] = []
  const fields = output.split('\0')
  for (let at = 0; at + 2 < fields.length; ) {
    const end = fields.indexOf('', at)
    if (end < at + 2) break
    const [verdict, tree = '', ...paths] = fields.slice(at, end)
    if (verdict !== '0' && verdict !== '1') break
    merges.push({ tree, conflicts: verdict === '1' ? [] : paths })
    at = end + 1
  }
  return merges
}
