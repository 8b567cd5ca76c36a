/**
 * An account whose limit is used up is left alone until it lifts: who tries on only hits it again.
 * An engine that does not say when it lifts is waited for, longer each time in a row. Pure.
 */
import type { Instant, LaneFact } from '../../state/facts.ts'
import { accountOf, type Item, itemKey, workOfLane } from '../../state/item.ts'

/** A lane that ran into its account's limit. */
export interface LimitHit {
  readonly account: string
  readonly lane: string
  readonly at: Instant
  /** The engine's own word for it. */
  readonly cause: string | null
  /** When the limit lifts; null when the engine did not say. */
  readonly resetAt: Instant | null
}

export interface AccountPause {
  readonly account: string
  /** The lane that hit the limit first. */
  readonly lane: string
  readonly cause: string | null
  readonly since: Instant
  readonly until: Instant
  /** `until` is our own patience: the engine did not say. */
  readonly isGuess: boolean
}

const HOUR_MS = 3_600_000
export const FIRST_WAIT_MS = HOUR_MS
export const LONGEST_WAIT_MS = 8 * HOUR_MS
/** After so long without a hit, patience begins anew. */
const FORGOTTEN_MS = 24 * HOUR_MS

/** The pauses that stand now, by account. */
export function accountPauses(
  hits: readonly LimitHit[],
  now: Instant,
): ReadonlyMap<string, AccountPause> {
  const pauses = new Map<string, AccountPause>()
  for (const [account, own] of Map.groupBy(hits, hit => hit.account)) {
    const pause = latestPause(own)
    if (pause && pause.until > now) pauses.set(account, pause)
  }
  return pauses
}

const byTime = (a: LimitHit, b: LimitHit): number =>
  a.at - b.at || (a.lane < b.lane ? -1 : a.lane > b.lane ? 1 : 0)

/** Goes through an account's hits in their order; one within a pause is a sibling that ran already. */
function latestPause(hits: readonly LimitHit[]): AccountPause | null {
  return hits
    .toSorted(byTime)
    .reduce<AccountPause | null>(
      (pause, hit) =>
        pause && hit.at < pause.until ? withSibling(pause, hit) : pauseFor(hit, pause),
      null,
    )
}

/** It may know what the first did not. */
function withSibling(pause: AccountPause, hit: LimitHit): AccountPause {
  const until = knownEnd(hit)
  const isBetter = until !== null && (pause.isGuess || until > pause.until)
  return isBetter ? { ...pause, until, isGuess: false } : pause
}

function pauseFor(hit: LimitHit, before: AccountPause | null): AccountPause {
  const { account, lane, at, cause } = hit
  const until = knownEnd(hit)
  const base = { account, lane, cause, since: at }
  return until === null
    ? { ...base, until: at + waitAfter(before, at), isGuess: true }
    : { ...base, until, isGuess: false }
}

const knownEnd = ({ resetAt, at }: LimitHit): Instant | null =>
  resetAt !== null && resetAt > at ? resetAt : null

/** Twice the last wait, when that was a guess too and not long ago. */
function waitAfter(before: AccountPause | null, at: Instant): number {
  if (!before?.isGuess || at - before.until >= FORGOTTEN_MS) return FIRST_WAIT_MS
  return Math.min((before.until - before.since) * 2, LONGEST_WAIT_MS)
}

/** Whose limits a lane of that name spends: its item's account, or else the engine's own. */
export function accountOfLane(
  { name, engine }: Pick<LaneFact, 'name' | 'engine'>,
  items: ReadonlyMap<string, Item>,
): string {
  const work = workOfLane(name.replace(/\.\d+$/, ''))
  const item = work && items.get(itemKey(work))
  return accountOf(item ?? { account: null, engine })
}

/** The lanes that stand at a limit, as hits. */
export const limitHits = (
  lanes: readonly LaneFact[],
  accountFor: (lane: LaneFact) => string,
): LimitHit[] =>
  lanes.flatMap(lane => {
    const { name, status, cause, resetAt, endedAt, activeAt } = lane
    const at = endedAt ?? activeAt
    if (status !== 'quota' || at === null) return []
    return [{ account: accountFor(lane), lane: name, at, cause, resetAt }]
  })

export const pauseReason = ({ lane, cause, isGuess }: AccountPause): string =>
  `its lane ${lane} hit its limit${cause === null ? '' : ` (${cause})`}${
    isGuess ? '; nobody says when it lifts: `dockmaster unpause` tries sooner' : ''
  }`
