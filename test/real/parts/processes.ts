/** Looks at processes by their pid, through /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { isSame, statOf } from '../../../src/probe/runner/process-identity.ts'
import type { Identity } from '../../../src/rpc/lane-api.ts'

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

/** By a pid that was looked up just now: a while later it may be another's. */
export function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/** Kills what still is that very process, with what is below it then. */
export function killThat(identity: Identity): void {
  if (isSame(identity)) for (const pid of [identity.pid, ...descendants(identity.pid)]) killOne(pid)
}

/** Does so when the test is over. */
export function killLater(...those: readonly Identity[]): void {
  onTestFinished(() => those.forEach(killThat))
}

/** Who these are that live now. */
export const identitiesOf = (pids: readonly number[]): Identity[] =>
  pids.flatMap(pid => statOf(pid) ?? [])

/** Kills of these pids, which somebody wrote down once, those that work in that directory. */
export function killIn(dir: string, pids: readonly number[]): void {
  for (const pid of pids) if (directoryOf(pid)?.startsWith(dir)) killOne(pid)
}

function directoryOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null
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
