/** What a detail screen says of one thing: labelled facts, then why, then where it was seen. */
import { clean } from '../clean.ts'
import type { Instant, JobFact, LaneFact, PrFact, TranscriptsFact } from '../facts.ts'
import { age, bytes, count, moment } from '../format.ts'
import { nowFor } from '../panes.ts'
import type { BreachFact, PauseFact } from '../rule-facts.ts'
import { shippedOf, shippedText } from '../shipped.ts'
import { staleOf } from '../stale.ts'
import type { Subject } from '../ui/ui.ts'
import type { AnySeen, Seen, World } from '../world.ts'
import { boxesAndImages } from './box.ts'
import { boxPairs, imagePairs } from './box-detail.ts'
import { claimPairs, claimsOf } from './claims.ts'
import { reversibilityText } from './decision.ts'
import { type Pair, when } from './detail-pair.ts'
import { dockPairs } from './dock-detail.ts'
import { draftOf } from './draft.ts'
import { hostDrafts, hostRows } from './host.ts'
import { hostPairs, linkPairs, sourcePairs } from './host-detail.ts'
import { lanesOf } from './lane-links.ts'
import { linePairs } from './line.ts'
import { jobsAndLocks, lockPairs } from './lock.ts'
import { riskText } from './risk.ts'
import type { Tone } from './row.ts'

export interface DetailLine {
  readonly label: string
  readonly text: string
  readonly tone: Tone
}

export interface Detail {
  readonly title: string
  readonly tone: Tone
  readonly lines: readonly DetailLine[]
}

const KEYS = {
  lanes: 'lane',
  queue: 'pr',
  pkm: 'transcripts',
  decision: 'decision',
  breach: 'breach',
  pause: 'pause',
  line: 'line',
} as const

type FactSubject = Exclude<Subject, { kind: 'journal' }>

/** The fact that a detail screen is about; undefined when it is gone. */
export function subjectOf(
  world: World,
  { kind, id }: FactSubject,
  now: Instant,
): AnySeen | undefined {
  if (kind === 'boxes') return boxesAndImages(world).get(id)
  if (kind === 'heals') return jobsAndLocks(world).get(id)
  if (kind !== 'host') return world[KEYS[kind]].get(id)
  return hostRows(world, { filter: '', sort: 'attention' }, now).find(row => row.id === id)?.seen
}

const lane = (value: LaneFact, now: Instant): Pair[] => [
  ['engine', [value.engine, value.model].filter(Boolean).join(' ')],
  ['cause', value.cause],
  ['resets', when(value.resetAt, now)],
  ['runs now', value.currentCommand],
  ['ran last', value.lastCommand],
  ['exit', value.lastExit],
  ['said last', value.lastMessage],
  ['tokens', value.tokens === null ? null : count(value.tokens)],
  ['started', when(value.startedAt, now)],
  ['last output', when(value.activeAt, now)],
  ['ended', when(value.endedAt, now)],
  ...value.evidence.map(
    ({ kind, ref, at }): Pair => ['evidence', `${kind} ${ref}${at ? `, ${moment(at, now)}` : ''}`],
  ),
  ...value.why.map((why): Pair => ['why', why]),
  ['report', value.report === null ? null : `${value.report.path}, ${value.report.state}`],
  ['risk', value.risk === null ? null : riskText(value.risk)],
  ['thread', value.threadId],
  ['pid', value.pid],
  ['works in', value.cwd],
  ['brief', value.brief === null ? null : `sha256 ${value.brief}`],
  ['log', value.log],
  ['session', value.rollout],
  ['skipped', value.skipped > 0 ? `${count(value.skipped)} unreadable lines` : null],
]

const work = (world: World, { value }: Seen<'lane'>): Pair => {
  const shipped = shippedOf(world, value)
  return ['work', shipped && shippedText(shipped)]
}

const pr = (value: PrFact, now: Instant): Pair[] => [
  ['title', value.title],
  ['branch', `${value.branch} into ${value.base}`],
  ['author', value.author],
  ['merge', value.mergeState.toLowerCase()],
  ['since', when(value.mergeStateSince, now)],
  ['checks', `${value.checks}, ${value.checksDone ?? '?'} of ${value.checksTotal ?? '?'} finished`],
  ['review', value.reviewDecision?.toLowerCase().replaceAll('_', ' ') ?? null],
  ['queue', value.queuePosition === null ? null : `place ${value.queuePosition}`],
  [
    'change',
    `+${count(value.additions)} −${count(value.deletions)} in ${value.changedFiles} files`,
  ],
  ['opened', when(value.createdAt, now)],
  ['updated', when(value.updatedAt, now)],
  ['head', value.headSha],
  ['url', value.url],
]

const job = (value: JobFact, now: Instant): Pair[] => [
  ['origin', value.origin],
  ['schedule', value.schedule || null],
  ['command', value.command],
  ['said last', value.message],
  ['effect seen', when(value.last, now)],
  ['was due', when(value.previousDue, now)],
  ['next', value.next === null ? null : moment(value.next, now)],
  ['periods late', value.periodsLate > 0 ? value.periodsLate : null],
]

const transcripts = (value: TranscriptsFact, now: Instant): Pair[] => [
  ['kind', value.kind],
  ['where', value.where === 'host' ? 'on the host' : 'on this machine'],
  ['root', value.root],
  ['files', value.files === null ? '?' : count(value.files)],
  ['size', value.bytes === null ? '?' : bytes(value.bytes)],
  ['newest', when(value.newest, now)],
  ['captured', value.captured === null ? 'nothing captures it' : count(value.captured)],
  ['lag', value.lagMs === null ? null : age(0, value.lagMs)],
]

const breach = (value: BreachFact): Pair[] => [
  ['rule', value.rule],
  ['model', value.model],
  ['where', value.line === null ? value.where : `${value.where}:${value.line}`],
  ['pid', value.pid],
]

const pause = (value: PauseFact, now: Instant): Pair[] => [
  ['why', value.reason],
  ['paused by', value.by],
  ['since', when(value.since, now)],
  ['until', value.until === null ? 'somebody ends it' : moment(value.until, now)],
  ['review', value.review === null ? null : moment(value.review, now)],
]

const decision = ({ value }: Seen<'decision'>, now: Instant): Pair[] => [
  ...value.options.map((option, index): Pair => [`option ${index + 1}`, option]),
  ['default', value.default],
  ['undo', reversibilityText(value)],
  ['why', value.why],
  ['asked by', value.author],
  ['opened', when(value.openedAt, now)],
  ['deadline', when(value.deadline, now)],
  ['url', value.url],
  ['answer', value.answer],
]

function pairs(world: World, seen: AnySeen, here: Instant): Pair[] {
  const now = nowFor(world, seen, here)
  switch (seen.kind) {
    case 'lane':
      return [...lane(seen.value, now), work(world, seen), ...claimPairs(claimsOf(world, seen))]
    case 'pr':
      return [
        ...dockPairs(world, seen, now),
        ...pr(seen.value, now),
        ['lane', lanesOf(world, seen.key).join(', ')],
      ]
    case 'line':
      return linePairs(seen.value, now)
    case 'job':
      return job(seen.value, now)
    case 'transcripts':
      return transcripts(seen.value, now)
    case 'breach':
      return breach(seen.value)
    case 'pause':
      return pause(seen.value, now)
    case 'box':
      return boxPairs(seen.value, now)
    case 'lock':
      return lockPairs(seen.value, now)
    case 'image':
      return imagePairs(seen.value, now)
    case 'decision':
      return decision(seen, now)
    case 'host':
      return hostPairs(seen.value, now)
    case 'link':
      return linkPairs(seen.value, now)
    case 'source':
      return sourcePairs(world, seen, here)
    default:
      return []
  }
}

function heading(world: World, seen: AnySeen, now: Instant): { title: string; tone: Tone } {
  if (seen.kind === 'decision') return { title: clean(seen.value.question), tone: 'accent' }
  if (seen.kind === 'host') return { title: clean(seen.value.hostname), tone: 'plain' }
  const draft = draftOf(world, seen) ?? hostDrafts(world, seen, now)[0]
  if (!draft) return { title: seen.key, tone: 'plain' }
  const name = seen.kind === 'pr' ? `${seen.key} ${draft.name}` : draft.name
  return { title: clean(`${name} · ${draft.state}`), tone: draft.tone }
}

const told = new WeakMap<
  AnySeen,
  { readonly world: World; readonly now: Instant; readonly detail: Detail }
>()

/** The word that a label gives its text; what is stale says nothing by itself. */
const toneOf = ([label, , tone = 'plain']: Pair, isStale: boolean): Tone =>
  label === 'stale' ? 'wait' : isStale ? 'dim' : tone

export function detailOf(world: World, seen: AnySeen, here: Instant): Detail {
  const now = nowFor(world, seen, here)
  const stale = staleOf(world, seen)
  const known = told.get(seen)
  if (known && known.world === world && known.now === now) return known.detail
  const { title, tone } = heading(world, seen, here)
  const facts: Pair[] = [
    ['stale', stale ? `since ${moment(stale.since, now)}: ${stale.reason}` : null],
    ...pairs(world, seen, here),
    ['seen', `${moment(seen.at, now)} by ${seen.source} on ${seen.host}`],
  ]
  const lines = facts
    .filter(([, text]) => text !== null && text !== '')
    .map(fact => ({
      label: fact[0],
      text: clean(String(fact[1])),
      tone: toneOf(fact, stale !== null),
    }))
  const detail = { title, tone: stale ? ('dim' as const) : tone, lines }
  told.set(seen, { world, now, detail })
  return detail
}
