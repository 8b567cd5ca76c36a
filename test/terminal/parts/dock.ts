/** Invented docks for screens: pull requests in every state of one line, and its trains. */
import type { Fact, FactValue } from '../../../state/facts.ts'
import { dockedValue } from '../../setup/fact-values.ts'
import { FACTORY } from './factory.ts'
import { fact, HOUR, MINUTE, NOW, pr, source } from './facts.ts'

export const docked = (number: number, change: Partial<FactValue<'dock'>> = {}): Fact =>
  fact('dock', `yard/dock#${number}`, dockedValue(number, { repo: 'yard/dock', ...change }))

export const line = (change: Partial<FactValue<'line'>> = {}): Fact =>
  fact('line', 'yard/dock', {
    repo: 'yard/dock',
    base: 'main',
    tip: 'd0'.repeat(20),
    backend: 'train',
    batch: 2,
    depth: 2,
    frozen: null,
    trains: [
      {
        id: 't7',
        prs: [163, 160],
        stage: 'testing',
        commit: 'e7'.repeat(20),
        after: null,
        since: NOW - 6 * MINUTE,
      },
      {
        id: 't8',
        prs: [158],
        stage: 'building',
        commit: null,
        after: 't7',
        since: NOW - MINUTE,
      },
    ],
    runMs: 12 * MINUTE,
    pass: 0.9,
    drainMs: 6 * HOUR,
    wouldHaveLanded: 0,
    ...change,
  })

const ride = {
  state: 'testing' as const,
  blocking: 'train t7 is being tested',
  waitsFor: ['its checks'],
}

/** A dock with something in each state. */
export const DOCK: readonly Fact[] = [
  ...FACTORY.filter(({ kind }) => kind !== 'pr'),
  source('dock:yard/dock'),
  line(),
  pr(163, 'Customs proof for every page', { checks: 'pending', createdAt: NOW - 2 * HOUR }),
  docked(163, { ...ride, position: 1, etaMs: 6 * MINUTE, placedAt: NOW - 20 * MINUTE }),
  pr(160, 'Harbour lights in one place', { createdAt: NOW - 3 * HOUR }),
  docked(160, { ...ride, position: 2, etaMs: 6 * MINUTE, marks: ['oversize'] }),
  pr(158, 'Signal gaps are listed'),
  docked(158, {
    state: 'waiting',
    position: 3,
    placedAt: NOW - 25 * MINUTE,
    etaMs: 18 * MINUTE,
    blocking: '2 pull requests ahead',
    engine: 'codex',
    reviewers: [{ by: 'second-eye', engine: 'claude', state: 'approved' }],
    signals: [
      { name: 'checks', verdict: 'pass', datum: '5 checks green' },
      { name: 'review', verdict: 'pass', datum: 'approved by second-eye (claude)' },
    ],
  }),
  pr(155, 'Tide tables by harbour', { reviewDecision: 'REVIEW_REQUIRED', mergeState: 'BLOCKED' }),
  docked(155, {
    blocking: 'review: nobody has approved this head, author lane (codex)',
    waitsFor: ['review'],
    engine: 'codex',
    behind: 2,
    signals: [
      { name: 'checks', verdict: 'pass', datum: '5 checks green' },
      { name: 'review', verdict: 'absent', datum: 'nobody has approved this head' },
    ],
  }),
  pr(151, 'Feature store keeps its history', { mergeState: 'DIRTY', createdAt: NOW - 51 * HOUR }),
  docked(151, {
    state: 'dirty',
    blocking: 'conflicts in src/store/history.ts, src/store/index.ts',
    waitsFor: ['a rebase'],
    dirtyPaths: ['src/store/history.ts', 'src/store/index.ts'],
    dirtySince: NOW - 49 * HOUR,
    conflictsWith: [158, 160],
    behind: 14,
    baseMoves: 9,
    marks: ['old'],
    lanes: ['feature-store'],
    signals: [
      { name: 'conflicts', verdict: 'fail', datum: 'conflicts in src/store/history.ts' },
      { name: 'checks', verdict: 'fail', datum: 'red: unit' },
      { name: 'size', verdict: 'pass', datum: '216 lines in 3 files' },
    ],
  }),
  pr(147, 'Red lights', { mergeState: 'UNSTABLE', checks: 'failing', createdAt: NOW - 30 * HOUR }),
  docked(147, {
    state: 'ejected',
    blocking: 'was red by itself: red: unit',
    waitsFor: ['a new head'],
  }),
]
