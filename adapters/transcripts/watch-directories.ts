/**
 * Watches many directories through inotify, the liveliest first. What is not watched, for there
 * are too many or the system has no watches left, is found by the slow re-scan.
 */
import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'

export interface DirectoryWatch {
  /** Watches these from now on, by when something last changed below them, and no others. */
  keep(directories: ReadonlyMap<string, number>): void
}

const MAX_WATCHES = 512

/** Calls `poke` with each path that changed, gathered over `settleMs`. Ends with the signal. */
export function watchDirectories(
  poke: (path: string) => void,
  settleMs: number,
  signal: AbortSignal,
): DirectoryWatch {
  const watchers = new Map<string, FSWatcher>()
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const flush = () => {
    timer = undefined
    for (const path of changed) poke(path)
    changed.clear()
  }
  const note = (path: string) => {
    changed.add(path)
    timer ??= setTimeout(flush, settleMs)
  }
  const close = (directory: string) => {
    watchers.get(directory)?.close()
    watchers.delete(directory)
  }
  const open = (directory: string) => {
    try {
      const watcher = watch(directory, (_event, name) => {
        if (name !== null) note(join(directory, name))
      })
      watcher.on('error', () => close(directory))
      watchers.set(directory, watcher)
    } catch {
      // It vanished, or no watches are left: the re-scan stands behind.
    }
  }
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    for (const directory of watchers.keys()) close(directory)
  })

  return {
    keep(directories) {
      if (signal.aborted) return
      const liveliest = [...directories].sort(([, a], [, b]) => b - a).slice(0, MAX_WATCHES)
      const wanted = new Set(liveliest.map(([directory]) => directory))
      for (const directory of watchers.keys()) if (!wanted.has(directory)) close(directory)
      for (const directory of wanted) if (!watchers.has(directory)) open(directory)
    },
  }
}
