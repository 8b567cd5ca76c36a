/** A directory with logs, a CODEX_HOME and a Claude home, and the collector of lanes over them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type LanesCollector, lanesCollector } from '../../../src/probe/lanes/collector.ts'
import { LaneFact } from '../../../state/facts.ts'
import { fixtureText } from './lane-cases.ts'

export const OK = '01a1fb3b-b729-7982-994b-d7f3c4fbc2c7'
export const KILLED = '01a1fb3a-2286-7e50-811e-8854a1570039'

type Look = Awaited<ReturnType<LanesCollector['look']>>

export async function lanesPlace() {
  // The process table shows real paths.
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'lanes-')))
  const codexHome = join(dir, 'codex')
  const sessions = 'codex/sessions/2026/11/20'
  for (const path of ['lanes', sessions, 'codex/thread-writer-locks', 'claude/projects/-srv-x']) {
    mkdirSync(join(dir, path), { recursive: true })
  }
  const children: ChildProcess[] = []
  const stopped = new AbortController()
  let ahead = 0
  onTestFinished(async () => {
    stopped.abort()
    for (const child of children) await killed(child)
    await rm(dir, { recursive: true })
  })
  const collector = lanesCollector(
    {
      logs: [`${dir}/lanes/*.jsonl`, `${dir}/lanes/*/log.jsonl`],
      codexHomes: [codexHome],
      claudeHomes: ['~/claude'],
    },
    { now: () => Date.now() + ahead, home: dir, zone: 'UTC' },
  )
  const lookAt = (hints: ReadonlySet<string> | null) => collector.look(hints, stopped.signal)
  /** Is killed when the test is over. */
  const started = (child: ChildProcess): ChildProcess => {
    children.push(child)
    return child
  }
  return {
    dir,
    codexHome,
    log: (name: string) => join(dir, 'lanes', name),
    rollout: (id: string) => join(dir, sessions, `rollout-2026-11-20T23-12-37-${id}.jsonl`),
    lookAt,
    watch: (poke: (hint: string) => void) => collector.watch?.(poke, stopped.signal),
    window: collector.window,
    started,
    /** Sets the collector's clock that much ahead. */
    later: (ms: number) => {
      ahead = ms
    },
    /** A process that writes what it is told to its output, the log, and holds it open meanwhile. */
    writer: (path: string): ChildProcess => {
      const out = openSync(path, 'a')
      const child = spawn('cat', [], { cwd: dir, stdio: ['pipe', out, 'ignore'] })
      closeSync(out)
      return started(child)
    },
    /** Every lane after a full look, by key. */
    lanes: async (): Promise<Record<string, LaneFact | null>> => byKey(okay(await lookAt(null))),
  }
}

function okay(look: Look): Look {
  if (look.state !== 'ok') throw new Error(`the look is ${look.state}: ${look.message}`)
  return look
}

/** Each fact is one that the hub would accept; null is a lane that is gone. */
export const byKey = ({ drafts }: Look): Record<string, LaneFact | null> =>
  Object.fromEntries(
    drafts.map(({ key, value }) => [key, value === null ? null : LaneFact.parse(value)]),
  )

export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

export const linesOf = (name: string): string[] => fixtureText(name).trimEnd().split('\n')
export const text = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('')
