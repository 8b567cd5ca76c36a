/** P02: paint. The console with many lanes beside the programs of its class. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Size } from '../../state/layout.ts'
import type { Bench } from './bench.ts'
import { keyLatency } from './p02/keys.ts'
import { type Painted, stage, watch } from './p02/paint.ts'
import { consoleProgram, peers } from './p02/programs.ts'
import { starts } from './p02/start.ts'
import type { Cost } from './parts/cost.ts'
import { withEnds } from './parts/defer.ts'
import { makeLaneLogs, startWriter } from './parts/lane-logs.ts'
import type { Summary } from './parts/measure.ts'
import { newOperator } from './parts/operator.ts'
import { figure, noise, spread, table, times } from './parts/report.ts'

const EFFORTS = {
  full: { keys: 150, starts: 7, seconds: 15 },
  quick: { keys: 10, starts: 1, seconds: 3 },
}

const LANES = 1_000
const EVENTS = 20
const PROFILE = 'yard'
const SMALL: Size = { columns: 80, rows: 24 }
const LARGE: Size = { columns: 200, rows: 60 }

type Timed = readonly (readonly [name: string, summary: Summary])[]

export const p02: Bench = {
  title: `P02  Paint: ${LANES} lanes, ${EVENTS} events/s`,
  needs: ['tmux'],
  run: (effort, print) =>
    withEnds(async defer => {
      const { keys, starts: rounds, seconds } = EFFORTS[effort]
      const dir = mkdtempSync(join(tmpdir(), 'dockmaster-yard-'))
      defer(() => rmSync(dir, { recursive: true, force: true }))
      chmodSync(dir, 0o755)
      const logs = makeLaneLogs(join(dir, 'logs'), LANES)
      const profile = { host: 'local', node: process.execPath, lanes: { logs: [logs.glob] } }
      const operator = newOperator({ [PROFILE]: profile }, defer)
      const ours = consoleProgram(operator, PROFILE)
      const others = peers(operator.env)
      others.missing.forEach(why => print(`not measured: ${why}`))

      const began = await starts(
        ours,
        others.programs,
        { profile: PROFILE, operator },
        LARGE,
        rounds,
      )
      const hub = await operator.prewarm(PROFILE)
      const painting = await withEnds(async deferStages => {
        const stages = await stage(
          [
            { program: ours, size: SMALL },
            { program: ours, size: LARGE },
            ...others.programs.map(program => ({ program, size: LARGE })),
          ],
          deferStages,
        )
        const rest = await watch(stages, [hub], seconds)
        const writer = startWriter(logs, LANES, EVENTS)
        deferStages(writer.stop)
        const load = await watch(stages, [hub], seconds)
        return { stages, rest, load }
      })
      const writer = startWriter(logs, LANES, EVENTS)
      defer(writer.stop)
      const large = await keyLatency([ours, ...others.programs], LARGE, keys)
      const small = await keyLatency([ours], SMALL, keys)

      const row = (name: string, of: Painted) => [
        name,
        `${figure(of.cost.cpu)} %`,
        `${figure(of.cost.rssMb)} MB`,
        figure(of.bytes / seconds),
        of.frames === null ? '-' : figure(of.bytes / of.frames),
        String(of.clears),
      ]
      const costRow = (name: string, cost: Cost | undefined) =>
        cost ? [[name, `${figure(cost.cpu)} %`, `${figure(cost.rssMb)} MB`]] : []
      const phase = (when: string, { painted, others: cost }: (typeof painting)['rest']) => [
        ...painting.stages.flatMap(({ program, size }, index) => {
          const of = painted[index]
          const name = `${program.name} ${size.columns}×${size.rows}, ${when}`
          return of ? [row(name, of)] : []
        }),
        ...costRow(`hub with local probe, ${when}`, cost),
      ]
      print(
        table(
          ['in tmux', 'CPU', 'RSS', 'bytes/s', 'bytes/frame', 'full clears'],
          [...phase('at rest', painting.rest), ...phase('events', painting.load)],
        ),
      )
      print(`${seconds} s each, all at once.\n`)

      const against = (timedOf: Timed) => {
        const base = timedOf.find(([name]) => name === 'htop')?.[1].p50 ?? Number.NaN
        return timedOf.map(([name, of]) => [name, spread(of), times(of.p50, base)])
      }
      print(
        table(
          ['key → picture, ms p50 / p95', '', 'htop'],
          [
            ...against(large),
            ...small.map(([name, of]) => [
              `${name} ${SMALL.columns}×${SMALL.rows}`,
              spread(of),
              '',
            ]),
          ],
        ),
      )
      print(`${keys} keys each, in turns, events coming.\n`)
      print(table(['start, ms p50 / p95', '', 'htop'], against(began)))
      print(`${rounds} starts each, in turns.`)
      noise([...large, ...small, ...began]).forEach(print)
    }),
}
