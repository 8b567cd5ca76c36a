/**
 * A collector as a row, and whether it can be trusted: one that is late is red without having
 * said a word.
 */
import type { Instant, SourceFact } from '../facts.ts'
import { moment, span } from '../format.ts'
import { nowFor } from '../panes.ts'
import { staleOf } from '../stale.ts'
import type { SourceState } from '../words.ts'
import type { Seen, World } from '../world.ts'
import { BROKEN, type Look, NOTHING, type RowDraft, WELL } from './row.ts'

/** Whole periods overdue from which on a collector is taken to have stopped. */
const LATE_FROM = 2

/** Whole periods that its next look is overdue at `now`, on its own clock; 0 when it is in time. */
export const periodsLate = ({ lookedAt, periodMs }: SourceFact, now: Instant): number =>
  periodMs === 0 ? 0 : Math.max(0, Math.floor((now - lookedAt) / periodMs) - 1)

/** Whether it stopped by itself: behind a link that is down every collector is silent. */
export const isLate = (world: World, seen: Seen<'source'>, now: Instant): boolean =>
  staleOf(world, seen) === null && periodsLate(seen.value, nowFor(world, seen, now)) >= LATE_FROM

/** Collectors that fail or are late. A host that is away is one fault of its own, not many. */
export const failing = (world: World, now: Instant): readonly Seen<'source'>[] =>
  [...world.source.values()].filter(seen => {
    const { state } = seen.value
    const failed = state !== 'ok' && state !== 'absent' && staleOf(world, seen) === null
    return failed || isLate(world, seen, now)
  })

/** What to do about it; null when nothing is wrong with it. */
export const mendOf = (world: World, seen: Seen<'source'>, now: Instant): string | null =>
  seen.value.mend ??
  (isLate(world, seen, now)
    ? '`dockmaster stop` ends the hub; what asks next starts it anew'
    : null)

export const periodText = ({ periodMs }: SourceFact): string => {
  if (periodMs === 0) return 'as things happen'
  return `every ${span(periodMs)}`
}

const LOOKS: Readonly<Record<SourceState, Look>> = {
  ok: WELL,
  partial: BROKEN,
  absent: NOTHING,
  denied: BROKEN,
  unreachable: BROKEN,
  error: BROKEN,
}

export function sourceRow(world: World, seen: Seen<'source'>, now: Instant): RowDraft {
  const { key, value } = seen
  const { state, message, lookedAt, periodMs, since } = value
  const late = isLate(world, seen, now)
  const silent = `has not looked since ${moment(lookedAt, nowFor(world, seen, now))}`
  return {
    ...(late ? BROKEN : LOOKS[state]),
    order: 5,
    tag: '',
    name: key,
    state: late ? 'late' : state,
    fact: late ? silent : (message ?? periodText(value)),
    since: periodMs === 0 ? since : lookedAt,
  }
}
