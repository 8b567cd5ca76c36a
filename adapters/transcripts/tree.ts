/**
 * The session files below one root, and what changed in them. Links are not followed: a tree ends.
 * Whatever part cannot be read makes the whole of it unreadable, for a count of the rest would lie.
 */
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import picomatch from 'picomatch'
import { codeOf, isAbsence } from '../glob.ts'

export interface FileSeen {
  bytes: number
  mtime: number
}

export interface Tree {
  readonly root: string
  readonly state: 'present' | 'absent' | 'denied'
  readonly files: ReadonlyMap<string, FileSeen>
  /** Directory → newest modification of a file at any depth below it. */
  readonly directories: ReadonlyMap<string, number>
  /** Whether it holds more files than are kept count of. */
  readonly cut: boolean
  /** Reads all of it again. */
  scan(signal: AbortSignal): Promise<void>
  /** Reads one file or directory of it again, while it is present. */
  refresh(path: string, signal: AbortSignal): Promise<void>
}

const MAX_FILES = 200_000
const MAX_DEPTH = 32
const STATS_AT_ONCE = 32

export function openTree(root: string, pattern: string): Tree {
  const matches = picomatch(pattern, { dot: true })
  const deepest = pattern.includes('**') ? MAX_DEPTH : pattern.split('/').length - 1
  const files = new Map<string, FileSeen>()
  const directories = new Map<string, number>()
  const standing = { state: 'absent' as Tree['state'], cut: false }

  const see = async (path: string): Promise<number> => {
    const seen = await stat(path).catch(codeOf)
    if (typeof seen === 'string') {
      if (!isAbsence(seen)) throw new Denied()
      files.delete(path)
      return 0
    }
    const mtime = Math.round(seen.mtimeMs)
    if (files.size < MAX_FILES || files.has(path)) files.set(path, { bytes: seen.size, mtime })
    else standing.cut = true
    return mtime
  }

  const walk = async (directory: string, depth: number, signal: AbortSignal): Promise<number> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(codeOf)
    if (typeof entries === 'string') {
      if (depth > 0 && isAbsence(entries)) return 0
      throw isAbsence(entries) ? new Gone() : new Denied()
    }
    let newest = 0
    const wanted = entries
      .filter(entry => entry.isFile())
      .map(entry => join(directory, entry.name))
      .filter(path => matches(relative(root, path)))
    for (let index = 0; index < wanted.length && !signal.aborted; index += STATS_AT_ONCE) {
      const times = await Promise.all(wanted.slice(index, index + STATS_AT_ONCE).map(see))
      newest = Math.max(newest, ...times)
    }
    for (const entry of entries) {
      if (!entry.isDirectory() || depth >= deepest || signal.aborted) continue
      newest = Math.max(newest, await walk(join(directory, entry.name), depth + 1, signal))
    }
    directories.set(directory, newest)
    return newest
  }

  const forget = (path: string) => {
    const below = `${path}/`
    for (const known of [files, directories]) {
      for (const key of known.keys()) if (key === path || key.startsWith(below)) known.delete(key)
    }
  }

  const settle = async (reading: Promise<unknown>) => {
    try {
      await reading
      standing.state = 'present'
    } catch (error) {
      if (!(error instanceof Gone) && !(error instanceof Denied)) throw error
      standing.state = error instanceof Gone ? 'absent' : 'denied'
      files.clear()
      directories.clear()
    }
  }

  return {
    root,
    files,
    directories,
    get state() {
      return standing.state
    },
    get cut() {
      return standing.cut
    },
    async scan(signal) {
      files.clear()
      directories.clear()
      standing.cut = false
      await settle(walk(root, 0, signal))
    },
    async refresh(path, signal) {
      if (standing.state !== 'present') return
      const kind = await stat(path).then(
        found => (found.isDirectory() ? 'directory' : 'file'),
        () => 'gone',
      )
      if (kind !== 'file') forget(path)
      const depth = relative(root, path).split('/').length
      if (kind === 'directory' && depth <= deepest) await settle(walk(path, depth, signal))
      else if (kind === 'file' && matches(relative(root, path))) await settle(see(path))
    },
  }
}

class Gone extends Error {}
class Denied extends Error {}
