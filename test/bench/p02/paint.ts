/** What programs write to a real tmux and what they cost: all over the same seconds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Size } from '../../../state/layout.ts'
import { startTmux } from '../../real/parts/tmux.ts'
import { type Cost, costs } from '../parts/cost.ts'
import { type Defer, withEnds } from '../parts/defer.ts'
import type { Program } from './programs.ts'

export interface Painted {
  readonly program: string
  /** Null for the hub, which paints nothing. */
  readonly size: Size | null
  readonly when: 'at rest' | 'events'
  readonly cost: Cost
  readonly bytes: number | null
  /** NaN where the program does not mark its frames. */
  readonly frames: number
  readonly clears: number
}

interface Wanted {
  readonly program: Program
  readonly size: Size
}

/** A program on a tmux of its own. */
interface Stage extends Wanted {
  readonly pid: number
  /** Where tmux puts what it writes. */
  readonly record: string
}

const CLEAR = '\u001b[2J'
const FRAME = '\u001b[?2026h'
/** Longest to wait for a first picture, among the others'. */
const DRAWN_MS = 20_000

/** Opens them all, watches them for so long at rest, and again while events come. */
export const paint = (
  wanted: readonly Wanted[],
  hub: number,
  seconds: number,
  startEvents: () => { stop(): Promise<void> },
): Promise<readonly Painted[]> =>
  withEnds(async defer => {
    const dir = mkdtempSync(join(tmpdir(), 'dockmaster-paint-'))
    defer(() => rmSync(dir, { recursive: true, force: true }))
    const stages: Stage[] = []
    for (const [index, one] of wanted.entries()) {
      stages.push(await openStage(one, join(dir, String(index)), defer))
    }
    const rest = await watch(stages, hub, seconds)
    defer(startEvents().stop)
    const events = await watch(stages, hub, seconds)
    return [
      ...rest.map(of => ({ ...of, when: 'at rest' as const })),
      ...events.map(of => ({ ...of, when: 'events' as const })),
    ]
  })

async function openStage({ program, size }: Wanted, record: string, defer: Defer): Promise<Stage> {
  const line = ['exec', ...program.command.map(word => `'${word}'`)].join(' ')
  const tmux = await startTmux(line, { ...size, env: program.env })
  defer(tmux.close)
  await tmux.until(program.shown, DRAWN_MS)
  await tmux.record(record)
  return { program, size, pid: await tmux.pid(), record }
}

async function watch(
  stages: readonly Stage[],
  hub: number,
  seconds: number,
): Promise<readonly Omit<Painted, 'when'>[]> {
  for (const { record } of stages) writeFileSync(record, '')
  const families = [...stages.map(({ pid }) => [pid]), [hub]]
  const spent = await costs(families, () => delay(seconds * 1_000))
  return spent.map((cost, index) => {
    const stage = stages[index]
    if (!stage) {
      const program = 'hub with its local probe'
      return { program, size: null, cost, bytes: null, frames: Number.NaN, clears: 0 }
    }
    const { program, size, record } = stage
    const text = readFileSync(record, 'latin1')
    const [frames, clears] = [FRAME, CLEAR].map(mark => text.split(mark).length - 1)
    return {
      program: program.name,
      size,
      cost,
      bytes: text.length,
      frames: frames || Number.NaN,
      clears: clears ?? 0,
    }
  })
}
