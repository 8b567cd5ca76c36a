/**
 * Pauses an account whose lane ran into its limit, until the limit lifts: once each, on record
 * like any other pause. Who ends it by hand has the last word.
 */
import * as z from 'zod'
import { Instant, type LaneFact } from '../../state/facts.ts'
import { type Item, itemKey } from '../../state/item.ts'
import { JournalFault } from '../../state/journal/fault.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { PAUSE_SUBJECT } from '../../state/journal/subjects.ts'
import {
  type AccountPause,
  accountOfLane,
  accountPauses,
  limitHits,
  pauseReason,
} from '../policy/account-pause.ts'
import type { Change, FactStore } from './fact-store.ts'
import type { Pauses } from './pauses.ts'

export interface LimitDeps {
  facts: FactStore
  journal: Pick<Journal, 'list' | 'status'>
  pauses: Pick<Pauses, 'inForce' | 'pause'>
  /** The profile's own items; those of the host are facts. */
  items: readonly Item[]
  now(): Instant
}

export interface AccountLimits {
  /** Whose limits a lane of that name spends. */
  accountOf(lane: Pick<LaneFact, 'name' | 'engine'>): string
  stop(): void
}

/** Which limit a pause is for, in the data of its intent. */
const Limit = z.object({ account: z.string(), since: Instant, until: Instant })
type Limit = z.infer<typeof Limit>

/** Entries about pauses that are looked through when a hub starts. */
const LOOK_BACK = 500

/** When a lane hit its limit is told anew as its log goes on, and so is how long we wait then. */
const SAME_MS = 60_000

const isSame = (one: Pick<Limit, 'since' | 'until'>, other: Pick<Limit, 'since' | 'until'>) =>
  Math.abs(one.since - other.since) < SAME_MS && Math.abs(one.until - other.until) < SAME_MS

function recall(journal: LimitDeps['journal']): Map<string, Limit> {
  const known = new Map<string, Limit>()
  // One that refuses stops acts, never screens: nothing is known from it then.
  if (journal.status().message !== null) return known
  const about = { kinds: ['intent' as const], subject: PAUSE_SUBJECT, limit: LOOK_BACK }
  for (const { data } of journal.list(about)) {
    const limit = Limit.safeParse(data['limit']).data
    if (limit) known.set(limit.account, limit)
  }
  return known
}

export function accountLimits(deps: LimitDeps): AccountLimits {
  const { facts, journal, pauses, items, now } = deps
  const known = recall(journal)

  const accountOf: AccountLimits['accountOf'] = lane => {
    const all = [...facts.values('item'), ...items]
    return accountOfLane(lane, new Map(all.map(item => [itemKey(item), item])))
  }

  const take = (pause: AccountPause, skewMs: number) => {
    const { account, since, until } = pause
    const before = known.get(account)
    if (before && isSame(before, { since, until })) return
    const mine = pauses
      .inForce()
      .find(({ target }) => target.kind === 'account' && target.name === account)
    const ends = Math.round(until - skewMs)
    // A person's pause of it is not cut short.
    if (mine && mine.by !== BY && (mine.until === null || mine.until >= ends)) return
    const target = { kind: 'account', name: account } as const
    const limit = { account, since, until }
    const wish = { target, reason: pauseReason(pause), until: ends, review: null }
    pauses.pause(wish, { author: BY, data: { limit } })
    known.set(account, limit)
  }

  const look = () => {
    const hits = limitHits(facts.values('lane'), accountOf)
    // Hits are on the host's clock, pauses on ours.
    const skewMs = facts.value('link', 'link')?.skewMs ?? 0
    try {
      for (const pause of accountPauses(hits, now() + skewMs).values()) take(pause, skewMs)
    } catch (error) {
      // A journal that refuses is told by its own source, and then nothing is started either.
      if (!(error instanceof JournalFault)) throw error
    }
  }

  const stop = facts.onChange(changes => {
    if (changes.some(isNews)) look()
  })
  return { accountOf, stop }
}

const BY = 'hub'

/** A lane that came to a limit, and items, which say whose limit it is. */
const isNews = ({ next }: Change): boolean =>
  next.kind === 'item' || (next.kind === 'lane' && next.value?.status === 'quota')
