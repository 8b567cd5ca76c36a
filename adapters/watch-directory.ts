import { watch } from 'node:fs'

/**
 * Calls `note` with the name of whatever changes in a directory. One that cannot be watched, for it
 * is not there or no watches are left, is left to the re-scan.
 */
export function watchDirectory(
  directory: string,
  note: (name: string) => void,
  signal: AbortSignal,
): void {
  try {
    const watcher = watch(directory, { signal }, (_event, name) => {
      if (name !== null) note(name)
    })
    watcher.on('error', () => watcher.close())
  } catch {
    // The period alone finds what is new.
  }
}
