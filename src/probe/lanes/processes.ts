/**
 * Reads the process table, /proc, in one pass: who has which file open, which processes are
 * agents, and who holds the writer lock of a Codex thread. Synchronous reads of /proc cost a
 * fraction of asynchronous ones; between batches the loop gets its turn.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Instant } from '../../../state/facts.ts'
import type { Engine } from '../../../state/words.ts'

export interface Process {
  pid: number
  /** Kernel start time in clock ticks since boot. */
  start: string
  startedAt: Instant
  engine: Engine | null
  argv: readonly string[]
  cwd: string | null
}

export interface ProcessTable {
  at: Instant
  byFile: ReadonlyMap<string, Process>
  /** Codex thread id → holder of its writer lock. */
  byLock: ReadonlyMap<string, Process>
  agents: readonly Process[]
}

const BATCH = 200
const FD_LIMIT = 256
const LOCK_PATH = /\/thread-writer-locks\/([^/]+)\.lock$/

/** Null where there is no /proc. */
export async function readProcesses(now: Instant, proc = '/proc'): Promise<ProcessTable | null> {
  const names = attempt(() => readdirSync(proc))
  if (!names) return null
  const lockers = flockPids(attempt(() => readFileSync(join(proc, 'locks'), 'utf8')) ?? '')
  const bootAt = bootTime(attempt(() => readFileSync(join(proc, 'stat'), 'utf8')) ?? '')
  const byFile = new Map<string, Process>()
  const byLock = new Map<string, Process>()
  const agents: Process[] = []
  let seen = 0
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue
    seen += 1
    if (seen % BATCH === 0) await setImmediate()
    const found = readProcess(join(proc, name), Number(name), lockers.has(Number(name)), bootAt)
    if (!found) continue
    const { process, files } = found
    if (process.engine) agents.push(process)
    for (const file of files) {
      // A wrapper and its agent share their output: the agent is the writer.
      if (!byFile.get(file)?.engine) byFile.set(file, process)
      const [, thread] = LOCK_PATH.exec(file) ?? []
      if (thread && lockers.has(process.pid)) byLock.set(thread, process)
    }
  }
  return { at: now, byFile, byLock, agents }
}

/** Pids of `1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF`. Waiters (`->`) hold nothing. */
function flockPids(locks: string): ReadonlySet<number> {
  return new Set(
    [...locks.matchAll(/^\d+: FLOCK +\S+ +\S+ +(\d+) /gm)].map(([, pid]) => Number(pid)),
  )
}

function readProcess(directory: string, pid: number, isLocker: boolean, bootAt: Instant) {
  const commandLine = attempt(() => readFileSync(join(directory, 'cmdline'), 'utf8'))
  // A kernel thread has none, and one that ended meanwhile cannot be read.
  if (!commandLine) return null
  const argv = commandLine.slice(0, 16_384).split('\0')
  const engine = engineOf(argv)
  const files = openFiles(directory, isLocker || engine !== null || argv[0] === 'tee')
  if (files.length === 0 && !engine) return null
  const start = startOf(attempt(() => readFileSync(join(directory, 'stat'), 'utf8')) ?? '')
  if (start === null) return null
  const cwd = engine ? attempt(() => readlinkSync(join(directory, 'cwd'))) : null
  const startedAt = bootAt + Number(start) * TICK_MS
  const process: Process = { pid, start, startedAt, engine, argv, cwd }
  return { process, files }
}

/** A clock tick of /proc: USER_HZ is 100 on every Linux that runs Node. */
const TICK_MS = 10

const bootTime = (stat: string): Instant => Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0) * 1_000

/** Agents, and what holds a lock, are asked for every file; all others for their output only. */
function openFiles(directory: string, all: boolean): string[] {
  const fds = all
    ? (attempt(() => readdirSync(join(directory, 'fd'))) ?? []).slice(0, FD_LIMIT)
    : ['1', '2']
  const files = new Set<string>()
  for (const fd of fds) {
    // One that was closed meanwhile says nothing of the others.
    const target = attempt(() => readlinkSync(join(directory, 'fd', fd))) ?? ''
    if (target.startsWith('/') && !target.startsWith('/dev/')) files.add(target)
  }
  return [...files]
}

const PROGRAM = /^(codex|claude)(?:[-.].*)?$/
const PACKAGE = /\/@(?:openai\/(codex)|anthropic-ai\/(claude)-code)(?:-[^/]*)?\//

/** The engine that a process runs, natively or as a script: `codex …`, `node …/claude …`. */
export function engineOf(argv: readonly string[]): Engine | null {
  const word = programOf(argv)
  const [, native] = PROGRAM.exec(basename(word)) ?? []
  const [, codex, claude] = PACKAGE.exec(word) ?? []
  const name = native ?? codex ?? claude
  return name === 'codex' || name === 'claude' ? name : null
}

/** The script where a runtime or a shell runs one; `-c` of a shell holds commands, and names none. */
function programOf([program = '', ...args]: readonly string[]): string {
  const name = basename(program)
  if (/^(?:ba|da|z)?sh$/.test(name)) return args[0] ?? ''
  if (/^(?:node|nodejs|bun)$/.test(name)) return args.find(arg => !arg.startsWith('-')) ?? ''
  return program
}

/** Field 22; the name in field 2 may hold spaces and brackets. */
function startOf(stat: string): string | null {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** Processes end while they are looked at: then there is nothing to see, and that is all. */
function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
