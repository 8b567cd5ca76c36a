/**
 * How much of a source was captured: copies under `<captured>/<kind>/<machine>/`, each under its
 * path from home, or from the part of its root that is no glob.
 */
import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { globBase } from '../glob.ts'
import type { Source } from './sources.ts'
import type { FileSeen } from './tree.ts'

export interface CaptureRoot {
  /** `<captured>/<kind>/<machine>`. */
  root: string
  home: string
}

/** The copy of one file; null when there is none. */
export async function copyOf(
  path: string,
  source: Source,
  capture: CaptureRoot,
): Promise<FileSeen | null> {
  for (const base of [capture.home, globBase(source.root)]) {
    const place = relative(base, path)
    if (place.startsWith('..')) continue
    const copy = await stat(join(capture.root, place)).catch(() => null)
    if (copy?.isFile()) return { bytes: copy.size, mtime: Math.round(copy.mtimeMs) }
  }
  return null
}

/** Copies made without times of their own are younger; with them, as old as a file system tells. */
const SAME_TIME_MS = 1_000

/** Session logs only grow, so a copy is behind when shorter; others when older. */
export function isBehind(path: string, file: FileSeen, copy: FileSeen): boolean {
  return path.endsWith('.jsonl') ? copy.bytes < file.bytes : copy.mtime + SAME_TIME_MS < file.mtime
}

export interface Captured {
  captured: number
  lagMs: number
}

/**
 * Counts the copies, and how far they are behind the newest file: from the newest copy, or, with
 * no copy at all, from the oldest file. Pure.
 */
export function captureOf(
  files: ReadonlyMap<string, FileSeen>,
  copies: ReadonlyMap<string, FileSeen>,
): Captured {
  let newest = 0
  let oldest = Number.POSITIVE_INFINITY
  let upTo = 0
  let behind = false
  for (const [path, file] of files) {
    const copy = copies.get(path)
    newest = Math.max(newest, file.mtime)
    oldest = Math.min(oldest, file.mtime)
    if (copy) upTo = Math.max(upTo, Math.min(copy.mtime, file.mtime))
    behind ||= !copy || isBehind(path, file, copy)
  }
  const from = copies.size === 0 ? oldest : upTo
  return { captured: copies.size, lagMs: behind ? Math.max(1, newest - from) : 0 }
}
