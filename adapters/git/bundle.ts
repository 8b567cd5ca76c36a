/** Commits as one file, for a repository that git cannot reach from here. */
import { join } from 'node:path'
import type { Mirror } from './mirror.ts'

/** Where the commit stands in the file. */
export const bundleRef = (commit: string): string => `refs/bundle/${commit}`

/**
 * Writes what `commit` needs beside what the other side has; its path, to be removed by whoever
 * asked. Commits of the other side that are unknown here are passed over. Rejects with GitFault.
 */
export async function writeBundle(
  { dir, git }: Pick<Mirror, 'dir' | 'git'>,
  commit: string,
  has: readonly string[],
): Promise<string> {
  const known: string[] = []
  for (const tip of has) {
    const { code } = await git.attempt(['cat-file', '-e', `${tip}^{commit}`])
    if (code === 0) known.push(`^${tip}`)
  }
  const path = join(dir, `${commit}.bundle`)
  const ref = bundleRef(commit)
  await git.run(['update-ref', ref, commit])
  try {
    await git.run(['bundle', 'create', '-q', path, ref, ...known])
  } finally {
    await git.run(['update-ref', '-d', ref])
  }
  return path
}
