/** Looks at processes by their pid, through /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Whether it runs: a zombie does not. */
export function isAlive(pid: number): boolean {
  const stat = readProcess(`/proc/${pid}/stat`)
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
}

/** Every process below one that we started. */
export function descendants(pid: number): number[] {
  const children = childrenOf(pid)
  return children.flatMap(child => [child, ...descendants(child)])
}

export function childrenOf(pid: number): number[] {
  return readProcess(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

export function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/** A file of a process; empty when the process is gone. */
export function readProcess(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Processes that were started with that run's mark in their environment, wherever they hang. */
export const marked = (mark: string): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(
      pid =>
        readProcess(`/proc/${pid}/environ`).split('\0').includes(`DOCKMASTER_RUN=${mark}`) &&
        isAlive(pid),
    )
