/** P01: one round trip a request, none an event. */
import type { Bench } from './bench.ts'
import { eventLatency } from './p01/events.ts'
import { type Link, type Links, openLinks } from './p01/links.ts'
import { type Cost, costsOver, OPERATIONS, processesOf, YARDSTICK } from './p01/operations.ts'
import { type Defer, withEnds } from './parts/defer.ts'
import { lackOf } from './parts/programs.ts'
import { figure, noise, spread, table, times } from './parts/report.ts'

const EFFORTS = {
  full: { rounds: 40, events: 15, traced: 5 },
  quick: { rounds: 4, events: 1, traced: 1 },
}

export const p01: Bench = {
  title: 'P01  One round trip a request, none an event',
  needs: ['sshd'],
  run: (effort, print) =>
    withEnds(async defer => {
      const { rounds, events, traced } = EFFORTS[effort]
      const links = await openLinks(defer)
      await operations(links, rounds, traced, print)
      print('')
      await sightings(links, events, defer, print)
    }),
}

type Print = (line: string) => void

async function operations(links: Links, rounds: number, traced: number, print: Print) {
  const { near, far, operator } = links
  const costs = {
    near: await costsOver(near, operator, rounds),
    far: await costsOver(far, operator, rounds),
  }
  const base = {
    near: p50Of(costs.near, YARDSTICK.name),
    far: p50Of(costs.far, YARDSTICK.name),
  }
  const untraceable = lackOf('strace')
  const rows: string[][] = []
  for (const [index, operation] of OPERATIONS.entries()) {
    const [onNear, onFar] = [costs.near[index], costs.far[index]]
    if (!onNear || !onFar) continue
    const started = untraceable ? null : await processesOf(operation, links, traced)
    rows.push([
      operation.name,
      spread(onNear.ms),
      times(onNear.ms.p50, base.near),
      spread(onFar.ms),
      times(onFar.ms.p50, base.far),
      figure(onFar.bytes),
      started ? `${figure(started.here)} + ${figure(started.there)}` : '-',
    ])
  }
  const head = ['ms p50 / p95', near.title, '', far.title, '', 'bytes', 'processes here + there']
  print(table(head, rows))
  print(`${rounds} runs each, in turns. × is beside \`ssh -S\`.`)
  print('Bytes: both ways, counted by the relay. Processes: forks that strace saw, an operation.')
  if (untraceable) print(`processes not measured: ${untraceable}`)
  for (const remark of [...noiseOf(near, costs.near), ...noiseOf(far, costs.far)]) print(remark)
}

const p50Of = (costs: readonly Cost[], name: string): number =>
  costs.find(({ operation }) => operation.name === name)?.ms.p50 ?? Number.NaN

const noiseOf = (link: Link, costs: readonly Cost[]): string[] =>
  noise(costs.map(({ operation, ms }) => [`${operation.name}, ${link.title}`, ms]))

async function sightings({ near, far, logs }: Links, events: number, defer: Defer, print: Print) {
  // A lane each: what one link saw is nothing new to the other.
  const seen = [
    await eventLatency(near, logs, 1, events, defer),
    await eventLatency(far, logs, 2, events, defer),
  ]
  const row = (name: string, by: 'told' | 'polled') => [
    name,
    ...seen.flatMap(link => [spread(link[by]), times(link[by].p50, link.polled.p50)]),
  ]
  const head = ['a line is appended there → seen here, ms', near.title, '', far.title, '']
  print(table(head, [row('hub: facts event', 'told'), row('ssh -S tail, every second', 'polled')]))
  print(`${events} events a link, each seen both ways.`)
}
