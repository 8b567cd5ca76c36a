/** From a key to the end of the picture that answers it, while events keep coming. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Size } from '../../../state/layout.ts'
import { withEnds } from '../parts/defer.ts'
import { interleave, type Summary, summarize } from '../parts/measure.ts'
import { openTerminal } from '../parts/terminal.ts'
import type { Program } from './programs.ts'

/** A person's pace, and not in step with anything that repaints by itself. */
const PAUSE_MS = 37

export const keyLatency = (
  programs: readonly Program[],
  size: Size,
  keys: number,
): Promise<readonly (readonly [name: string, summary: Summary])[]> =>
  withEnds(async defer => {
    const open = []
    for (const program of programs) {
      const terminal = openTerminal(program.command, size, program.env, defer)
      await terminal.until(program.first)
      open.push({ program, terminal })
    }
    const taken = await interleave(open, keys, async ({ program, terminal }) => {
      await delay(PAUSE_MS)
      return await terminal.press(program.down, program.answer)
    })
    return taken.map(({ one, samples }) => [one.program.name, summarize(samples)] as const)
  })
