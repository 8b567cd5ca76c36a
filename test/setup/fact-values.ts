/** Values of facts: whole, and plain but for what a test says of them. */
import type { FactValue, PrFact } from '../../state/facts.ts'

/** Open, green and clean. */
export const pullValue = (number: number, more: Partial<PrFact> = {}): PrFact => ({
  repo: 'acme/app',
  number,
  title: `Change ${number}`,
  author: 'lane',
  branch: `lane/${number}`,
  base: 'main',
  headSha: 'a'.repeat(40),
  url: `https://git.test/${more.repo ?? 'acme/app'}/pull/${number}`,
  isDraft: false,
  mergeState: 'CLEAN',
  checks: 'passing',
  checksDone: 5,
  checksTotal: 5,
  reviewDecision: null,
  additions: 12,
  deletions: 3,
  changedFiles: 2,
  createdAt: 1,
  updatedAt: 2,
  mergeStateSince: null,
  queuePosition: null,
  ...more,
})

/** Held, without a word why. */
export const dockedValue = (
  number: number,
  more: Partial<FactValue<'dock'>> = {},
): FactValue<'dock'> => ({
  repo: 'acme/app',
  number,
  head: 'a'.repeat(40),
  state: 'held',
  position: null,
  placedAt: null,
  priority: 0,
  engine: null,
  reviewers: [],
  blocking: null,
  waitsFor: [],
  etaMs: null,
  behind: 0,
  baseMoves: 0,
  dirtyPaths: [],
  dirtySince: null,
  conflictsWith: [],
  duplicateOf: null,
  marks: [],
  lanes: [],
  signals: [],
  ...more,
})
