/**
 * The one practice factory of an operator: a pointer file in the state directory names it. Light
 * on imports, for every command asks here what `--profile practice` means.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { ProfileConfig } from '../../state/config.ts'
import { type Layout, layoutOf } from './layout.ts'
import { identify, isAlive } from './process-identity.ts'
import { practiceProfile } from './profile.ts'
import { CountersFile, ProcessesFile, ReadyFile } from './ready.ts'

const Pointer = z.object({ dir: z.string(), pid: z.number().int(), start: z.string() })
export type Pointer = z.infer<typeof Pointer>

/** `stateDir`: where the program keeps its state, e.g. `~/.local/state/dockmaster`. */
const pointerPath = (stateDir: string): string => join(stateDir, 'practice.json')

/** The pointer as it stands, whether or not its process lives. */
export const readPointer = (stateDir: string): Pointer | null =>
  readAs(Pointer, pointerPath(stateDir))

/** The living process behind the pointer, which may still be getting ready; null when none. */
export function livingFactory(stateDir: string): Pointer | null {
  const pointer = readPointer(stateDir)
  return pointer && isAlive(pointer) ? pointer : null
}

/** What the running factory says of itself; null when none runs or it is not ready yet. */
export function runningFactory(stateDir: string): ReadyFile | null {
  const pointer = livingFactory(stateDir)
  const ready = pointer && readAs(ReadyFile, layoutOf(pointer.dir).ready)
  return ready && ready.pid === pointer?.pid ? ready : null
}

/** The profile named `practice`; null when no factory runs. */
export function runningPractice(stateDir: string): ProfileConfig | null {
  const ready = runningFactory(stateDir)
  return ready && practiceProfile(ready.dir)
}

/**
 * Takes the pointer for this process. False when a living factory has it: there is one at most,
 * however many start at once.
 */
export function claimPointer(stateDir: string, dir: string): boolean {
  const own = identify(process.pid)
  if (!own) throw new Error(`the start time of process ${process.pid} cannot be read`)
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const path = pointerPath(stateDir)
  const text = `${JSON.stringify({ dir, ...own })}\n`
  for (;;) {
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (livingFactory(stateDir)) return false
    rmSync(path, { force: true })
  }
}

/** Takes the pointer away when it names `dir`. */
export function dropPointer(stateDir: string, dir: string): void {
  if (readPointer(stateDir)?.dir === dir) rmSync(pointerPath(stateDir), { force: true })
}

export const readCounters = (layout: Layout) => readAs(CountersFile, layout.counters)
export const readProcesses = (layout: Layout) => readAs(ProcessesFile, layout.processes) ?? []

/** A file of ours, or null when it is absent or not what it should be. */
function readAs<T>(schema: z.ZodType<T>, path: string): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
