/** Which checks of a commit count, and what they come to. What is missing is never green. */
import type { Check } from './input.ts'

export type ChecksSay =
  /** `oldest` and `newest`: when the first and the last of them ended, in ms of GitHub's clock. */
  | {
      readonly kind: 'green'
      readonly count: number
      readonly oldest: number
      readonly newest: number
    }
  | { readonly kind: 'red'; readonly names: readonly string[] }
  | { readonly kind: 'running'; readonly names: readonly string[] }
  | { readonly kind: 'missing'; readonly names: readonly string[] }
  /** None ran, and none is named. */
  | { readonly kind: 'none' }

/** `wanted`: names that count; none: every check that ran on the commit. */
export function judgeChecks(
  all: readonly Check[],
  wanted: readonly string[],
  commit: string,
): ChecksSay {
  const here = all.filter(check => check.commit === commit)
  const names = [...new Set(wanted.length > 0 ? wanted : here.map(({ name }) => name))]
  if (names.length === 0) return { kind: 'none' }
  const counted = names.flatMap(name => worst(here.filter(check => check.name === name)))
  const red = counted.filter(({ state }) => state === 'failed')
  if (red.length > 0) return { kind: 'red', names: red.map(({ name }) => name) }
  const missing = names.filter(name => !counted.some(check => check.name === name))
  if (missing.length > 0) return { kind: 'missing', names: missing }
  const running = counted.filter(({ state, at }) => state === 'pending' || at === null)
  if (running.length > 0) return { kind: 'running', names: running.map(({ name }) => name) }
  const ends = counted.map(({ at }) => at ?? 0)
  return {
    kind: 'green',
    count: counted.length,
    oldest: Math.min(...ends),
    newest: Math.max(...ends),
  }
}

const RANK: Record<Check['state'], number> = { passed: 0, pending: 1, failed: 2 }
/** What passed at no known time has not ended. */
const rank = ({ state, at }: Check): number =>
  state === 'passed' && at === null ? RANK.pending : RANK[state]

/** Two runs of one name: the worse one counts. */
const worst = (same: readonly Check[]): Check[] =>
  same.toSorted((one, other) => rank(other) - rank(one)).slice(0, 1)

/**
 * What must be green on a commit of ours: the checks that are named, else all that ran on the heads
 * that it holds. A run that has not begun everything yet is not done.
 */
export const wantedOfTrain = (
  named: readonly string[],
  heads: readonly (readonly Check[])[],
): string[] =>
  named.length > 0 ? [...named] : [...new Set(heads.flat().map(({ name }) => name))].toSorted()
