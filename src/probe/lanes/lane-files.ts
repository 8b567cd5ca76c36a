/** The files of all lanes: found, watched, and followed as they grow, appear and go. */
import type { LanesConfig } from '../../../state/config.ts'
import { discover } from './discover.ts'
import { type Follower, followFile } from './follow.ts'
import { relevance } from './relevant.ts'
import { type Watches, watches } from './watches.ts'

export interface LaneFiles {
  all(): Iterable<Follower>
  count(): number
  /**
   * Brings the followed files in line with what is there, with the session files of `threads`
   * however old. Returns whether any place exists.
   */
  find(threads: ReadonlySet<string>): Promise<boolean>
  /** Paths among `hints` that may be new files of lanes. Each is named once between re-scans. */
  strange(hints: ReadonlySet<string>): string[]
  /** Reads what is new in `paths`, or in every file; returns the paths that changed or went. */
  read(paths: Iterable<string> | null, signal: AbortSignal): Promise<Set<string>>
  watch(poke: (hint: string) => void, signal: AbortSignal): void
  /** What the last re-scan left out or could not do. */
  notes(): string[]
  /** Begins a re-scan. */
  renew(): void
}

export function laneFiles(config: LanesConfig, home: string, now: () => number): LaneFiles {
  const isRelevant = relevance(config, home)
  const files = new Map<string, Follower>()
  /** Files that were found and not read yet. */
  const fresh = new Set<string>()
  /** Paths that changed and are no lane's file. */
  const strangers = new Set<string>()
  const denied = new Set<string>()
  let found: string[] = []
  let watched: Watches | null = null
  let poke: ((hint: string) => void) | null = null

  return {
    all: () => files.values(),
    count: () => files.size,

    async find(threads) {
      const seen = await discover(config, home, now(), threads)
      for (const path of files.keys()) if (!seen.files.has(path)) files.delete(path)
      for (const path of seen.files) {
        if (files.has(path)) continue
        files.set(path, followFile(path))
        fresh.add(path)
      }
      const followed = watched?.follow(seen.directories)
      // What appeared between the search and the watch is found by one more look.
      for (const directory of followed?.added ?? []) poke?.(directory)
      found = [...seen.notes, ...(followed?.fault ? [followed.fault] : [])]
      return seen.anywhere
    },

    strange(hints) {
      const paths = [...hints].filter(
        path => !files.has(path) && !strangers.has(path) && isRelevant(path),
      )
      for (const path of paths) strangers.add(path)
      return paths
    },

    async read(paths, signal) {
      const changed = new Set<string>()
      for (const path of new Set([...(paths ?? files.keys()), ...fresh])) {
        if (signal.aborted) break
        fresh.delete(path)
        const state = (await files.get(path)?.catchUp(now())) ?? 'same'
        if (state === 'gone') files.delete(path)
        if (state === 'denied') denied.add(path)
        if (state !== 'same') changed.add(path)
      }
      return changed
    },

    watch(onChange, signal) {
      poke = onChange
      watched = watches(onChange)
      signal.addEventListener('abort', () => watched?.close())
    },

    notes: () => [...found, ...[...denied].slice(0, 3).map(path => `may not read ${path}`)],

    renew() {
      strangers.clear()
      denied.clear()
    },
  }
}
