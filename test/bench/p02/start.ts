/** From the command line to the first picture: with no hub, and with one that runs. */
import type { Size } from '../../../state/layout.ts'
import { withEnds } from '../parts/defer.ts'
import { interleave, type Summary, summarize } from '../parts/measure.ts'
import type { Operator } from '../parts/operator.ts'
import { openTerminal } from '../parts/terminal.ts'
import type { Program } from './programs.ts'

interface Start {
  readonly name: string
  readonly program: Program
  readonly until: RegExp
  prepare(): Promise<unknown>
}

const nothing = async (): Promise<void> => {}

export async function starts(
  console: Program,
  peers: readonly Program[],
  { profile, operator }: { profile: string; operator: Operator },
  size: Size,
  rounds: number,
): Promise<readonly (readonly [name: string, summary: Summary])[]> {
  const stop = () => operator.dockmaster(profile, 'stop')
  const warm = () => operator.prewarm(profile)
  const cases: readonly Start[] = [
    { name: 'no hub: first picture', program: console, until: console.first, prepare: stop },
    { name: 'no hub: lanes shown', program: console, until: console.shown, prepare: stop },
    { name: 'hub runs: first picture', program: console, until: console.first, prepare: warm },
    { name: 'hub runs: lanes shown', program: console, until: console.shown, prepare: warm },
    ...peers.map(program => ({
      name: program.name,
      program,
      until: program.first,
      prepare: nothing,
    })),
  ]
  const taken = await interleave(cases, rounds, async ({ program, until, prepare }) => {
    await prepare()
    return await withEnds(async defer => {
      const terminal = openTerminal(program.command, size, program.env, defer)
      const ms = await terminal.until(until)
      await terminal.leave(program.quit)
      return ms
    })
  })
  return taken.map(({ one, samples }) => [one.name, summarize(samples)] as const)
}
