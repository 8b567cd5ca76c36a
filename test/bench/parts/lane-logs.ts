/** A generated factory: many lanes' logs, and a process that appends to them at a steady rate. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a lane ran before the bench began. */
const HISTORY = 20

const laneName = (index: number): string => `lane-${String(index).padStart(4, '0')}`

/** The key of a lane's facts: its thread. */
export const laneKey = (index: number): string =>
  `01a1fb3b-b729-7982-994b-${String(index).padStart(12, '0')}`

export interface LaneLogs {
  /** For `lanes.logs` of a profile. */
  readonly glob: string
  readonly dir: string
  path(lane: number): string
}

/** How long ago the last lane did something: at the start all of them are at rest. */
const QUIET_MS = 2 * 3_600_000

/** Makes `count` logs under `dir`, which others may read. */
export function makeLaneLogs(dir: string, count: number): LaneLogs {
  mkdirSync(dir, { recursive: true, mode: 0o755 })
  const logs = laneLogsAt(dir)
  const at = new Date(Date.now() - QUIET_MS)
  for (let lane = 0; lane < count; lane += 1) {
    writeFileSync(logs.path(lane), beginning(lane))
    utimesSync(logs.path(lane), at, at)
  }
  return logs
}

/** The same logs, for a process that did not make them. */
export const laneLogsAt = (dir: string): LaneLogs => ({
  dir,
  glob: join(dir, '*.jsonl'),
  path: lane => join(dir, `${laneName(lane)}.jsonl`),
})

function beginning(lane: number): string {
  const opening = [{ type: 'thread.started', thread_id: laneKey(lane) }, { type: 'turn.started' }]
  const items = Array.from({ length: HISTORY }, (_, index) => [
    commandLine(index, `make step-${index}`, 'started'),
    commandLine(index, `make step-${index}`, 'completed'),
  ])
  return [...opening.map(event => `${JSON.stringify(event)}\n`), ...items.flat()].join('')
}

function commandLine(item: number, command: string, phase: 'started' | 'completed'): string {
  const done = phase === 'completed'
  const event = {
    type: `item.${phase}`,
    item: {
      id: `item_${item}`,
      type: 'command_execution',
      command,
      aggregated_output: done ? 'ok\n' : '',
      exit_code: done ? 0 : null,
      status: done ? 'completed' : 'in_progress',
    },
  }
  return `${JSON.stringify(event)}\n`
}

/** Appends one event: the lane begins a command, or ends the one before. */
export function appendEvent(logs: LaneLogs, lane: number, count: number, command: string): void {
  const item = HISTORY + Math.floor(count / 2)
  appendFileSync(
    logs.path(lane),
    commandLine(item, command, count % 2 === 0 ? 'started' : 'completed'),
  )
}

export interface Writer {
  stop(): Promise<void>
}

/** Starts a process that appends `rate` events a second, each to the next lane. */
export function startWriter(logs: LaneLogs, lanes: number, rate: number): Writer {
  const program = new URL('lane-writer.ts', import.meta.url).pathname
  const args = [program, logs.dir, String(lanes), String(rate)]
  const child: ChildProcess = spawn(process.execPath, args, { stdio: 'inherit' })
  return {
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}
