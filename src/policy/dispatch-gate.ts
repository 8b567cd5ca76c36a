/**
 * When no lane may start: the dock is jammed, or the host is pressed. More work would only wait
 * longer. What cannot be measured is not taken for little.
 */
import type { DispatchConfig } from '../../state/config.ts'
import type { Refusal } from '../../state/dispatch.ts'
import type { HostFact } from '../../state/facts.ts'
import { plural } from '../../state/format.ts'

/** A figure, or why there is none. `null`: nobody watches it, and it is not judged. */
export type Measured<T> = { kind: 'known'; value: T } | { kind: 'unknown'; reason: string } | null

export interface Pressure {
  readonly openPrs: Measured<number>
  readonly inReview: number
  readonly host: Measured<HostFact>
}

type Limits = Pick<DispatchConfig, 'jam' | 'pressure'>

export const judgeGates = (seen: Pressure, limits: Limits): Refusal[] => [
  ...judgeDock(seen, limits.jam),
  ...judgeHost(seen.host, limits.pressure),
]

function judgeDock({ openPrs, inReview }: Pressure, jam: Limits['jam']): Refusal[] {
  const open = openPrs?.kind === 'known' ? openPrs.value : 0
  return [
    ...(openPrs?.kind === 'unknown' ? [unknown('dock', 'the dock', openPrs.reason)] : []),
    ...jammed(open, plural(open, 'open PR'), jam.openPrs),
    ...jammed(inReview, `${plural(inReview, 'lane')} in review`, jam.inReview),
  ]
}

const jammed = (figure: number, what: string, limit: number): Refusal[] =>
  figure < limit
    ? []
    : [{ gate: 'dock', text: `dock is jammed: ${what}, limit ${limit}`, figure, limit }]

function judgeHost(host: Measured<HostFact>, limits: Limits['pressure']): Refusal[] {
  if (host === null) return []
  if (host.kind === 'unknown') return [unknown('host', 'the host', host.reason)]
  const { load, cores, memUsed, memTotal, disks } = host.value
  const fullest = disks.toSorted((a, b) => share(b) - share(a))[0]
  return [
    ...pressed(load[0] / Math.max(1, cores), limits.loadPerCore, 'load per core', two),
    ...pressed(memTotal > 0 ? memUsed / memTotal : 0, limits.memory, 'memory', percent),
    ...(fullest ? pressed(share(fullest), limits.disk, `disk ${fullest.mount}`, percent) : []),
  ]
}

const pressed = (
  figure: number,
  limit: number,
  what: string,
  write: (figure: number) => string,
): Refusal[] =>
  figure < limit
    ? []
    : [
        {
          gate: 'host',
          text: `host is pressed: ${what} ${write(figure)}, limit ${write(limit)}`,
          figure,
          limit,
        },
      ]

const unknown = (gate: Refusal['gate'], what: string, reason: string): Refusal => ({
  gate,
  text: `${what} cannot be seen: ${reason}`,
  figure: null,
  limit: null,
})

const share = ({ used, total }: { used: number; total: number }): number =>
  total > 0 ? used / total : 0
const two = (figure: number): string => figure.toFixed(2)
const percent = (figure: number): string => `${Math.round(figure * 100)}%`
