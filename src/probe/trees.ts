/** Looks at, removes and makes again the worktree and the branch of a lane. */
import { createHash } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tree } from '../../state/act.ts'
import type { PROBE_TREE_METHODS, TreeSeen } from '../rpc/act-api.ts'
import type { Implementation } from '../rpc/serve.ts'
import { git } from './git.ts'
import { namesIn, statusArgs } from './git-status.ts'

export const trees: Implementation<typeof PROBE_TREE_METHODS> = {
  'tree.look': look,
  'tree.remove': remove,
  'tree.make': make,
}

/** Commits and files that are named; what is beyond these counts as lost all the same. */
const MOST = 200

type Place = Omit<Tree, 'head'>

const refOf = (branch: string): string => `refs/heads/${branch}`

export async function look({ repo, path, branch }: Place): Promise<TreeSeen> {
  const nothing = { unmerged: [], changed: [], digest: digestOf([]), fault: null }
  const exists = (await lstat(path).catch(() => null)) !== null
  const repository = await git(repo, 'rev-parse', '--git-dir')
  if (repository.out === null) {
    return { ...nothing, exists, head: null, fault: `${repo}: ${repository.fault}` }
  }
  const head = (await git(repo, 'rev-parse', '--verify', '-q', refOf(branch))).out
  const seen = { ...nothing, exists, head }
  const inside = exists ? await filesOf(path, branch) : { changed: [], digest: digestOf([]) }
  if ('fault' in inside) return { ...seen, fault: inside.fault }
  if (head === null) return { ...seen, ...inside }
  const others = ['--not', `--exclude=${branch}`, '--branches', '--remotes', '--tags']
  const log = await git(repo, 'log', `-n${MOST}`, '--format=%h %s', refOf(branch), ...others)
  if (log.out === null) return { ...seen, fault: log.fault }
  return { ...seen, ...inside, unmerged: log.out.split('\n').filter(Boolean) }
}

/** What a worktree holds that is in no commit. Ignored files are left out: they can be made again. */
async function filesOf(
  path: string,
  branch: string,
): Promise<{ changed: string[]; digest: string } | { fault: string }> {
  const on = await git(path, 'symbolic-ref', '-q', 'HEAD')
  if (on.out !== refOf(branch)) {
    return { fault: `${path} is not on ${branch}: look at it yourself` }
  }
  const status = await git(path, ...statusArgs('all'))
  if (status.out === null) return { fault: status.fault }
  const own = await git(path, 'rev-parse', '--absolute-git-dir')
  if (own.out === null) return { fault: own.fault }
  // What an agent may have set up within them could run when git enters: so they count as changed.
  const entered = await readdir(join(own.out, 'modules')).catch(() => [])
  const names = [...namesIn(status.out), ...entered]
  const marks = await Promise.all(
    names.map(async name => {
      const found = await lstat(join(path, name)).catch(() => null)
      return [name, found?.size ?? null, found?.mtimeMs ?? null, found?.ino ?? null] as const
    }),
  )
  return { changed: names.slice(0, MOST), digest: digestOf(marks) }
}

const digestOf = (marks: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(marks)).digest('hex')

const refused = (message: string) => ({ kind: 'refused' as const, message })

async function remove({ head, digest, ...place }: Tree & { digest: string }) {
  const { repo, path, branch } = place
  const seen = await look(place)
  if (seen.fault !== null) return refused(seen.fault)
  const isOther = seen.head !== null && seen.head !== head
  if (isOther || (seen.exists && seen.digest !== digest)) {
    return refused(`${path} changed since it was looked at`)
  }
  if (seen.exists) {
    const removed = await git(repo, 'worktree', 'remove', '--force', path)
    if (removed.out === null) return refused(removed.fault)
  }
  if (seen.head !== null) {
    // Only while it names that very commit.
    const gone = await git(repo, 'update-ref', '-d', refOf(branch), head)
    if (gone.out === null) return refused(gone.fault)
  }
  const left = await look(place)
  if (left.exists || left.head !== null) return refused(`${path} or ${branch} is still there`)
  return { kind: 'done' as const }
}

async function make({ repo, path, branch, head }: Tree) {
  const seen = await look({ repo, path, branch })
  if (seen.exists && seen.head === head) return { kind: 'done' as const }
  if (seen.exists) return refused(`${path} is there already`)
  if (seen.head !== null && seen.head !== head) return refused(`${branch} is there already`)
  await git(repo, 'worktree', 'prune')
  const from = seen.head === null ? ['-b', branch, path, head] : [path, branch]
  const made = await git(repo, 'worktree', 'add', '-q', ...from)
  if (made.out === null) return refused(made.fault)
  return { kind: 'done' as const }
}
