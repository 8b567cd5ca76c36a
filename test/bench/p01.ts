/** P01: one round trip a request, none an event. */
import type { Bench } from './bench.ts'
import { eventLatency } from './p01/events.ts'
import { openLinks } from './p01/links.ts'
import { costsOver, OPERATIONS, processesOf, YARDSTICK } from './p01/operations.ts'
import { withEnds } from './parts/defer.ts'
import { lackOf } from './parts/programs.ts'
import { figure, noise, spread, table, times } from './parts/report.ts'

const EFFORTS = {
  full: { rounds: 40, events: 15, traced: 5 },
  quick: { rounds: 5, events: 2, traced: 1 },
}

export const p01: Bench = {
  title: 'P01  One round trip a request, none an event',
  needs: ['sshd'],
  run: (effort, print) =>
    withEnds(async defer => {
      const { rounds, events, traced } = EFFORTS[effort]
      const links = await openLinks(defer)
      const { near, far, operator, logs } = links
      const nearCosts = await costsOver(near, operator, rounds)
      const farCosts = await costsOver(far, operator, rounds)
      const untraceable = lackOf('strace')
      const rows: string[][] = []
      for (const [index, operation] of OPERATIONS.entries()) {
        const started = untraceable ? null : await processesOf(operation, links, traced)
        rows.push([
          operation.name,
          ...[nearCosts, farCosts].flatMap(costs => {
            const mine = costs[index]
            const base = costs.find(cost => cost.operation === YARDSTICK)
            return mine && base ? [spread(mine.ms), times(mine.ms.p50, base.ms.p50)] : []
          }),
          figure(farCosts[index]?.bytes ?? Number.NaN),
          started ? `${figure(started.here)} + ${figure(started.there)}` : 'not measured',
        ])
      }
      print(
        table(
          ['ms p50 / p95', near.title, '', far.title, '', 'bytes', 'processes here + there'],
          rows,
        ),
      )
      print(
        `${rounds} runs each, in turns. × is beside \`ssh -S\`. Bytes: both ways, counted by the relay. Processes: forks that strace saw.`,
      )
      if (untraceable) print(`processes not measured: ${untraceable}`)
      for (const [link, costs] of [
        [near, nearCosts],
        [far, farCosts],
      ] as const) {
        noise(costs.map(({ operation, ms }) => [`${operation.name}, ${link.title}`, ms])).forEach(
          print,
        )
      }

      print('')
      const seen = [
        await eventLatency(near, logs, 1, events, defer),
        await eventLatency(far, logs, 2, events, defer),
      ] as const
      const row = (name: string, of: 'told' | 'polled') => [
        name,
        ...seen.flatMap(link => [spread(link[of]), times(link[of].p50, link.polled.p50)]),
      ]
      print(
        table(
          ['line appended there → seen here, ms', near.title, '', far.title, ''],
          [row('hub: facts event', 'told'), row('ssh -S tail, every second', 'polled')],
        ),
      )
      print(`${events} events a link, each seen by both.`)
    }),
}
