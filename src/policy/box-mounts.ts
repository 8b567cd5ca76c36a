/** Where in a box a mount reaches. */
import type { Mount } from '../../adapters/box.ts'

/** The mount that a path in the box lies in: the innermost. */
export function coverOf(path: string, mounts: readonly Mount[]): Mount | null {
  const over = mounts.filter(({ target }) => isWithin(path, target))
  return over.sort((a, b) => b.target.length - a.target.length)[0] ?? null
}

export function isWithin(path: string, directory: string): boolean {
  const base = directory.replace(/\/+$/, '')
  return path === base || path.startsWith(`${base}/`)
}
