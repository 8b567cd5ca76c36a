/**
 * What a worktree holds that its last commit does not, by `git status --porcelain -z` (format v1,
 * paths from the top). `git diff` tells no more, but writes the index anew and locks it meanwhile,
 * whatever GIT_OPTIONAL_LOCKS says (2.39): a commit of the agent's that met the lock would fail.
 */
import { NOT_ENTERING } from './git-safely.ts'

/** `normal` tells a directory that holds nothing tracked as one name, `all` tells its files. */
export const statusArgs = (untracked: 'normal' | 'all'): string[] => [
  'status',
  NOT_ENTERING,
  '--porcelain',
  '-z',
  `--untracked-files=${untracked}`,
  '--no-renames',
]

/** Two letters and a space stand before each name. */
export const namesIn = (porcelain: string): string[] =>
  porcelain
    .split('\0')
    .filter(entry => entry !== '')
    .map(entry => entry.slice(3))
