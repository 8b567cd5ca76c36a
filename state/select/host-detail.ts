/** What the details of the host, the link and the collectors say. */
import type { HostFact, Instant, LinkFact } from '../facts.ts'
import { nowFor } from '../panes.ts'
import type { Seen, World } from '../world.ts'
import { type Pair, when } from './detail-pair.ts'
import { loadText, skewText, taken } from './host.ts'
import { mendOf, periodsLate, periodText } from './source.ts'

export const hostPairs = (value: HostFact, now: Instant): Pair[] => [
  ['host', `${value.hostname}, ${value.platform}`],
  ['load', loadText(value)],
  ['memory', taken(value.memUsed, value.memTotal)],
  ...value.disks.map(({ mount, used, total }): Pair => ['disk', `${mount} ${taken(used, total)}`]),
  ['up since', when(value.bootAt, now)],
  ['zone', value.zone],
]

export const linkPairs = (value: LinkFact, now: Instant): Pair[] => [
  ['state', value.state],
  ['since', when(value.since, now)],
  ['message', value.message],
  ['mend', value.mend],
  ['target', `${value.target} by ${value.transport}`],
  ['round trip', value.rttMs === null ? null : `${value.rttMs.toFixed(1)} ms`],
  ['host clock', skewText(value)],
  ['connections', value.connections],
  ['reconnects', value.reconnects],
]

export function sourcePairs(world: World, seen: Seen<'source'>, here: Instant): Pair[] {
  const { value } = seen
  const now = nowFor(world, seen, here)
  const late = periodsLate(value, now)
  return [
    ['state', value.state],
    ['since', when(value.since, now)],
    ['message', value.message],
    ['mend', mendOf(world, seen, here)],
    ['looks', periodText(value)],
    ['last looked', when(value.lookedAt, now)],
    ['periods late', late > 0 ? late : null],
  ]
}
