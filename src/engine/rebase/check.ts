/**
 * The check that nothing gets past: all that a pull request changed, and all that landed since it
 * left the branch, is in the result, and no marker of a conflict is.
 */
import type { Edit, FileChange } from '../../../state/tree-change.ts'
import { type LineLoss, lineLoss, type Strictness } from './line-loss.ts'
import { newMarkers } from './markers.ts'
import { follow, type Shared } from './tracks.ts'

/** What a check reads of a repository; names are of commits or trees, and of objects. */
export interface CheckReader {
  changes(from: string, to: string, renames: 'renames' | 'no-renames'): Promise<FileChange[]>
  /** Null when it is binary, or too long to have lines. */
  lines(oid: string): Promise<string[] | null>
  edits(from: string, to: string): Promise<Edit[] | null>
}

export interface Checked {
  readonly base: string
  readonly pull: string
  readonly tip: string
  readonly result: string
}

export interface Loss {
  readonly kind: 'marker' | 'loss'
  readonly path: string
  readonly why: string
}

export type CheckResult =
  /** `files`: of the pull request. `shared`: those that both sides changed, `hunks` of them. */
  | { readonly kind: 'whole'; files: number; shared: number; hunks: number }
  | { readonly kind: 'lost'; readonly losses: readonly Loss[] }

export async function checkLoss(
  { base, pull, tip, result }: Checked,
  reader: CheckReader,
  strictness: Strictness,
): Promise<CheckResult> {
  const ofPull = await reader.changes(base, pull, 'renames')
  const { losses, shared } = follow(
    {
      pull: ofPull,
      tip: await reader.changes(base, tip, 'renames'),
      result: await reader.changes(tip, result, 'no-renames'),
    },
    strictness,
  )
  const found: Loss[] = losses.map(({ path, why }) => ({ kind: 'loss', path, why }))
  let hunks = 0
  for (const one of shared) {
    const judged = await judgeLines(one, reader, strictness)
    if (judged.kind === 'whole') hunks += judged.hunks
    else found.push(...judged.losses)
  }
  return found.length > 0
    ? { kind: 'lost', losses: found }
    : { kind: 'whole', files: ofPull.length, shared: shared.length, hunks }
}

type Judged = { kind: 'whole'; hunks: number } | { kind: 'lost'; losses: Loss[] }

async function judgeLines(
  { base, pull, tip, result }: Shared,
  reader: CheckReader,
  strictness: Strictness,
): Promise<Judged> {
  const { path } = result
  const lost = (kind: Loss['kind'], why: string): Judged => ({
    kind: 'lost',
    losses: [{ kind, path, why }],
  })
  const [baseLines, pullLines, tipLines, resultLines] = [
    await reader.lines(base.oid),
    await reader.lines(pull.oid),
    await reader.lines(tip.oid),
    await reader.lines(result.oid),
  ]
  const [ofPull, ofTip] = [
    await reader.edits(base.oid, pull.oid),
    await reader.edits(base.oid, tip.oid),
  ]
  const isText = baseLines && pullLines && tipLines && resultLines && ofPull && ofTip
  if (!isText) return lost('loss', 'both changed it, and it is binary or too long')
  const markers = newMarkers(resultLines, [pullLines, tipLines])
  if (markers.length > 0) return lost('marker', `a marker of a conflict on line ${markers[0]}`)
  const sides = { base: baseLines, pull: ofPull, tip: ofTip }
  const loss = lineLoss(sides, resultLines, strictness)
  return loss === null ? { kind: 'whole', hunks: ofPull.length } : lost('loss', tellLoss(loss))
}

const SHOWN = 80
const TOLD: Record<LineLoss['side'], string> = {
  pull: 'loses what the pull request did',
  tip: 'loses what landed on the branch',
  clash: 'was changed by both, each in another way',
  extra: 'holds what neither side wrote',
}

const tellLoss = ({ side, line, text }: LineLoss): string =>
  `${TOLD[side]} at line ${line}: ${JSON.stringify(text.trimEnd().slice(0, SHOWN))}`
