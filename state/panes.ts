/** The panes, and which collectors fill each. */
import type { Instant } from './facts.ts'
import { linkOf } from './reduce.ts'
import type { AnySeen, World } from './world.ts'

/** The four of the home screen. */
export const HOME_PANES = ['lanes', 'queue', 'heals', 'pkm'] as const
export type HomePane = (typeof HOME_PANES)[number]

/** Those whose rows come from facts. */
export const FACT_PANES = [...HOME_PANES, 'host', 'boxes'] as const
export type FactPane = (typeof FACT_PANES)[number]

/** Every pane, in the order of its key: the first is `1`. */
export const PANES = [...HOME_PANES, 'host', 'journal', 'boxes'] as const
export type PaneId = (typeof PANES)[number]

export const isHomePane = (pane: PaneId): pane is HomePane =>
  pane !== 'host' && pane !== 'journal' && pane !== 'boxes'

/** Those whose rows are facts, one a row. */
export type ListPane = Exclude<FactPane, 'host'>

export interface PaneInfo {
  readonly title: string
  /** First words of the names of the collectors that fill it: `transcripts-here` is `transcripts`. */
  readonly sources: readonly string[]
  /** What would fill it, when it is empty and nothing is wrong. */
  readonly empty: string
  readonly fill: string
}

export const PANE_INFO: Readonly<Record<PaneId, PaneInfo>> = {
  lanes: {
    title: 'Lanes',
    sources: ['lanes', 'codex', 'claude'],
    empty: 'No lane has run here yet.',
    fill: 'They appear when an agent writes a log: name the logs as lanes.logs in the profile.',
  },
  queue: {
    title: 'Dock',
    sources: ['github'],
    empty: 'No pull request is open.',
    fill: 'Name repositories as github.repos in the profile to see theirs.',
  },
  heals: {
    title: 'Heals',
    sources: ['cron', 'systemd', 'watchdog', 'locks'],
    empty: 'The host has no job that keeps it up.',
    fill: 'Crontab lines, user timers and services appear by themselves.',
  },
  pkm: {
    title: 'PKM',
    sources: ['transcripts'],
    empty: 'No transcript source is known.',
    fill: 'Known agents are found by themselves; add others as pkm.sources in the profile.',
  },
  host: {
    title: 'Host',
    sources: ['vitals'],
    empty: 'The host has not been measured yet.',
    fill: 'Load, memory and disk appear once the probe has looked.',
  },
  boxes: {
    title: 'Boxes',
    sources: ['docker'],
    empty: 'No box is there, and none is described.',
    fill: 'Describe one as boxes.NAME in the profile; lane launch --box NAME uses it.',
  },
  journal: {
    title: 'Journal',
    sources: ['journal'],
    empty: 'Nothing was written yet.',
    fill: 'Notes, decisions, acts and what changed appear as they are written.',
  },
}

const firstWord = (name: string): string => /^[a-z0-9]*/i.exec(name)?.[0] ?? name

/** Whether a collector of this name fills the pane. */
export const fills = (source: string, pane: PaneId): boolean =>
  PANE_INFO[pane].sources.includes(firstWord(source))

/** They judge what others saw: that they looked does not say that anybody has. */
const JUDGES: ReadonlySet<string> = new Set(['locks'])

/** Whether a collector is one that looks itself at what this pane shows. */
export const looksAt = (source: string, pane: FactPane): boolean =>
  fills(source, pane) && !JUDGES.has(source)

/** Collectors that run in the hub; all others run in the probe. */
const IN_HUB = /^(?:github|dock|docker|transcripts-here|probe|journal|tokens|locks)\b/

/** Kinds of what the probe sees. */
const ON_HOST: ReadonlySet<string> = new Set([
  'lane',
  'claim',
  'breach',
  'job',
  'host',
  'item',
  'box',
  'image',
  'lock-file',
  'lock',
])

/** Whether what was seen came over the link to the host: then it ages with the link. */
export function cameOverLink(seen: AnySeen): boolean {
  if (seen.kind === 'transcripts') return seen.value.where === 'host'
  if (seen.kind === 'source') return !IN_HUB.test(seen.key)
  return ON_HOST.has(seen.kind)
}

/** Now on the clock of the machine that saw it: what the host saw ages on the host's clock. */
export const nowFor = (world: World, seen: AnySeen | null, now: Instant): Instant =>
  seen && cameOverLink(seen) ? hostNow(world, now) : now

/** Now on the host's clock. */
export const hostNow = (world: World, now: Instant): Instant => now + (linkOf(world)?.skewMs ?? 0)
