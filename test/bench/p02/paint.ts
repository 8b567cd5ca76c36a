/** What programs write to a real tmux and what they cost: all over the same seconds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Size } from '../../../state/layout.ts'
import { startTmux } from '../../real/parts/tmux.ts'
import { type Cost, costs } from '../parts/cost.ts'
import type { Defer } from '../parts/defer.ts'
import type { Program } from './programs.ts'

/** A program on a tmux of its own. */
export interface Stage {
  readonly program: Program
  readonly size: Size
  readonly pid: number
  /** Where tmux puts what it writes. */
  readonly record: string
}

export interface Painted {
  readonly cost: Cost
  readonly bytes: number
  /** Null where the program does not mark its frames. */
  readonly frames: number | null
  readonly clears: number
}

const CLEAR = '\u001b[2J'
const FRAME = '\u001b[?2026h'
/** Longest to wait for a first picture, among the others'. */
const DRAWN_MS = 20_000

/** Opens each program and waits for its first picture. */
export async function stage(
  wanted: readonly { readonly program: Program; readonly size: Size }[],
  defer: Defer,
): Promise<readonly Stage[]> {
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-paint-'))
  defer(() => rmSync(dir, { recursive: true, force: true }))
  const stages: Stage[] = []
  for (const { program, size } of wanted) {
    const line = ['exec', ...program.command.map(word => `'${word}'`)].join(' ')
    const tmux = await startTmux(line, { ...size, env: program.env })
    defer(tmux.close)
    await tmux.until(program.shown, DRAWN_MS)
    const record = join(dir, String(stages.length))
    writeFileSync(record, '')
    await tmux.record(record)
    stages.push({ program, size, pid: await tmux.pid(), record })
  }
  return stages
}

/** Looks at all of them for so long. The last cost is that of `others`. */
export async function watch(
  stages: readonly Stage[],
  others: readonly number[],
  seconds: number,
): Promise<{ readonly painted: readonly Painted[]; readonly others: Cost | undefined }> {
  for (const { record } of stages) writeFileSync(record, '')
  const families = [...stages.map(({ pid }) => [pid]), others]
  const spent = await costs(families, () => delay(seconds * 1_000))
  const painted = stages.flatMap(({ record }, index): Painted[] => {
    const cost = spent[index]
    const text = readFileSync(record, 'latin1')
    const frames = text.split(FRAME).length - 1
    const clears = text.split(CLEAR).length - 1
    return cost ? [{ cost, bytes: text.length, frames: frames || null, clears }] : []
  })
  return { painted, others: spent.at(-1) }
}
