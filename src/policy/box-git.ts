/**
 * What of a repository a box may write. Git on the host obeys the rest: its settings, its hooks,
 * and the files that say where those lie. What is not named here a box can only read.
 */
import type { Mount } from '../../adapters/box.ts'
import type { BoxGround } from '../rpc/box-api.ts'

/** Shared by all worktrees: what commits are made of, and the names of them. */
export const SHARED = ['objects', 'refs', 'logs', 'reftable', 'lfs', 'rr-cache']
/** In the worktree's own directory, all else in which is a box's to write. */
export const FIXED = ['commondir', 'gitdir', 'config.worktree']

export const workMount = (source: string, mode: Mount['mode'] = 'rw'): Mount => ({
  kind: 'work',
  source,
  target: source,
  mode,
})

/** The worktree itself: where its repository is, is not its own to say. */
export const treeMounts = (cwd: string): Mount[] => [workMount(cwd), workMount(`${cwd}/.git`, 'ro')]

export function repositoryMounts(git: NonNullable<BoxGround['git']>): Mount[] {
  const { common, own, commonHas, ownHas, hasWorktreeConfig } = git
  const writable = SHARED.filter(name => commonHas.includes(name))
  const fixed = FIXED.filter(name => ownHas.includes(name))
  return [
    workMount(common, 'ro'),
    ...writable.map(name => workMount(`${common}/${name}`)),
    // A repository without worktrees of its own has nothing there that only a box writes.
    ...(own === common
      ? []
      : [workMount(own), ...fixed.map(name => workMount(`${own}/${name}`, 'ro'))]),
    // Git would read one that a box makes.
    ...(hasWorktreeConfig && own !== common && !ownHas.includes('config.worktree')
      ? [{ ...workMount(`${own}/config.worktree`, 'ro'), source: '/dev/null' }]
      : []),
  ]
}
