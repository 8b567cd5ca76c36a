/** The factory as a process of its own: started, asked and stopped from other processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeDirectory } from './directory.ts'
import { type FactoryOptions, startFactory } from './factory.ts'
import { layoutOf } from './layout.ts'
import { signalGroup } from './process-group.ts'
import { isAlive } from './process-identity.ts'
import type { ReadyFile } from './ready.ts'
import {
  claimPointer,
  dropPointer,
  livingFactory,
  type Pointer,
  readProcesses,
  runningFactory,
} from './running.ts'

/** What the process tells the one that started it. */
export type Report = { kind: 'ready' } | { kind: 'taken' } | { kind: 'failed'; message: string }

const LIFETIME = 12 * 3_600_000
const LOOK_EVERY = 2_000
const STOP_WITHIN = 10_000
const READY_WITHIN = 30_000

/**
 * Runs the factory until it is told to end, its directory vanishes or half a day has passed. Then
 * nothing of it is left: no process, no directory, no pointer.
 */
export async function serveFactory(
  stateDir: string,
  options: FactoryOptions,
  report: (report: Report) => void,
): Promise<void> {
  if (!claimPointer(stateDir, options.dir)) return report({ kind: 'taken' })
  const layout = layoutOf(options.dir)
  const told = toldToEnd()
  try {
    const factory = await startFactory(options)
    report({ kind: 'ready' })
    await Promise.race([told, outlived(layout.marker)])
    await factory.stop()
    await removeDirectory(layout)
  } catch (error) {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  } finally {
    dropPointer(stateDir, options.dir)
  }
}

function toldToEnd(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, resolve)
  return promise
}

/** Resolves when the directory is gone or the factory is old. */
async function outlived(marker: string): Promise<void> {
  const end = Date.now() + LIFETIME
  while (Date.now() < end && existsSync(marker)) {
    await sleep(LOOK_EVERY, undefined, { ref: false })
  }
}

/** Starts `command` as the detached factory and waits for its first word. */
export async function startDetached(command: readonly string[], cwd: string): Promise<Report> {
  const [program = '', ...args] = command
  const child: ChildProcess = spawn(program, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const { promise, resolve } = Promise.withResolvers<Report>()
  child.once('message', message => resolve(message as Report))
  child.once('error', error => resolve({ kind: 'failed', message: error.message }))
  child.once('exit', code =>
    resolve({ kind: 'failed', message: `the factory ended with ${code} before it was ready` }),
  )
  const report = await promise
  if (child.connected) child.disconnect()
  child.unref()
  return report
}

/** Waits for a factory that another process is starting; null when it does not come up. */
export async function awaitReady(stateDir: string): Promise<ReadyFile | null> {
  const deadline = Date.now() + READY_WITHIN
  while (Date.now() < deadline && livingFactory(stateDir)) {
    const ready = runningFactory(stateDir)
    if (ready) return ready
    await sleep(20)
  }
  return null
}

/**
 * Stops the factory that `pointer` names, by its pid and start time. Takes along what a factory
 * that died left behind. Resolves when nothing is left.
 */
export async function stopDetached(stateDir: string, pointer: Pointer): Promise<void> {
  const layout = layoutOf(pointer.dir)
  if (isAlive(pointer)) process.kill(pointer.pid, 'SIGTERM')
  const deadline = Date.now() + STOP_WITHIN
  while (isAlive(pointer) && Date.now() < deadline) await sleep(20)
  if (isAlive(pointer)) process.kill(pointer.pid, 'SIGKILL')
  for (const lane of readProcesses(layout)) {
    if (isAlive(lane)) signalGroup(lane.pid, 'SIGKILL')
  }
  await removeDirectory(layout)
  dropPointer(stateDir, pointer.dir)
}
