/**
 * Which files a new lane would share with others: named in its brief, and changed in another's
 * worktree or named in another's brief. A forecast: it warns, and stops nothing. Pure.
 */

/** What a lane works on, as far as it can be seen. Paths are relative to the repository. */
export interface Touched {
  readonly lane: string
  readonly changed: readonly string[]
  readonly named: readonly string[]
}

/** Whether it changes one of these files, or its brief names one. */
export const isTouching = (paths: readonly string[], { changed, named }: Touched): boolean => {
  const its = new Set(changed)
  return paths.some(path => its.has(path) || named.some(name => isSame(name, path)))
}

const MOST = 10

/** Each line names one shared file; empty when none is foretold. */
export function overlapWarnings(named: readonly string[], others: readonly Touched[]): string[] {
  const lines = others.flatMap(({ lane, changed, named: theirs }) => {
    const shared = changed.filter(path => named.some(name => isSame(name, path)))
    const foretold = theirs
      .filter(path => named.some(name => isSame(name, path) || isSame(path, name)))
      .filter(path => !shared.some(other => isSame(path, other)))
    return [
      ...shared.map(path => `${path} is changed by the lane ${lane} too`),
      ...foretold.map(path => `${path} is named in the brief of the lane ${lane} too`),
    ]
  })
  const more = lines.length - MOST
  return more > 0 ? [...lines.slice(0, MOST), `and ${more} more files are shared`] : lines
}

/** A name with directories may leave out the first ones; a bare one is a file of the root. */
function isSame(name: string, path: string): boolean {
  const bare = name.replace(/^\/+/, '')
  return (
    bare === path ||
    (bare.includes('/') && (path.endsWith(`/${bare}`) || name.endsWith(`/${path}`)))
  )
}
