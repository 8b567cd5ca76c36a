/** Processes as the kernel names them for good: a pid with its start time. Linux: all from /proc. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Identity } from '../../rpc/lane-api.ts'

export interface Stat extends Identity {
  parent: number
  session: number
}

/** The kernel's mark of a process that is on its way out, and has no command line any more. */
const PF_EXITING = 0x4

/** Null when there is no such process, or only what is left of one. */
export function statOf(pid: number): Stat | null {
  const text = readText(`/proc/${pid}/stat`)
  // The name in field 2 may hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, parent, , session, , , flags] = fields
  const start = fields[19]
  if (start === undefined || state === 'Z' || state === 'X') return null
  if (Number(flags) & PF_EXITING) return null
  return { pid, pidStart: start, parent: Number(parent), session: Number(session) }
}

export const isSame = ({ pid, pidStart }: Identity): boolean => statOf(pid)?.pidStart === pidStart

export const argvOf = (pid: number): string[] =>
  readText(`/proc/${pid}/cmdline`).split('\0').slice(0, -1)

/** Null where there is no /proc. */
export function allProcesses(): Stat[] | null {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .flatMap(name => statOf(Number(name)) ?? [])
  } catch {
    return null
  }
}

/** Whether it was started with that in its environment; false when that may not be read. */
export const hasInEnvironment = (pid: number, entry: string): boolean =>
  readText(`/proc/${pid}/environ`).split('\0').includes(entry)

/** The value of one variable that a process was started with. */
export const environmentOf = (pid: number, name: string): string | null =>
  readText(`/proc/${pid}/environ`)
    .split('\0')
    .find(entry => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? null

/** Paths of its cgroups, one a hierarchy: `0::/user.slice/…` ends in `/user.slice/…`. */
export const cgroupsOf = (pid: number): string[] =>
  readText(`/proc/${pid}/cgroup`)
    .split('\n')
    .flatMap(line => /^\d+:[^:]*:(.*)$/.exec(line)?.[1] ?? [])

/** Empty when the process is gone or not ours to read. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
