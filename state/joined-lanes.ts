/**
 * What a lane comes to beside what others know of its work: claims that were checked, pull
 * requests, landings. A lane's collector sees none of these; they meet here, and nowhere else.
 */
import type { ClaimCounts } from './claim.ts'
import type { Evidence, LaneFact } from './facts.ts'
import type { Seen, World } from './reduce.ts'
import type { LaneResult } from './words.ts'

/** What the others add to a lane. */
export interface Addition {
  readonly result?: LaneResult
  readonly evidence: readonly Evidence[]
  readonly why: readonly string[]
  readonly claims: ClaimCounts | null
}

type Others = Pick<World, 'pr' | 'landing' | 'claim'>

/** Results that a merged or open pull request is more than. */
const SHIPPED: ReadonlySet<LaneResult> = new Set(['local', 'pushed'])
/** Results that rest on being believed: the others are no success already. */
const BELIEVED: ReadonlySet<LaneResult> = new Set(['none', 'claimed', 'local', 'pushed'])

/** The lanes of `next`. Those that come to the same as before are the same objects. */
export function joinedLanes(
  before: World,
  next: World,
  changed: ReadonlySet<string>,
): World['lane'] {
  const isSame = OTHERS.every(kind => before[kind] === next[kind])
  if (isSame && changed.size === 0) return before.lane
  const index = indexOf(next)
  const lanes = new Map(before.lane)
  let isOther = false
  const put = (key: string) => {
    const told = next.toldLane.get(key)
    const lane = told && joined(told, index, before.lane.get(key))
    if (lane === before.lane.get(key)) return
    isOther = true
    if (lane) lanes.set(key, lane)
    else lanes.delete(key)
  }
  for (const key of isSame ? changed : next.toldLane.keys()) put(key)
  if (!isSame) for (const key of changed) put(key)
  return isOther ? lanes : before.lane
}

const OTHERS = ['pr', 'landing', 'claim'] as const

/** What a joined lane was made of: the same parts make the same lane. */
const madeOf = new WeakMap<Seen<'lane'>, { told: Seen<'lane'>; added: string }>()

function joined(told: Seen<'lane'>, index: Index, known: Seen<'lane'> | undefined): Seen<'lane'> {
  const addition = additionTo(told.key, told.value, index)
  if (addition === null) return told
  const added = JSON.stringify(addition)
  const parts = known && madeOf.get(known)
  if (known && parts?.told === told && parts.added === added) return known
  const { result = told.value.result, claims } = addition
  const value: LaneFact = {
    ...told.value,
    result,
    evidence: [...told.value.evidence, ...addition.evidence],
    why: [...told.value.why, ...addition.why],
    ...(claims && { claims }),
  }
  const lane = { ...told, value }
  madeOf.set(lane, { told, added })
  return lane
}

type Pull = Seen<'pr'>['value']
type Landing = Seen<'landing'>['value']
type Claim = Seen<'claim'>['value']

interface Index {
  readonly pulls: ReadonlyMap<string, readonly Pull[]>
  readonly branches: ReadonlyMap<string, readonly Pull[]>
  readonly landings: ReadonlyMap<string, readonly Landing[]>
  readonly claims: ReadonlyMap<string, readonly Claim[]>
}

const indexes = new WeakMap<object, unknown>()

/** Grouped once a map. */
function grouped<T>(
  map: ReadonlyMap<string, { readonly value: T }>,
  name: object,
  keyOf: (value: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const known = (indexes.get(map) ?? new Map()) as Map<object, ReadonlyMap<string, readonly T[]>>
  const found = known.get(name)
  if (found) return found
  const made = Map.groupBy(
    [...map.values()].map(({ value }) => value),
    keyOf,
  )
  known.set(name, made)
  indexes.set(map, known)
  return made
}

const byHead = (value: Pull | Landing): string => value.headSha
const byBranch = (value: Pull): string => value.branch
const byLane = (value: Claim): string => value.lane

const indexOf = ({ pr, landing, claim }: Others): Index => ({
  pulls: grouped<Pull>(pr, byHead, byHead),
  branches: grouped<Pull>(pr, byBranch, byBranch),
  landings: grouped<Landing>(landing, byHead, byHead),
  claims: grouped<Claim>(claim, byLane, byLane),
})

/** Null when the others know nothing of it. A lane that runs is not judged. */
function additionTo(key: string, lane: LaneFact, index: Index): Addition | null {
  if (lane.status !== 'ended') return null
  const claims = (index.claims.get(key) ?? []).filter(({ madeAt }) => madeAt === lane.endedAt)
  const shipped = SHIPPED.has(lane.result) ? shippingOf(lane, index) : null
  const refuted = claims.find(({ state }) => state === 'refuted')
  if (claims.length === 0 && shipped === null) return null
  const counts = claims.length > 0 ? countsOf(claims) : null
  if (refuted && BELIEVED.has(lane.result) && shipped?.result !== 'landed') {
    const why = `it claims ${quoted(refuted)}; its check found: ${refuted.output ?? 'nothing'}`
    const evidence = shipped?.evidence ?? []
    return { result: 'refuted', evidence, why: [...(shipped?.why ?? []), why], claims: counts }
  }
  return { ...(shipped ?? { evidence: [], why: [] }), claims: counts }
}

const quoted = ({ text }: Claim): string => JSON.stringify(text.slice(0, 120))

function countsOf(claims: readonly Claim[]): ClaimCounts {
  const many = (wanted: Claim['state']) => claims.filter(({ state }) => state === wanted).length
  return { unverified: many('unverified'), verified: many('verified'), refuted: many('refuted') }
}

type Shipping = Pick<Addition, 'result' | 'evidence' | 'why'>

/** By what was pushed: the commit itself, or else the one open pull request of its branch. */
function shippingOf(lane: LaneFact, index: Index): Shipping | null {
  const commits = refsOf(lane, 'commit')
  const landing = firstOf(commits, index.landings)
  if (landing) return landed(landing)
  const pull = firstOf(commits, index.pulls) ?? ofBranch(lane, index)
  if (!pull) return null
  const name = `${pull.repo}#${pull.number}`
  const evidence: Evidence[] = [{ kind: 'pr', ref: name, at: null }]
  return pull.queuePosition === null
    ? { result: 'in-review', evidence, why: [`its pull request ${name} is open`] }
    : { result: 'queued', evidence, why: [`${name} is place ${pull.queuePosition} in the queue`] }
}

function landed({ repo, number, sha, mergedAt, tested }: Landing): Shipping {
  const name = `${repo}#${number}`
  const evidence: Evidence[] = [
    { kind: 'pr', ref: name, at: null },
    { kind: 'commit', ref: sha, at: mergedAt },
  ]
  const merged = `${name} is merged as ${sha.slice(0, 12)}`
  if (tested === true)
    return { result: 'landed', evidence, why: [`${merged}, tested as it landed`] }
  const doubt =
    tested === null
      ? 'nothing tells whether what landed was tested'
      : 'what landed is not what was tested'
  return { evidence, why: [`${merged}, but ${doubt}`] }
}

const refsOf = (lane: LaneFact, kind: Evidence['kind']): string[] =>
  lane.evidence.filter(each => each.kind === kind).map(({ ref }) => ref)

function firstOf<T>(
  keys: readonly string[],
  map: ReadonlyMap<string, readonly T[]>,
): T | undefined {
  for (const key of keys) {
    const [found] = map.get(key) ?? []
    if (found !== undefined) return found
  }
  return undefined
}

/** A name that two repositories have names neither. */
function ofBranch(lane: LaneFact, { branches }: Index): Pull | undefined {
  for (const ref of refsOf(lane, 'push')) {
    const pulls = branches.get(ref.slice(ref.indexOf('/') + 1)) ?? []
    if (pulls.length === 1) return pulls[0]
  }
  return undefined
}
