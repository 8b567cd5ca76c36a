/**
 * The host pane: the host's pressure, the link, and every collector. It says whether what the
 * other panes show can be trusted.
 */
import type { HostFact, Instant, LinkFact } from '../facts.ts'
import { bytes, percent, plural } from '../format.ts'
import type { TokenFact } from '../rule-facts.ts'
import { staleOf } from '../stale.ts'
import type { AnySeen, World } from '../world.ts'
import {
  BROKEN,
  type FactRow,
  finish,
  type Look,
  type RowDraft,
  WAITING,
  WELL,
  YOURS,
} from './row.ts'
import { arranged, type RowQuery } from './rows.ts'
import { runnerRow } from './runner.ts'
import { isLate, sourceRow } from './source.ts'
import { linkView } from './status.ts'

/** From here on there is hardly any room left. */
export const TIGHT_FROM = 0.9

const averages = (load: HostFact['load']): string => load.map(figure => figure.toFixed(2)).join(' ')

/** A measure: how much of it is taken. */
function measure(name: string, order: number, part: number, whole: number, fact: string): RowDraft {
  const look = part / whole >= TIGHT_FROM ? WAITING : WELL
  return { ...look, order, tag: '', name, state: percent(part, whole), fact, since: null }
}

export const taken = (used: number, total: number): string => `${bytes(used)} of ${bytes(total)}`

export const loadText = ({ load, cores }: HostFact): string =>
  `${averages(load)} on ${plural(cores, 'core')}`

function measures(host: HostFact): readonly RowDraft[] {
  const { hostname, platform, cores, load, memUsed, memTotal, disks, bootAt, zone } = host
  return [
    measure('load', 1, load[0], cores, loadText(host)),
    measure('memory', 2, memUsed, memTotal, taken(memUsed, memTotal)),
    ...disks.map(({ mount, used, total }) =>
      measure(`disk ${mount}`, 3, used, total, taken(used, total)),
    ),
    {
      ...WELL,
      order: 4,
      tag: '',
      name: 'uptime',
      state: 'up',
      fact: `${hostname}, ${platform}, ${zone}`,
      since: bootAt,
    },
  ]
}

const LINK_LOOKS: Readonly<Record<LinkFact['state'], Look>> = {
  up: WELL,
  connecting: WAITING,
  down: BROKEN,
  refused: BROKEN,
}

/** How far the host's clock is from ours; null before it was measured. */
export const skewText = ({ skewMs }: LinkFact): string | null =>
  skewMs === null ? null : `${skewMs < 0 ? '−' : '+'}${Math.abs(Math.round(skewMs))}ms`

function linkRow(world: World, link: LinkFact, now: Instant): RowDraft {
  const skew = skewText(link)
  const figures = [
    linkView(world, null, now).figure.text,
    ...(skew === null ? [] : [`clock ${skew}`]),
    plural(link.reconnects, 'reconnect'),
  ]
  return {
    ...(link.unknownKey ? YOURS : LINK_LOOKS[link.state]),
    order: 0,
    tag: '',
    name: 'link',
    state: link.state,
    fact: link.message ?? figures.join(', '),
    since: link.since,
  }
}

/** Without its token what needs it is held, and nothing else. */
const tokenRow = ({ name, state, message }: TokenFact): RowDraft => ({
  ...(state === 'present' ? WELL : WAITING),
  order: 6,
  tag: '',
  name,
  state,
  fact: message === null ? 'token' : `held without it: ${message}`,
  since: null,
})

/** The rows that a fact makes here; none for facts of other panes. */
export function hostDrafts(world: World, seen: AnySeen, now: Instant): readonly RowDraft[] {
  switch (seen.kind) {
    case 'host':
      return measures(seen.value)
    case 'link':
      return [linkRow(world, seen.value, now)]
    case 'source':
      return [sourceRow(world, seen, now)]
    case 'runner':
      return [runnerRow(seen.value)]
    case 'token':
      return [tokenRow(seen.value)]
    default:
      return []
  }
}

const made = new WeakMap<AnySeen, { readonly mark: string; readonly rows: readonly FactRow[] }>()

/** The rows of one fact; the same objects until it, its staleness or its lateness changes. */
function rowsOf(world: World, seen: AnySeen, now: Instant): readonly FactRow[] {
  const stale = staleOf(world, seen)
  const late = seen.kind === 'source' && isLate(world, seen, now)
  const mark = `${stale !== null} ${late}`
  const known = made.get(seen)
  if (known?.mark === mark) return known.rows
  const rows = hostDrafts(world, seen, now).map(draft =>
    finish(`${seen.kind} ${draft.name}`, seen, draft, stale),
  )
  made.set(seen, { mark, rows })
  return rows
}

/** Link, pressure and collectors; what is wrong comes first. */
export function hostRows(world: World, query: RowQuery, now: Instant): readonly FactRow[] {
  const things = [
    ...world.link.values(),
    ...world.host.values(),
    ...world.source.values(),
    ...world.token.values(),
    ...world.runner.values(),
  ]
  const rows = things.flatMap(seen => rowsOf(world, seen, now))
  return arranged(rows, query)
}
