/** Commits as one file, for a repository that git cannot reach from here. */
import { join } from 'node:path'
import type { Mirror } from './mirror.ts'

/** Where the commit stands in the file. */
export const bundleRef = (commit: string): string => `refs/bundle/${commit}`

/**
 * Writes what `commit` needs beside the `tips` that the other side has; its path, to be removed by
 * whoever asked. Those that are unknown here are passed over. Rejects with GitFault.
 */
export async function writeBundle(
  { dir, git, has }: Pick<Mirror, 'dir' | 'git' | 'has'>,
  commit: string,
  tips: readonly string[],
): Promise<string> {
  const known: string[] = []
  for (const tip of tips) if (await has(tip)) known.push(`^${tip}`)
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
