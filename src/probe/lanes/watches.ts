/** Watches directories with inotify. Never needed for truth: the slow re-scan stands behind it. */
import { existsSync, type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { codeOf, isAbsence } from '../../../adapters/glob.ts'

const DIRECTORIES = 1_000

export interface Watches {
  /** Makes `directories` the watched ones. Returns those that are new, or why some are not. */
  follow(directories: Iterable<string>): { added: string[]; fault: string | null }
  close(): void
}

/** `changed` gets the path of what changed, or the directory where its name is not known. */
export function watches(changed: (path: string) => void): Watches {
  const open = new Map<string, FSWatcher>()

  function add(directory: string): string | null {
    try {
      const watcher = watch(directory, { persistent: false }, (event, name) => {
        // One that was deleted, and perhaps made again, is watched anew after the next re-scan.
        if (event === 'rename' && !existsSync(directory)) remove(directory)
        changed(name === null ? directory : join(directory, name))
      })
      // Gone or unmounted: the next re-scan says what became of it.
      watcher.on('error', () => remove(directory))
      open.set(directory, watcher)
      return null
    } catch (error) {
      return isAbsence(codeOf(error)) ? null : `cannot watch ${directory} (${codeOf(error)})`
    }
  }

  function remove(directory: string) {
    open.get(directory)?.close()
    open.delete(directory)
  }

  return {
    follow(directories) {
      const wanted = new Set([...directories].slice(0, DIRECTORIES))
      for (const directory of open.keys()) if (!wanted.has(directory)) remove(directory)
      const added: string[] = []
      let fault: string | null = null
      for (const directory of wanted) {
        if (open.has(directory)) continue
        fault ??= add(directory)
        if (open.has(directory)) added.push(directory)
      }
      return { added, fault }
    },
    close() {
      for (const directory of open.keys()) remove(directory)
    },
  }
}
