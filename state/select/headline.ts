/**
 * The figures in the panes' titles and on the status line. What is stale is never summed, and what
 * is not known is `?`.
 */
import type { Instant } from '../facts.ts'
import { count, midnight, moment, percent, plural } from '../format.ts'
import { type FactPane, hostNow } from '../panes.ts'
import { hostOf, linkOf } from '../reduce.ts'
import { tokenShares } from '../share.ts'
import { absentSources, isAbsent, type Stale, staleLink, stalePane, wasLookedAt } from '../stale.ts'
import type { World } from '../world.ts'
import { boxFigures } from './box.ts'
import { bannedModels } from './breach.ts'
import { dockFigures } from './dock-figures.ts'
import { type Figure, plain, some } from './figure.ts'
import { TIGHT_FROM } from './host.ts'
import { lockFigures } from './lock.ts'
import { isNoOp } from './risk.ts'
import { failing } from './source.ts'
import { behind } from './transcripts.ts'

const HOUR = 3_600_000

function lanes(world: World, here: Instant): Figure[] {
  const now = hostNow(world, here)
  let live = 0
  let stalled = 0
  let waiting = 0
  let idle = 0
  let bypassing = 0
  const today = midnight(now)
  // Two lanes in one repository may both name the same commit: it is one piece of evidence.
  const evidence = new Set<string>()
  for (const { value } of world.lane.values()) {
    if (value.status !== 'ended') live++
    if (value.status === 'stalled') stalled++
    if (value.status === 'quota' || value.status === 'auth') waiting++
    if (value.risk !== null) bypassing++
    if (isNoOp(value, today)) idle++
    for (const { kind, ref, at } of value.evidence) {
      if (at !== null && now - at < HOUR) evidence.add(`${kind} ${ref}`)
    }
  }
  const banned = bannedModels(world)
  const [most] = tokenShares(
    [...world.lane.values()].map(({ value }) => value),
    today,
  )
  return [
    plain(`${count(live)} live`),
    ...some(banned, banned === 1 ? 'banned model' : 'banned models', 'bad'),
    ...some(stalled, 'stalled', 'bad'),
    ...some(waiting, 'waiting', 'wait'),
    { text: `evidence ${count(evidence.size)}/h`, tone: evidence.size > 0 ? 'good' : 'plain' },
    ...some(idle, 'no-op today', 'wait'),
    ...some(bypassing, 'bypassing', 'wait'),
    ...pauses(world),
    ...(most ? [plain(`${most.engine} ${percent(most.part, 1)} of tokens today`)] : []),
  ]
}

function pauses(world: World): Figure[] {
  const due = [...world.pause.values()].filter(({ value }) => value.isReviewDue).length
  return some(world.pause.size, 'paused', due > 0 ? 'wait' : 'plain')
}

function heals(world: World, here: Instant): Figure[] {
  const now = hostNow(world, here)
  let open = 0
  let healed = 0
  let failed = 0
  let jobs = 0
  const today = midnight(now)
  for (const { value } of world.job.values()) {
    const { origin, state, last } = value
    if (origin !== 'watchdog') {
      jobs++
      if (state === 'failed' || state === 'late') open++
    } else if (last !== null && last >= today) {
      if (state === 'ok') healed++
      if (state === 'failed') failed++
    }
  }
  return [
    open > 0 ? { text: `${count(open)} open`, tone: 'bad' } : plain('none open'),
    ...some(healed, 'healed today', 'good'),
    ...some(failed, 'failed today', 'wait'),
    ...lockFigures(world),
    plain(plural(jobs, 'job')),
  ]
}

function pkm(world: World): Figure[] {
  let present = 0
  let denied = 0
  let late = 0
  let unknown = 0
  for (const { value } of world.transcripts.values()) {
    if (value.state === 'denied') denied++
    if (value.state !== 'present') continue
    present++
    const missing = behind(value)
    if (missing === null) unknown++
    else late += missing
  }
  const captured = present > 0 && late === 0 && unknown === 0 && denied === 0
  return [
    captured ? { text: 'all captured', tone: 'good' } : plain(plural(present, 'source')),
    ...some(late, 'behind', 'wait'),
    ...some(unknown, 'not captured', 'plain'),
    ...some(denied, 'denied', 'bad'),
  ]
}

function hostFigures(world: World, now: Instant): Figure[] {
  const failed = failing(world, now).length
  const host = hostOf(world)?.value
  return [
    ...(failed > 0 ? [{ text: `${plural(failed, 'source')} failing`, tone: 'bad' as const }] : []),
    plain(plural(world.source.size, 'source')),
    ...(host ? [plain(`load ${host.load[0].toFixed(1)} of ${host.cores}`)] : []),
  ]
}

const FIGURES: Readonly<Record<FactPane, (world: World, now: Instant) => Figure[]>> = {
  lanes,
  queue: dockFigures,
  heals,
  pkm,
  host: hostFigures,
  boxes: boxFigures,
}

/** `unreachable since 12:31`, for what the link carries; `stale since 12:31` for the rest. */
export function staleText(world: World, stale: Stale, now: Instant): string {
  const link = staleLink(world)
  if (link !== null && link.since === stale.since) {
    const connecting = linkOf(world)?.state === 'connecting'
    return connecting ? 'connecting' : `unreachable since ${moment(stale.since, now)}`
  }
  return `stale since ${moment(stale.since, now)}`
}

/** The figures of a pane's title. */
export function headline(world: World, pane: FactPane, now: Instant): readonly Figure[] {
  const stale = stalePane(world, pane)
  if (stale) return [{ text: staleText(world, stale, now), tone: 'wait' }]
  if (!wasLookedAt(world, pane)) return [{ text: '?', tone: 'wait' }]
  if (isAbsent(world, pane)) return [{ text: 'absent', tone: 'dim' }]
  return FIGURES[pane](world, now)
}

/** What landed since midnight, and how many of it an hour; null when nobody looks, `?` when the look is stale. */
export function landedToday(world: World, now: Instant): string | null {
  if (!wasLookedAt(world, 'queue') || absentSources(world, 'queue').length > 0) return null
  if (stalePane(world, 'queue')) return 'landed ?'
  const today = midnight(now)
  const landed = [...world.landing.values()].filter(({ value }) => value.mergedAt >= today).length
  const hours = Math.max(1, (now - today) / HOUR)
  const rate = landed === 0 ? '' : `, ${(landed / hours).toFixed(1)}/h`
  return `landed ${count(landed)} today${rate}`
}

/** Load, memory and disk of the host; null before it was measured. */
export function pressure(world: World): Figure | null {
  const host = hostOf(world)
  if (!host) return null
  const { load, memUsed, memTotal, disks } = host.value
  const fullest = disks.reduce((most, disk) => Math.max(most, disk.used / disk.total || 0), 0)
  const text = `load ${load[0].toFixed(1)}  mem ${percent(memUsed, memTotal)}  disk ${percent(fullest, 1)}`
  const tight = fullest >= TIGHT_FROM || memUsed / memTotal >= TIGHT_FROM
  if (staleLink(world)) return { text: 'load ?  mem ?  disk ?', tone: 'dim' }
  return { text, tone: tight ? 'wait' : 'plain' }
}
