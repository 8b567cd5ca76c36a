/** P06: a launch. A lane on record, in a worktree of its own, beside the same program over plain ssh. */
import type { Bench } from './bench.ts'
import { newLaunchHost } from './p06/host.ts'
import { withEnds } from './parts/defer.ts'
import { PROGRAMS } from './parts/launch-place.ts'
import { interleave, summarize } from './parts/measure.ts'
import { noise, spread, table, times } from './parts/report.ts'

const EFFORTS = { full: 20, quick: 2 }

export const p06: Bench = {
  title: 'P06  A launch: from the command to the first byte of the agent',
  needs: ['sshd'],
  run: (effort, print) =>
    withEnds(async defer => {
      const rounds = EFFORTS[effort]
      const host = await newLaunchHost(defer)
      for (const program of PROGRAMS) {
        const ways = [
          { name: 'ssh host program', run: () => host.ssh(program, { tree: false }) },
          {
            name: 'ssh host git worktree add, program',
            run: () => host.ssh(program, { tree: true }),
          },
          { name: 'dockmaster lane launch', run: () => host.lane(program) },
        ]
        const taken = await interleave(ways, rounds, way => way.run())
        const summaries = taken.map(({ one, samples }) => [one.name, summarize(samples)] as const)
        const base = summaries[0]?.[1].p50 ?? Number.NaN
        const rows = summaries.map(([name, of]) => [name, spread(of), times(of.p50, base)])
        print(table([`${program}: first byte, ms p50 / p95`, '', 'ssh'], rows))
        for (const remark of noise(summaries)) print(remark)
        print('')
      }
      print(`${rounds} launches each, in turns; the hub is warm, each ssh signs in anew.`)
      print('Only the launch is judged, journaled before its prompt, and outlives its connection.')
    }),
}
