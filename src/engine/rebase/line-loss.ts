/**
 * Whether a merged file holds all that either side did to it. What a machine merged must be the
 * merge of both to the last line; what somebody wrote anew may hold more, but never less.
 */
import { type Piece, piecesOf, type Sides, sameLines } from './chunks.ts'

export interface LineLoss {
  /** Whose lines are not as they must be; `extra`: nobody's lines are there. */
  readonly side: 'pull' | 'tip' | 'clash' | 'extra'
  /** Line of the file before both changes, from 1. */
  readonly line: number
  /** The first of the lines that are missing or extra. */
  readonly text: string
}

/** `exact`: nobody wrote it. `at-least`: somebody did, and may have added to it. */
export type Strictness = 'exact' | 'at-least'

/** The first thing that is wrong; null when nothing is lost. */
export function lineLoss(
  sides: Sides,
  result: readonly string[],
  strictness: Strictness,
): LineLoss | null {
  const pieces = piecesOf(sides)
  const clash = pieces.find(({ kind }) => kind === 'clash')
  if (clash && strictness === 'exact') return lossAt('clash', clash, clash.pull[0])
  const lost =
    missing(pieces, 'pull', result) ??
    missing(pieces, 'tip', result) ??
    tooFew(pieces, result) ??
    unremoved(pieces, result)
  if (lost !== null || strictness === 'at-least') return lost
  const whole = pieces.flatMap(mergedLines)
  if (sameLines(whole, result)) return null
  const index = result.findIndex((line, at) => line !== whole[at])
  return { side: 'extra', line: index + 1, text: result[index] ?? whole.at(-1) ?? '' }
}

/** Of two that add at one place the branch's lines come first. */
const mergedLines = ({ kind, pull, tip }: Piece): readonly string[] =>
  kind === 'both' ? [...tip, ...pull] : pull

/** All lines that one side wants must be there, in their order. */
function missing(
  pieces: readonly Piece[],
  side: 'pull' | 'tip',
  result: readonly string[],
): LineLoss | null {
  let at = 0
  for (const piece of pieces) {
    for (const line of piece[side]) {
      const found = result.indexOf(line, at)
      if (found < 0) return lossAt(piece.kind === 'tip' ? 'tip' : side, piece, line)
      at = found + 1
    }
  }
  return null
}

/** A line that both added counts twice. */
function tooFew(pieces: readonly Piece[], result: readonly string[]): LineLoss | null {
  const there = countOf(result)
  for (const piece of pieces) {
    for (const line of mergedLines(piece)) {
      const left = there.get(line) ?? 0
      if (left === 0) return lossAt(piece.kind === 'tip' ? 'tip' : 'pull', piece, line)
      there.set(line, left - 1)
    }
  }
  return null
}

/** Lines that either side took away must not have come back. */
function unremoved(pieces: readonly Piece[], result: readonly string[]): LineLoss | null {
  const allowed = countOf(pieces.flatMap(piece => [...wanted(piece)]))
  const there = countOf(result)
  for (const piece of pieces) {
    const { kind, removed } = piece
    const back = removed.find(line => (there.get(line) ?? 0) > (allowed.get(line) ?? 0))
    if (back !== undefined) return lossAt(kind === 'tip' ? 'tip' : 'pull', piece, back)
  }
  return null
}

/** Lines of a clash may be either side's. */
const wanted = (piece: Piece): readonly string[] =>
  piece.kind === 'clash' ? [...piece.pull, ...piece.tip] : mergedLines(piece)

function countOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

const lossAt = (side: LineLoss['side'], { at }: Piece, text = ''): LineLoss => ({
  side,
  line: at + 1,
  text,
})
