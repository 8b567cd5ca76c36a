/** One root of a source, with the copies of its files: read whole, or by what a hint names. */
import { stat } from 'node:fs/promises'
import type { TranscriptsFact } from '../../state/facts.ts'
import { isMagic } from '../glob.ts'
import { type CaptureRoot, captureOf, copyOf, isBehind } from './capture.ts'
import type { Source, Where } from './sources.ts'
import { type FileSeen, openTree } from './tree.ts'

export interface Place {
  readonly source: Source
  readonly root: string
  /** Directory → newest modification below it. */
  readonly directories: ReadonlyMap<string, number>
  rescan(signal: AbortSignal): Promise<void>
  /** Reads a path again; false when it lies elsewhere. */
  refresh(path: string, signal: AbortSignal): Promise<boolean>
  fact(where: Where): TranscriptsFact
}

/** A copy that is whole stays so, for captures only grow: so often it is looked at all the same. */
const VERIFY_EVERY = 10
const STATS_AT_ONCE = 32

/** `capture` is null when nothing captures this source where we can see it. */
export function openPlace(source: Source, root: string, capture: CaptureRoot | null): Place {
  const tree = openTree(root, source.files)
  const copies = new Map<string, FileSeen>()
  const isOneFile = !source.files.split('/').some(isMagic)
  let scans = 0

  const findCopies = async (paths: readonly string[]) => {
    for (const path of copies.keys()) if (!tree.files.has(path)) copies.delete(path)
    if (!capture || paths.length === 0) return
    if ((await stat(capture.root).catch(() => null)) === null) return copies.clear()
    for (let index = 0; index < paths.length; index += STATS_AT_ONCE) {
      await Promise.all(
        paths.slice(index, index + STATS_AT_ONCE).map(async path => {
          const copy = await copyOf(path, source, capture)
          if (copy) copies.set(path, copy)
          else copies.delete(path)
        }),
      )
    }
  }

  return {
    source,
    root,
    directories: tree.directories,
    async rescan(signal) {
      await tree.scan(signal)
      if (scans++ % VERIFY_EVERY === 0) copies.clear()
      const doubtful = [...tree.files].filter(([path, file]) => {
        const copy = copies.get(path)
        return !copy || isBehind(path, file, copy)
      })
      await findCopies(doubtful.map(([path]) => path))
    },
    async refresh(path, signal) {
      if (!path.startsWith(`${root}/`)) return false
      await tree.refresh(path, signal)
      await findCopies([...tree.files.keys()].filter(file => file.startsWith(path)))
      return true
    },
    fact(where) {
      const { state, files, cut } = tree
      if (state !== 'present') return without(state, source.kind, root, where)
      if (isOneFile && files.size === 0) return without('absent', source.kind, root, where)
      const known = [...files.values()]
      const newest = known.reduce((latest, { mtime }) => Math.max(latest, mtime), 0)
      return {
        kind: source.kind,
        where,
        root,
        state,
        // Beyond what we count, no figure is better than a wrong one.
        files: cut ? null : known.length,
        bytes: cut ? null : known.reduce((sum, { bytes }) => sum + bytes, 0),
        newest: newest || null,
        ...(capture && !cut ? captureOf(files, copies) : { captured: null, lagMs: null }),
      }
    },
  }
}

/** A place that cannot be counted: no figures, never zeros. */
export const without = (
  state: 'absent' | 'denied',
  kind: string,
  root: string,
  where: Where,
): TranscriptsFact => ({
  kind,
  where,
  root,
  state,
  files: null,
  bytes: null,
  newest: null,
  captured: null,
  lagMs: null,
})
