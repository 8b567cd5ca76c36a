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

function childrenOf(pid: number): number[] {
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

/** Kills what was started with that run's mark in its environment, wherever it hangs. */
export function endMarked(mark: string): void {
  for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const environment = readProcess(`/proc/${name}/environ`).split('\0')
    if (environment.includes(`DOCKMASTER_RUN=${mark}`)) killOne(Number(name))
  }
}
