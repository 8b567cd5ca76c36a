/**
 * What two changes of one file come to, line by line: the pull request's, and what landed on the
 * branch since it left. Where they touch they contest the same lines. Pure.
 */
import type { Edit } from '../../../state/tree-change.ts'

export interface Sides {
  /** The file as both began. */
  readonly base: readonly string[]
  /** What the pull request did to it, in order; edits of one side never touch one another. */
  readonly pull: readonly Edit[]
  /** What landed on the branch meanwhile. */
  readonly tip: readonly Edit[]
}

/** A run of lines of the merged file, and what it is. */
export interface Piece {
  readonly kind: /** Nobody touched them. */
    | 'kept'
    | 'pull'
    | 'tip'
    /** Both did the very same. */
    | 'same'
    /** Both only add lines, at one place. */
    | 'both'
    /** Both changed what was there, each in another way: no rule of ours says what is right. */
    | 'clash'
  /** Line of the base where it begins, from 0. */
  readonly at: number
  /** Lines of the base that go here. */
  readonly removed: readonly string[]
  /** Lines as the pull request wants them; of a clash, those that it added. */
  readonly pull: readonly string[]
  /** Lines as the branch wants them; of a clash, those that it added. */
  readonly tip: readonly string[]
}

export function piecesOf({ base, pull, tip }: Sides): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  const keepTo = (to: number) => {
    const lines = base.slice(at, to)
    if (lines.length > 0) pieces.push({ kind: 'kept', at, removed: [], pull: lines, tip: lines })
    at = Math.max(at, to)
  }
  for (const chunk of chunksOf(pull, tip)) {
    keepTo(chunk.from)
    pieces.push(pieceOf(base, chunk))
    at = chunk.to
  }
  keepTo(base.length)
  return pieces
}

interface Chunk {
  readonly from: number
  readonly to: number
  readonly pull: readonly Edit[]
  readonly tip: readonly Edit[]
}

/** Edits that touch, whoever made them, are one chunk. */
function chunksOf(pull: readonly Edit[], tip: readonly Edit[]): Chunk[] {
  const all = [
    ...pull.map(edit => ({ edit, side: 'pull' as const })),
    ...tip.map(edit => ({ edit, side: 'tip' as const })),
  ].toSorted((a, b) => a.edit.at - b.edit.at)
  const chunks: Chunk[] = []
  for (const { edit, side } of all) {
    const end = edit.at + edit.removed
    const last = chunks.at(-1)
    if (last === undefined || edit.at > last.to) {
      chunks.push({ from: edit.at, to: end, pull: [], tip: [], [side]: [edit] })
    } else {
      chunks[chunks.length - 1] = {
        ...last,
        to: Math.max(last.to, end),
        [side]: [...last[side], edit],
      }
    }
  }
  return chunks
}

function pieceOf(base: readonly string[], chunk: Chunk): Piece {
  const { from: at, to } = chunk
  const [pull, tip] = [applied(base, chunk, chunk.pull), applied(base, chunk, chunk.tip)]
  const removed = base.slice(at, to)
  if (chunk.tip.length === 0) return { kind: 'pull', at, removed, pull, tip: pull }
  if (chunk.pull.length === 0) return { kind: 'tip', at, removed, pull: tip, tip }
  if (sameLines(pull, tip)) return { kind: 'same', at, removed, pull, tip }
  if (at === to) return { kind: 'both', at, removed, pull, tip }
  return { kind: 'clash', at, removed, pull: addedBy(chunk.pull), tip: addedBy(chunk.tip) }
}

/** Lines of a chunk once the edits of one side are done. */
function applied(
  base: readonly string[],
  { from, to }: Pick<Chunk, 'from' | 'to'>,
  edits: readonly Edit[],
): string[] {
  const lines: string[] = []
  let at = from
  for (const edit of edits) {
    lines.push(...base.slice(at, edit.at), ...edit.added)
    at = edit.at + edit.removed
  }
  return [...lines, ...base.slice(at, to)]
}

const addedBy = (edits: readonly Edit[]): string[] => edits.flatMap(({ added }) => added)

export const sameLines = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((line, index) => line === other[index])
