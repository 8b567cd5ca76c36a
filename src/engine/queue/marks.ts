/** What stands out about a change: too large, too old, or all surface while it, or its issue, speaks of a contract. */
import picomatch from 'picomatch'
import type { MARKS } from '../../../state/dock.ts'

export interface Marked {
  readonly title: string
  readonly body: string
  /** Of the issues that its landing closes. */
  readonly issues: readonly { readonly title: string; readonly body: string }[]
  readonly paths: readonly string[]
  readonly lines: number
  readonly createdAt: number
}

export interface MarkRules {
  readonly now: number
  readonly maxLines: number
  readonly maxFiles: number
  readonly maxAgeMs: number
}

type Mark = (typeof MARKS)[number]

/** What only shows or tells. */
const isSurface = picomatch(
  [
    '**/*.{md,mdx,txt,css,scss,less,svg,png,jpg,html,tsx,jsx,vue,svelte}',
    'docs/**',
    '**/{components,pages,views,styles,public,assets}/**',
  ],
  { dot: true },
)

/** Words of something that other code relies on. */
const CONTRACT =
  /\b(api|contract|endpoint|graphql|interface|migration|openapi|protocol|schema)s?\b/i

const MARKERS: readonly [Mark, (change: Marked, rules: MarkRules) => boolean][] = [
  [
    'oversize',
    ({ lines, paths }, { maxLines, maxFiles }) => lines > maxLines || paths.length > maxFiles,
  ],
  ['old', ({ createdAt }, { now, maxAgeMs }) => now - createdAt > maxAgeMs],
  [
    'surface-only',
    ({ paths, ...change }) =>
      paths.length > 0 &&
      [change, ...change.issues].some(({ title, body }) => CONTRACT.test(`${title}\n${body}`)) &&
      paths.every(path => isSurface(path)),
  ],
]

export const marksOf = (change: Marked, rules: MarkRules): Mark[] =>
  MARKERS.filter(([, isMarked]) => isMarked(change, rules)).map(([mark]) => mark)

/** Of those that change the very same, the one to keep: approved before not, then the oldest. */
export function duplicatesOf(
  changes: readonly { pr: number; patchId: string | null; isApproved: boolean }[],
): Map<number, number> {
  const kept = new Map<string, number>()
  const duplicates = new Map<number, number>()
  const sorted = changes.toSorted(
    (a, b) => Number(b.isApproved) - Number(a.isApproved) || a.pr - b.pr,
  )
  for (const { pr, patchId } of sorted) {
    if (patchId === null) continue
    const keep = kept.get(patchId)
    if (keep === undefined) kept.set(patchId, pr)
    else duplicates.set(pr, keep)
  }
  return duplicates
}
