/** The panes, and which facts and collectors fill each. */
import type { Instant } from './facts.ts'
import { type AnySeen, linkOf, type World } from './reduce.ts'

export const PANES = ['lanes', 'queue', 'heals', 'pkm'] as const
export type PaneId = (typeof PANES)[number]

/** Everything that has rows: the four panes, and the host. */
export type RowsId = PaneId | 'host'

export interface PaneInfo {
  readonly title: string
  readonly kind: 'lane' | 'pr' | 'job' | 'transcripts' | 'host'
  /** First words of the names of the collectors that fill it: `transcripts-here` is `transcripts`. */
  readonly sources: readonly string[]
  /** What would fill it, when it is empty and nothing is wrong. */
  readonly empty: string
  readonly fill: string
}

export const PANE_INFO: Readonly<Record<RowsId, PaneInfo>> = {
  lanes: {
    title: 'Lanes',
    kind: 'lane',
    sources: ['lanes', 'codex', 'claude'],
    empty: 'No lane has run here yet.',
    fill: 'They appear when an agent writes a log: name the logs as lanes.logs in the profile.',
  },
  queue: {
    title: 'Dock',
    kind: 'pr',
    sources: ['github'],
    empty: 'No pull request is open.',
    fill: 'Name repositories as github.repos in the profile to see theirs.',
  },
  heals: {
    title: 'Heals',
    kind: 'job',
    sources: ['cron', 'systemd', 'watchdog'],
    empty: 'The host has no job that keeps it up.',
    fill: 'Crontab lines, user timers and services appear by themselves.',
  },
  pkm: {
    title: 'PKM',
    kind: 'transcripts',
    sources: ['transcripts'],
    empty: 'No transcript source is known.',
    fill: 'Known agents are found by themselves; add others as pkm.sources in the profile.',
  },
  host: {
    title: 'Host',
    kind: 'host',
    sources: ['vitals'],
    empty: 'The host has not been measured yet.',
    fill: 'Load, memory and disk appear once the probe has looked.',
  },
}

const firstWord = (name: string): string => /^[a-z0-9]*/i.exec(name)?.[0] ?? name

/** Whether a collector of this name fills the pane. */
export const fills = (source: string, pane: RowsId): boolean =>
  PANE_INFO[pane].sources.includes(firstWord(source))

/** Whether what was seen came over the link to the host: then it ages with the link. */
export function cameOverLink(seen: AnySeen): boolean {
  if (seen.kind === 'transcripts') return seen.value.where === 'host'
  return seen.kind === 'lane' || seen.kind === 'job' || seen.kind === 'host'
}

/** Now on the clock of the machine that saw it: what the host saw ages on the host's clock. */
export const nowFor = (world: World, seen: AnySeen, now: Instant): Instant =>
  cameOverLink(seen) ? hostNow(world, now) : now

/** Now on the host's clock. */
export const hostNow = (world: World, now: Instant): Instant => now + (linkOf(world)?.skewMs ?? 0)
