/** Lock files that are left over as rows among what keeps the host up. */
import type { Instant } from '../facts.ts'
import { plural } from '../format.ts'
import type { LockFact } from '../lock-file.ts'
import { staleOf } from '../stale.ts'
import type { AnySeen, World } from '../world.ts'
import { type Pair, when } from './detail-pair.ts'
import type { Figure } from './figure.ts'
import type { RowDraft } from './row.ts'

/** `quay#149`, by its repository or by what its name says instead. */
const nameOf = ({ repo, named, number }: LockFact): string =>
  `${repo === null ? named : repo.slice(repo.indexOf('/') + 1)}#${number}`

/** Below what failed, beside what runs: there may be many of them. */
const LEFT = { glyph: 'hold', tone: 'wait', attention: 4 } as const

export const lockRow = (lock: LockFact): RowDraft => ({
  ...LEFT,
  order: 1,
  tag: '',
  name: `lock ${nameOf(lock)}`,
  state: lock.leftover === null ? 'kept' : 'stale',
  fact: lock.leftover ?? lock.kept ?? '',
  since: lock.madeAt,
})

export const lockPairs = (lock: LockFact, now: Instant): Pair[] => [
  ['path', lock.path],
  ['left over', lock.leftover],
  ['stays', lock.kept],
  ['pull request', lock.repo === null ? null : `${lock.repo}#${lock.number}, ${lock.pull}`],
  ['not known', lock.fault],
  ['made', when(lock.madeAt, now)],
  ['holds', plural(lock.file.bytes, 'byte')],
  ['held', lock.isHeld === null ? '?' : lock.isHeld ? 'by a process' : 'by nobody'],
]

let last: {
  job: World['job']
  lock: World['lock']
  both: ReadonlyMap<string, AnySeen>
} | null = null

/** What the pane holds: the same map until one of the two changes. */
export function jobsAndLocks({ job, lock }: World): ReadonlyMap<string, AnySeen> {
  if (lock.size === 0) return job
  if (last?.job !== job || last.lock !== lock) {
    const left = [...lock].filter(([, { value }]) => value.leftover !== null)
    last = { job, lock, both: new Map<string, AnySeen>([...job, ...left]) }
  }
  return last.both
}

export function lockFigures(world: World): Figure[] {
  const seen = [...world.lock.values()].filter(({ value }) => value.leftover !== null)
  const left = seen.filter(one => staleOf(world, one) === null).length
  return left === 0 ? [] : [{ text: plural(left, 'stale lock'), tone: 'wait' }]
}
