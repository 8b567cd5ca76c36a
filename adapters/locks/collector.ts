/** Lock files of bots, found by their names. Runs in the probe. */
import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FactDraft } from '../../state/facts.ts'
import {
  type FileMark,
  globOf,
  type LockFileFact,
  lockOf,
  madeAtOf,
} from '../../state/lock-file.ts'
import { type Collector, failed, sawAll } from '../collector.ts'
import { expandGlob, expandHome, isMagic } from '../glob.ts'
import { watchDirectory } from '../watch-directory.ts'
import { heldInodes } from './held.ts'

const PERIOD_MS = 30_000
/** Files that are told; what is beyond these is counted. */
const MOST = 1_000

export interface LockFilesDeps {
  now(): number
  home: string
}

/** Facts of kind `lock-file`: regular files alone, for a link may lead anywhere. */
export function lockFilesCollector(
  locks: readonly string[],
  { now, home }: LockFilesDeps,
): Collector {
  const patterns = locks.map(pattern => expandHome(pattern, home))
  return {
    name: 'lock-files',
    periodMs: PERIOD_MS,
    watch: (poke, signal) => {
      const plain = patterns.map(dirname).filter(directory => !isMagic(directory))
      const note = (name: string) => patterns.some(pattern => lockOf(pattern, name)) && poke(name)
      for (const directory of new Set(plain)) watchDirectory(directory, note, signal)
    },
    async look(_hints, signal) {
      const found: LockFileFact[] = []
      const denied: string[] = []
      const held = await heldInodes()
      for (const pattern of patterns) {
        const there = await expandGlob(globOf(pattern), signal)
        denied.push(...there.denied)
        for (const path of there.paths) {
          const named = lockOf(pattern, path)
          const file = named && (await markOf(path))
          if (!named || !file) continue
          const isHeld = held && held.has(file.ino)
          found.push({ path, ...named, file, madeAt: madeAtOf(file), isHeld })
        }
      }
      const [hidden] = denied
      if (hidden !== undefined && found.length === 0) {
        return failed('denied', `${hidden} cannot be read`, 'mend its mode, or leftovers.locks')
      }
      const drafts = found
        .slice(0, MOST)
        .map((value): FactDraft => ({ kind: 'lock-file', key: value.path, at: now(), value }))
      return { ...sawAll(drafts), message: noteOf(found.length, hidden) }
    },
  }
}

function noteOf(found: number, hidden: string | undefined): string | null {
  if (hidden !== undefined) return `${hidden} cannot be read`
  return found > MOST ? `${found} lock files are there: the first ${MOST} are told` : null
}

/** Null when it is no regular file, or gone. */
export async function markOf(path: string): Promise<FileMark | null> {
  const found = await lstat(path, { bigint: true }).catch(() => null)
  if (!found?.isFile()) return null
  const { dev, ino, mtimeNs, size } = found
  return {
    dev: String(dev),
    ino: String(ino),
    mtimeNs: String(mtimeNs),
    bytes: Number(size),
  }
}
