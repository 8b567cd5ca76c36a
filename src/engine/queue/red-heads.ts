/**
 * Red pull requests: whose run is worth another try, and what its runs say of it. A flake costs one
 * more run; what is red again is so on its merits, and stays where it is until its author pushes. Pure.
 */
import type { PrFact } from '../../../state/facts.ts'
import type { Found } from './describe.ts'
import type { Car } from './line.ts'

export interface RedHead extends Car {
  /** What would hold it were it green; null when nothing would. */
  readonly besides: string | null
}

/** A run of checks on one commit, as its last attempt stands. */
export interface CommitRun {
  readonly id: number
  /** From 1. */
  readonly attempt: number
  readonly state: 'running' | 'failed' | 'ended'
  /** Its page. */
  readonly url: string
}

/** What is known of a red head. */
export interface RedTold {
  /** Only its author turns it; else its run is tried again first. */
  readonly isSettled: boolean
  readonly why: string
}

type Seen = Pick<Found, 'pr' | 'head' | 'gate' | 'dirtyPaths' | 'duplicateOf'>
type Pull = Pick<PrFact, 'checks' | 'isDraft'>

/** `ours`: number → what we rebased it to. What is dirty else is rebased and tested anew. */
export const redHeads = (
  found: readonly Seen[],
  pulls: ReadonlyMap<number, Pull>,
  ours: ReadonlyMap<number, { readonly commit: string }>,
): RedHead[] =>
  found.flatMap(one => {
    const { pr, head, dirtyPaths } = one
    const isJudged = dirtyPaths?.length === 0 || ours.get(pr)?.commit === head
    return isJudged && isRed(one, pulls.get(pr)) ? [{ pr, head, besides: besidesOf(one) }] : []
  })

const isRed = ({ gate }: Seen, pull: Pull | undefined): boolean =>
  pull?.checks === 'failing' &&
  !pull.isDraft &&
  gate.signals.some(({ name, verdict }) => name === 'checks' && verdict === 'fail')

/** Another run, or a rebase after it, turns these. */
const TURNS = new Set(['checks', 'conflicts'])

function besidesOf({ gate, duplicateOf }: Seen): string | null {
  if (duplicateOf !== null) return `it changes the same as #${duplicateOf}`
  const held = gate.signals.find(({ name, verdict }) => verdict !== 'pass' && !TURNS.has(name))
  return held === undefined ? null : `${held.name}: ${held.datum}`
}

export type RunsSay =
  | { readonly kind: 'again'; readonly runs: readonly CommitRun[] }
  | { readonly kind: 'running' }
  /** None has failed: what is red is not GitHub Actions', or has ended since it was looked at. */
  | { readonly kind: 'none' }
  | { readonly kind: 'settled'; readonly why: string }

/** `retries`: red runs that one head is forgiven. */
export function judgeRuns(runs: readonly CommitRun[], retries: number): RunsSay {
  const failed = runs.filter(({ state }) => state === 'failed')
  const spent = failed.filter(({ attempt }) => attempt > retries)
  if (spent.length > 0) return { kind: 'settled', why: spent.map(tellRun).join('; ') }
  if (failed.length > 0) return { kind: 'again', runs: failed }
  return { kind: runs.some(({ state }) => state === 'running') ? 'running' : 'none' }
}

const tellRun = ({ id, attempt, url }: CommitRun): string =>
  `run ${id} is red at attempt ${attempt}: ${url}`
