/**
 * Globs whose failures can be told apart: what matches, what is not there, and what may not be
 * read. `~/` is the home of the user; `**` never follows links, so it ends.
 */
import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import picomatch from 'picomatch'

export interface Expansion {
  /** Paths that match, in order. */
  paths: string[]
  /** Directories on the way that could not be read. */
  denied: string[]
  /** Whether there were more than the limit. */
  cut: boolean
}

const LIMIT = 10_000

/** Puts the home directory in place of a leading `~/`. */
export const expandHome = (path: string, home: string): string =>
  path === '~' ? home : path.startsWith('~/') ? join(home, path.slice(2)) : path

/** The part of a pattern before its first magic segment. */
export function globBase(pattern: string): string {
  const segments = pattern.split('/')
  const magic = segments.findIndex(isMagic)
  return magic === -1 ? pattern : segments.slice(0, magic).join('/') || '/'
}

export const isMagic = (segment: string): boolean => /[*?[\]{}]/.test(segment)

/** Finds what matches an absolute pattern. Never rejects. */
export async function expandGlob(pattern: string, signal?: AbortSignal): Promise<Expansion> {
  const found: Expansion = { paths: [], denied: [], cut: false }
  const { root } = parse(pattern)
  const segments = pattern
    .slice(root.length)
    .split('/')
    .filter(segment => segment !== '')
  await expand(root || '.', segments, found, signal)
  found.paths = [...new Set(found.paths)].sort()
  return found
}

async function expand(
  base: string,
  segments: readonly string[],
  found: Expansion,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted || found.cut) return
  const magic = segments.findIndex(isMagic)
  if (magic === -1) return await keep(join(base, ...segments), found)
  const directory = join(base, ...segments.slice(0, magic))
  const [segment = '', ...rest] = segments.slice(magic)
  const deep = segment === '**'
  if (deep) await expand(directory, rest, found, signal)
  const matches = deep ? () => true : matcher(segment)
  for (const entry of await entriesOf(directory, found)) {
    if (!matches(entry.name)) continue
    const path = join(directory, entry.name)
    if (deep) {
      if (entry.isDirectory()) await expand(path, segments.slice(magic), found, signal)
    } else if (rest.length === 0) await keep(path, found)
    else if (entry.isDirectory() || entry.isSymbolicLink()) {
      await expand(path, rest, found, signal)
    }
  }
}

/** Dot files match only a segment that begins with a dot, as in a shell. */
function matcher(segment: string): (name: string) => boolean {
  return picomatch(segment, { dot: segment.startsWith('.'), nonegate: true })
}

async function keep(path: string, found: Expansion): Promise<void> {
  const fault = await lstat(path).then(() => null, codeOf)
  if (fault === null) {
    if (found.paths.length >= LIMIT) found.cut = true
    else found.paths.push(path)
  } else if (!isAbsence(fault)) found.denied.push(path)
}

async function entriesOf(directory: string, found: Expansion): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (!isAbsence(codeOf(error))) found.denied.push(directory)
    return []
  }
}

/** The machine word of a file system error, e.g. `ENOENT`. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'

/** Whether an error says that nothing is there; any other one says that we may not, or cannot, look. */
export const isAbsence = (code: string): boolean => code === 'ENOENT' || code === 'ENOTDIR'
