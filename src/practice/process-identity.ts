/** Names one process for good: a pid alone is given to another process later. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ProcessIdentity {
  pid: number
  /** When it started, as the kernel tells it: opaque, compared for equality. */
  start: string
}

/** Field 22 of `/proc/<pid>/stat`, counted behind the parenthesis that ends the command. */
const START_FIELD = 22 - 3

/** The start of process `pid`; null when there is none. */
export function startOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
      return text.trim() || null
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended: nobody has fetched its exit yet.
    return fields[0] === 'Z' ? null : (fields[START_FIELD] ?? null)
  } catch {
    return null
  }
}

export function identify(pid: number): ProcessIdentity | null {
  const start = startOf(pid)
  return start === null ? null : { pid, start }
}

export const isAlive = ({ pid, start }: ProcessIdentity): boolean => startOf(pid) === start
