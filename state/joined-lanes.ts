/**
 * What a lane comes to beside what others know of its work: claims that were checked, pull
 * requests, landings. A lane's collector sees none of these; they meet here, and nowhere else.
 */
import type { ClaimCounts, ClaimFact } from './claim.ts'
import type { ArrivalFact } from './dock.ts'
import type { Evidence, LandingFact, LaneFact, PrFact } from './facts.ts'
import { type Groups, type Index, indexOf } from './grouped.ts'
import { claimsOfLane } from './lane-claims.ts'
import type { LaneResult } from './words.ts'
import type { Seen, World } from './world.ts'

/** What the others add to a lane. */
interface Addition {
  readonly result?: LaneResult
  readonly evidence: readonly Evidence[]
  readonly why: readonly string[]
  readonly claims?: ClaimCounts
}

/** Results that an open or merged pull request is more than. */
const SHIPPABLE: ReadonlySet<LaneResult> = new Set(['local', 'pushed'])
/** Results that rest on being believed: the others are no success already. */
const BELIEVED: ReadonlySet<LaneResult> = new Set(['none', 'claimed', 'local', 'pushed'])

const OTHERS = ['pr', 'landing', 'arrival', 'claim'] as const

/** The lanes of `next`. Those that come to the same as before are the same objects. */
export function joinedLanes(
  before: World,
  next: World,
  changed: ReadonlySet<string>,
): World['lane'] {
  const isSame = OTHERS.every(kind => before[kind] === next[kind])
  const keys = isSame ? changed : new Set([...next.toldLane.keys(), ...changed])
  if (keys.size === 0) return before.lane
  const index = indexOf(next)
  const lanes = new Map(before.lane)
  let isOther = false
  for (const key of keys) {
    const known = before.lane.get(key)
    const told = next.toldLane.get(key)
    const lane = told && joined(told, index, known)
    if (lane === known) continue
    isOther = true
    if (lane) lanes.set(key, lane)
    else lanes.delete(key)
  }
  return isOther ? lanes : before.lane
}

/** What a joined lane was made of: the same parts make the same lane. */
const madeOf = new WeakMap<Seen<'lane'>, { told: Seen<'lane'>; added: string }>()

function joined(told: Seen<'lane'>, index: Index, known: Seen<'lane'> | undefined): Seen<'lane'> {
  const addition = additionTo(told.key, told.value, index)
  if (addition === null) return told
  const added = JSON.stringify(addition)
  const parts = known && madeOf.get(known)
  if (known && parts?.told === told && parts.added === added) return known
  const { evidence, why, ...rest } = addition
  const value: LaneFact = {
    ...told.value,
    ...rest,
    evidence: [...told.value.evidence, ...evidence],
    why: [...told.value.why, ...why],
  }
  const lane = { ...told, value }
  madeOf.set(lane, { told, added })
  return lane
}

/** Null when the others know nothing of it. A lane that runs is not judged. */
function additionTo(key: string, lane: LaneFact, index: Index): Addition | null {
  if (lane.status !== 'ended') return null
  const shipped = SHIPPABLE.has(lane.result) ? shippingOf(lane, index) : null
  const claims = claimsOfLane(key, lane, index)
  if (claims.length === 0) return shipped
  const counted = { evidence: [], why: [], ...shipped, claims: countsOf(claims) }
  const refuted = claims.find(({ state }) => state === 'refuted')
  const isFlipped = refuted && BELIEVED.has(lane.result) && shipped?.result !== 'landed'
  if (!isFlipped) return counted
  return { ...counted, result: 'refuted', why: [...counted.why, refutation(refuted)] }
}

const refutation = ({ text, output }: ClaimFact): string =>
  `it claims ${JSON.stringify(text.slice(0, 120))}, and the check found: ${output ?? 'nothing'}`

function countsOf(claims: readonly ClaimFact[]): ClaimCounts {
  const many = (wanted: ClaimFact['state']) => claims.filter(({ state }) => state === wanted).length
  return { unverified: many('unverified'), verified: many('verified'), refuted: many('refuted') }
}

/** By what was pushed: the commit itself, or else the one open pull request of its branch. */
function shippingOf(lane: LaneFact, index: Index): Addition | null {
  const commits = refsOf(lane, 'commit')
  const landing = firstOf(commits, index.landingsByHead)
  if (landing) return landed(landing, index.arrival.get(`${landing.repo}#${landing.number}`)?.value)
  const pull = firstOf(commits, index.pullsByHead) ?? ofBranch(lane, index)
  if (!pull) return null
  const name = `${pull.repo}#${pull.number}`
  const evidence: Evidence[] = [{ kind: 'pr', ref: name, at: null }]
  return pull.queuePosition === null
    ? { result: 'in-review', evidence, why: [`its pull request ${name} is open`] }
    : { result: 'queued', evidence, why: [`${name} is place ${pull.queuePosition} in the queue`] }
}

function landed(
  { repo, number, sha, mergedAt, tested }: LandingFact,
  arrival: ArrivalFact | undefined,
): Addition {
  const name = `${repo}#${number}`
  const evidence: Evidence[] = [
    { kind: 'pr', ref: name, at: null },
    { kind: 'commit', ref: sha, at: mergedAt },
  ]
  const merged = `${name} is merged as ${sha.slice(0, 12)}`
  const its = arrival?.sha === sha ? arrival : undefined
  if (its?.isOnBranch === false) {
    return { evidence, why: [`${merged}, but the branch does not hold that any more`] }
  }
  if (tested === true || its?.isTested === true) {
    return { result: 'landed', evidence, why: [`${merged}, tested as it landed`] }
  }
  const doubt =
    tested === null ? 'nothing tells whether that was tested' : 'that is not what was tested'
  return { evidence, why: [`${merged}, but ${doubt}`] }
}

const refsOf = (lane: LaneFact, kind: Evidence['kind']): string[] =>
  lane.evidence.filter(each => each.kind === kind).map(({ ref }) => ref)

function firstOf<T>(keys: readonly string[], groups: Groups<T>): T | undefined {
  for (const key of keys) {
    const [found] = groups.get(key) ?? []
    if (found !== undefined) return found
  }
  return undefined
}

/** A name that two pull requests have names neither. */
function ofBranch(lane: LaneFact, { pullsByBranch }: Index): PrFact | undefined {
  for (const ref of refsOf(lane, 'push')) {
    const pulls = pullsByBranch.get(ref.slice(ref.indexOf('/') + 1)) ?? []
    if (pulls.length === 1) return pulls[0]
  }
  return undefined
}
