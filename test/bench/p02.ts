/** P02: paint. The console with many lanes beside the programs of its class. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Size } from '../../state/layout.ts'
import type { Bench } from './bench.ts'
import { keyLatency } from './p02/keys.ts'
import { paint } from './p02/paint.ts'
import { consoleProgram, peers } from './p02/programs.ts'
import { starts } from './p02/start.ts'
import { withEnds } from './parts/defer.ts'
import { makeLaneLogs, startWriter } from './parts/lane-logs.ts'
import type { Summary } from './parts/measure.ts'
import { newOperator } from './parts/operator.ts'
import { figure, noise, spread, table, times } from './parts/report.ts'

const EFFORTS = {
  full: { keys: 150, starts: 7, seconds: 15 },
  quick: { keys: 10, starts: 1, seconds: 2 },
}

const LANES = 1_000
const EVENTS = 20
const PROFILE = 'yard'
const SMALL: Size = { columns: 80, rows: 24 }
const LARGE: Size = { columns: 200, rows: 60 }

export const p02: Bench = {
  title: `P02  Paint: ${LANES} lanes, ${EVENTS} events/s`,
  needs: ['tmux'],
  run: (effort, print) =>
    withEnds(async defer => {
      const { keys, starts: rounds, seconds } = EFFORTS[effort]
      const dir = mkdtempSync(join(tmpdir(), 'dockmaster-yard-'))
      defer(() => rmSync(dir, { recursive: true, force: true }))
      const logs = makeLaneLogs(join(dir, 'logs'), LANES)
      const profile = { host: 'local', node: process.execPath, lanes: { logs: [logs.glob] } }
      const operator = newOperator({ [PROFILE]: profile }, defer)
      const ours = consoleProgram(operator, PROFILE)
      const others = peers(operator.env)
      for (const why of others.missing) print(`not measured: ${why}`)
      const all = [ours, ...others.programs]

      const started = await starts(
        ours,
        others.programs,
        { profile: PROFILE, operator },
        LARGE,
        rounds,
      )
      print(table(['start, ms p50 / p95', '', 'htop'], besideHtop(started)))
      print(`${rounds} starts each at ${title(LARGE)}, in turns.\n`)

      const hub = await operator.prewarm(PROFILE)
      const stages = [
        { program: ours, size: SMALL },
        ...all.map(program => ({ program, size: LARGE })),
      ]
      const painted = await paint(stages, hub, seconds, () => startWriter(logs, LANES, EVENTS))
      const rows = painted.map(({ program, size, when, cost, bytes, frames, clears }) => [
        `${program}${size ? ` ${title(size)}` : ''}, ${when}`,
        `${figure(cost.cpu)} %`,
        `${figure(cost.rssMb)} MB`,
        ...(bytes === null ? [] : [figure(bytes / seconds), figure(bytes / frames), `${clears}`]),
      ])
      print(table(['in tmux', 'CPU', 'RSS', 'bytes/s', 'bytes/frame', 'full clears'], rows))
      print(
        `${seconds} s each, all programs over the same seconds. CPU is of one core. At rest the host's own load still changes.\n`,
      )

      defer(startWriter(logs, LANES, EVENTS).stop)
      const large = await keyLatency(all, LARGE, keys)
      const small = await keyLatency([ours], SMALL, keys)
      const smallRows = small.map(([name, of]) => [`${name} ${title(SMALL)}`, spread(of)])
      print(
        table(['key → picture, ms p50 / p95', '', 'htop'], [...besideHtop(large), ...smallRows]),
      )
      print(`${keys} keys each at ${title(LARGE)} but for the last, in turns, while events come.`)
      print("Any output of htop and btop counts as their answer, their clock's too.")
      for (const remark of noise([...started, ...large, ...small])) print(remark)
    }),
}

const title = ({ columns, rows }: Size): string => `${columns}×${rows}`

function besideHtop(timed: readonly (readonly [name: string, summary: Summary])[]): string[][] {
  const base = timed.find(([name]) => name === 'htop')?.[1].p50 ?? Number.NaN
  return timed.map(([name, of]) => [name, spread(of), times(of.p50, base)])
}
