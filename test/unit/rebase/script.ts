/**
 * A file that two sides changed, written as one script of what each did where: base, both sides and
 * the right merge are read off it, so that no code under test says what is right.
 */
import * as fc from 'fast-check'
import type { Sides } from '../../../src/engine/rebase/chunks.ts'
import type { Edit } from '../../../state/tree-change.ts'

export type Part =
  | { kind: 'kept'; lines: string[] }
  | { kind: 'pull' | 'tip' | 'same'; removed: string[]; added: string[] }
  | { kind: 'both'; pull: string[]; tip: string[] }

/** Few words, so that lines repeat. */
const line = fc.constantFrom('}\n', '\n', 'a\n', 'b\n', 'c\n', '- entry\n', 'x = 1\n')
const lines = fc.array(line, { maxLength: 4 })
const some = fc.array(line, { minLength: 1, maxLength: 4 })

const isReal = ({ removed, added }: { removed: string[]; added: string[] }): boolean =>
  removed.join('') !== added.join('')

const change = (kind: 'pull' | 'tip' | 'same') =>
  fc
    .record({ removed: lines, added: lines })
    .filter(isReal)
    .map(edit => ({ kind, ...edit }))

const part = fc.oneof(
  change('pull'),
  change('tip'),
  change('same'),
  fc
    .record({ pull: some, tip: some })
    .filter(({ pull, tip }) => pull.join('') !== tip.join(''))
    .map(sides => ({ kind: 'both' as const, ...sides })),
)

/** Changes stand apart: what touches is one chunk, and another case. */
export const script: fc.Arbitrary<Part[]> = fc
  .tuple(fc.array(fc.tuple(some, part), { maxLength: 6 }), lines)
  .map(([parts, end]) => [
    ...parts.flatMap(([kept, one]): Part[] => [{ kind: 'kept', lines: kept }, one]),
    { kind: 'kept', lines: end },
  ])

const baseOf = (parts: readonly Part[]): string[] =>
  parts.flatMap(one => {
    if (one.kind === 'kept') return one.lines
    return one.kind === 'both' ? [] : one.removed
  })

export const mergeOf = (parts: readonly Part[]): string[] =>
  parts.flatMap(one => {
    if (one.kind === 'kept') return one.lines
    return one.kind === 'both' ? [...one.tip, ...one.pull] : one.added
  })

export function sidesOf(parts: readonly Part[]): Sides {
  const pull: Edit[] = []
  const tip: Edit[] = []
  let at = 0
  for (const one of parts) {
    if (one.kind === 'kept') {
      at += one.lines.length
    } else if (one.kind === 'both') {
      pull.push({ at, removed: 0, added: one.pull })
      tip.push({ at, removed: 0, added: one.tip })
    } else {
      const edit = { at, removed: one.removed.length, added: one.added }
      if (one.kind !== 'tip') pull.push(edit)
      if (one.kind !== 'pull') tip.push(edit)
      at += edit.removed
    }
  }
  return { base: baseOf(parts), pull, tip }
}
