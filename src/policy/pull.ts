/**
 * What a person may do to a pull request. The gate says what lands by itself; a person may go over
 * what a machine cannot judge, each of it named, and over nothing that would land red or unseen.
 */
import type { PullMergeAct } from '../../state/act.ts'
import type { Answerer } from '../../state/answerer.ts'
import type { DockFact, Signal } from '../../state/dock.ts'
import type { Instant, PrFact, SourceFact } from '../../state/facts.ts'
import { plural } from '../../state/format.ts'
import type { DecisionData } from '../../state/journal/decisions.ts'
import { isCurrent } from '../../state/words.ts'

/** What is known of it; undefined where nothing is. */
export interface PullSeen {
  readonly pr: PrFact | undefined
  readonly dock: DockFact | undefined
  /** How the dock's own look at the repository fares. */
  readonly source: SourceFact | undefined
  /** Why its line is frozen; null when it is not. */
  readonly frozen: string | null
}

export interface PullRuling {
  /** Why not now, where a later look may say otherwise. */
  readonly unseen: readonly string[]
  /** Why not at all, as it stands. */
  readonly problems: readonly string[]
  /** What of the gate a person goes over. */
  readonly over: readonly string[]
}

/** Without these nothing lands, whoever says so: not listed, not clean, red, or not compacted. */
const NEVER_OVER: ReadonlySet<Signal['name']> = new Set([
  'allowlist',
  'conflicts',
  'checks',
  'compaction',
])

const short = (sha: string): string => sha.slice(0, 12)

/** A review says what a person thinks of that head. */
export function judgeReview(head: string, seen: PullSeen, by: Answerer): PullRuling {
  const problems = [...atTerminal(by), ...ofHead(head, seen)]
  return { unseen: unseenOf(seen), problems, over: [] }
}

const tell = ({ name, verdict, datum }: Signal): string =>
  `${name} ${verdict === 'absent' ? 'is absent' : 'fails'}: ${datum}`

export function judgeMerge(head: string, seen: PullSeen): PullRuling {
  const { pr, dock, source, frozen } = seen
  const unseen = [
    ...unseenOf(seen),
    ...(dock === undefined ? ['the dock has not looked at it yet'] : []),
    // Checks and conflicts are the dock's word: an old one is none.
    ...(source === undefined || isCurrent(source.state)
      ? []
      : [`the dock cannot be seen: ${source.message ?? source.state}`]),
  ]
  const holding = (dock?.signals ?? []).filter(({ verdict }) => verdict !== 'pass')
  const problems = [
    ...ofHead(head, seen),
    ...(pr?.isDraft ? ['it is a draft'] : []),
    ...(frozen === null ? [] : [`its line is frozen: ${frozen}`]),
    ...riding(dock),
    ...holding.filter(({ name }) => NEVER_OVER.has(name)).map(tell),
  ]
  // Landing by itself is what soak holds: a person's word is not that.
  const over = holding.filter(({ name }) => !NEVER_OVER.has(name) && name !== 'soak').map(tell)
  return { unseen, problems, over }
}

export const atTerminal = ({ tty }: Answerer): string[] =>
  tty === null ? ['a person at a terminal does that, and no process'] : []

const unseenOf = ({ pr }: PullSeen): string[] =>
  pr === undefined ? ['no such open pull request is known'] : []

/** Every head that we know of must be the one that was seen. */
function ofHead(head: string, { pr, dock }: PullSeen): string[] {
  const other = [pr?.headSha, dock?.head].find(known => known !== undefined && known !== head)
  return other === undefined
    ? []
    : [`its head is ${short(other)}, and ${short(head)} was looked at: look again`]
}

/** Two never hold one pull request. */
function riding(dock: DockFact | undefined): string[] {
  if (dock?.state === 'testing' || dock?.state === 'landing') {
    return [`a train holds it: ${dock.blocking ?? 'it is landing'}`]
  }
  return dock?.state === 'queued' ? ["GitHub's own queue holds it"] : []
}

export const MERGE = 'Merge it'
const LEAVE = 'Leave it open'

/** How long a question waits until nothing is done: the gate may look otherwise tomorrow. */
const WAITS_MS = 86_400_000

/** The question's data. Its default is to leave it. */
export function mergeQuestion(
  act: PullMergeAct,
  { pr, dock }: Pick<PullSeen, 'pr' | 'dock'>,
  { over }: Pick<PullRuling, 'over'>,
  now: Instant,
): DecisionData & { act: PullMergeAct; approve: string } {
  const passed = dock?.signals.filter(({ verdict }) => verdict === 'pass').length ?? 0
  const of = dock?.signals.length ?? 0
  const size = pr ? `+${pr.additions} −${pr.deletions} in ${plural(pr.changedFiles, 'file')}` : ''
  const parts = [
    `what lands stays: only a revert, which is a change of its own, takes it back`,
    `gate ${passed}/${of}`,
    ...over.map(text => `over it: ${text}`),
    size,
    `only ${short(act.head)} is merged, and only while it is the head`,
  ]
  return {
    options: [MERGE, LEAVE],
    default: LEAVE,
    deadline: now + WAITS_MS,
    url: pr?.url ?? null,
    reversibility: 'irreversible',
    why: `${parts.filter(part => part !== '').join('; ')}.`,
    act,
    approve: MERGE,
  }
}

export interface SwitchLimits {
  readonly openPrs: number
  readonly inReview: number
}

/** Null: not known, which is not low. */
export interface SwitchCounts {
  readonly openPrs: number | null
  readonly inReview: number | null
}

/** Both numbers, with what they must be below. */
export const switchNumbers = (counts: SwitchCounts, limits: SwitchLimits): string =>
  [
    `in review ${counts.inReview ?? '?'}, must be below ${limits.inReview}`,
    `open pull requests ${counts.openPrs ?? '?'}, must be below ${limits.openPrs}`,
  ].join('; ')

const isLow = (count: number | null, limit: number): boolean => count !== null && count < limit

/** GitHub's queue is switched on over a low dock only; away from it at any time. */
export function judgeSwitch(
  to: 'look' | 'train' | 'native',
  counts: SwitchCounts,
  limits: SwitchLimits,
): string[] {
  if (to !== 'native') return []
  return isLow(counts.openPrs, limits.openPrs) && isLow(counts.inReview, limits.inReview)
    ? []
    : [`the dock is not low: ${switchNumbers(counts, limits)}`]
}
