/** What the dock knows of one pull request, in full. */
import type { DockFact, Signal } from '../dock.ts'
import type { Instant } from '../facts.ts'
import { moment, plural } from '../format.ts'
import { staleOf } from '../stale.ts'
import type { Seen, World } from '../world.ts'
import { type Pair, when } from './detail-pair.ts'
import { enginesText, etaText } from './pr.ts'
import type { Tone } from './row.ts'

const VERDICTS: Readonly<Record<Signal['verdict'], readonly [string, Tone]>> = {
  pass: ['pass', 'good'],
  fail: ['FAIL', 'bad'],
  absent: ['ABSENT', 'wait'],
}

const signalPair = ({ name, verdict, datum }: Signal): Pair => {
  const [word, tone] = VERDICTS[verdict]
  return ['gate', `${word} ${name}: ${datum}`, tone]
}

const numbers = (prs: readonly number[]): string | null =>
  prs.length === 0 ? null : prs.map(pr => `#${pr}`).join(', ')

const texts = (all: readonly string[]): string | null => (all.length === 0 ? null : all.join(', '))

/** The line, the train in it and its stage. */
function ridePair(world: World, { repo, number }: DockFact): Pair {
  const line = world.line.get(repo)?.value
  const train = line?.trains.find(({ prs }) => prs.includes(number))
  const stands = train?.after ? `, on ${train.after}` : ''
  const rides = train ? `; train ${train.id} ${train.stage}${stands}` : ''
  return ['line', line === undefined ? null : `${line.backend} onto ${line.base}${rides}`]
}

/** The dock's word is shown though it is old, and says so. */
export function dockPairs(world: World, pr: Seen<'pr'>, now: Instant): Pair[] {
  const seen = world.dock.get(pr.key)
  if (seen === undefined) return []
  const { value } = seen
  const stale = staleOf(world, seen)
  const place = value.position === null ? null : `place ${value.position}`
  const { entry } = value
  return [
    [
      'dock stale',
      stale === null ? null : `since ${moment(stale.since, now)}: ${stale.reason}`,
      'wait',
    ],
    [
      'dock',
      value.head === pr.value.headSha ? null : `looked at ${value.head}, another head`,
      'wait',
    ],
    ['dock', [value.state, place].filter(Boolean).join(', ')],
    ['held by', value.blocking],
    ['waits for', texts(value.waitsFor)],
    ['lands in', etaText(value.etaMs) || null],
    ['in line since', when(value.placedAt, now)],
    ['priority', value.priority === 0 ? null : value.priority],
    ridePair(world, value),
    ['github queue', entry ? `place ${entry.position}, ${entry.state.toLowerCase()}` : null],
    ...value.signals.map(signalPair),
    [
      'engines',
      enginesText(value) ?? (value.engine === null ? null : `${value.engine}, no review`),
    ],
    ...value.reviewers.map(
      ({ by, engine, state }): Pair => ['review by', `${by} (${engine ?? 'a person'}): ${state}`],
    ),
    ['behind', value.behind === null ? '?' : plural(value.behind, 'commit')],
    [
      'base moved',
      value.baseMoves === null ? null : `${plural(value.baseMoves, 'time')} since green`,
    ],
    ['dirty since', when(value.dirtySince, now)],
    ['conflicts in', texts(value.dirtyPaths)],
    ['against', numbers(value.conflictsWith)],
    ['same as', value.duplicateOf === null ? null : `#${value.duplicateOf}: keep that one`],
    ['marks', texts(value.marks)],
    ['shares files', value.lanes === null ? '?' : texts(value.lanes)],
  ]
}
