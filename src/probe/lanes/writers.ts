/**
 * Remembers who writes which lane. The process table is read now and then; in between, asking for
 * one pid costs next to nothing, and tells at once that a writer has ended.
 */
import type { Instant } from '../../../state/facts.ts'
import type { Holder } from './join.ts'
import type { Process } from './processes.ts'

/** `since` is of the table that did not show its process. */
type Writer = { process: Process } | { process: null; since: Instant }

export function newWriters() {
  const known = new Map<string, Writer>()
  return {
    /** What a table of that time came to for a lane. */
    note(key: string, { held, process }: Holder, tableAt: Instant): void {
      const before = known.get(key)
      if (!held) known.delete(key)
      else if (process) known.set(key, { process })
      else if (before?.process !== null) known.set(key, { process, since: tableAt })
    },
    /** Lanes for which the table of that time is too old: their writer ended, or came after it. */
    doubtful: (tableAt: Instant): ReadonlySet<string> =>
      new Set(
        [...known].flatMap(([key, writer]) => {
          const isStale = writer.process ? !exists(writer.process.pid) : writer.since === tableAt
          return isStale ? [key] : []
        }),
      ),
    /** Forgets lanes that are gone. */
    keep(keys: ReadonlyMap<string, unknown>): void {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key)
    },
  }
}

/** A pid that was used again deceives this until the table is read. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It may be another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
