/**
 * A rebase without a worktree. A commit is a change from its parent's tree to its own: merging it
 * over that very tree as common ancestor makes the same change elsewhere.
 */

export interface ReplayGit {
  run(...args: string[]): Promise<string>
  mergeTree(base: string, head: string): Promise<{ tree: string; conflicts: string[] }>
}

/** The commits that `head` has and `onto` lacks, made anew on `onto`; null when one conflicts. */
export async function replay(git: ReplayGit, onto: string, head: string): Promise<string | null> {
  const { run } = git
  const list = await run('rev-list', '--reverse', '--topo-order', '--no-merges', `${onto}..${head}`)
  let at = onto
  for (const commit of list.split('\n').filter(line => line !== '')) {
    const root = await run('commit-tree', `${commit}^1^{tree}`, '-m', 'before')
    const [ours, theirs] = [
      await run('commit-tree', `${at}^{tree}`, '-p', root, '-m', 'ours'),
      await run('commit-tree', `${commit}^{tree}`, '-p', root, '-m', 'theirs'),
    ]
    const { tree, conflicts } = await git.mergeTree(ours, theirs)
    if (conflicts.length > 0) return null
    const message = await run('show', '-s', '--format=%B', commit)
    at = await run('commit-tree', tree, '-p', at, '-m', message)
  }
  return at
}
