/**
 * Files of a pull request, each followed through four trees: where both sides began, the pull
 * request, the branch, and what came of both. Modes, moves and binaries are compared here, whole;
 * only a file that both changed is a matter of its lines.
 */
import type { Entry, FileChange } from '../../../state/tree-change.ts'
import type { Strictness } from './line-loss.ts'

export interface TreeChanges {
  /** From where the pull request left the branch to its head; renames found. */
  readonly pull: readonly FileChange[]
  /** From there to the branch's tip; renames found. */
  readonly tip: readonly FileChange[]
  /** From the tip to the result; renames not looked for. */
  readonly result: readonly FileChange[]
}

/** A file that both changed: its lines tell whether both changes are there. */
export interface Shared {
  readonly base: Entry
  readonly pull: Entry
  readonly tip: Entry
  readonly result: Entry
}

export interface FileLoss {
  readonly path: string
  readonly why: string
}

export interface Followed {
  readonly losses: readonly FileLoss[]
  readonly shared: readonly Shared[]
}

/** What must stand in the result for one file: gone, one object, or the lines of two. */
type Wish =
  | { readonly kind: 'gone' }
  | { readonly kind: 'whole'; readonly entry: Entry }
  | {
      readonly kind: 'lines'
      readonly path: string
      readonly mode: string
      readonly of: Omit<Shared, 'result'>
    }
  | { readonly kind: 'clash'; readonly why: string }

/** `at-least`: somebody resolved it by hand, so that a file of one side may hold more than that. */
export function follow(changes: TreeChanges, strictness: Strictness): Followed {
  const trees = treesOf(changes)
  const losses: FileLoss[] = []
  const shared: Shared[] = []
  const known = new Set<string>()
  for (const change of changes.pull) {
    const track = trackOf(change, trees)
    for (const path of placesOf(track)) known.add(path)
    const judged = judgeTrack(track, trees, strictness)
    if (judged?.kind === 'shared') shared.push(judged.shared)
    else if (judged) losses.push({ path: judged.path, why: judged.why })
  }
  const others = [...trees.result.keys()].filter(path => !known.has(path))
  losses.push(...others.map(path => ({ path, why: 'is changed, and not by the pull request' })))
  return { losses, shared }
}

/** What is at a path; of the tip and the result only where they differ from what was before. */
interface Trees {
  /** By the path that it had. */
  readonly tipOf: ReadonlyMap<string, FileChange>
  readonly atTip: ReadonlyMap<string, Entry>
  readonly result: ReadonlyMap<string, Entry | null>
}

const treesOf = ({ tip, result }: TreeChanges): Trees => ({
  tipOf: new Map(tip.flatMap(one => (one.from ? [[one.from.path, one] as const] : []))),
  atTip: new Map(tip.flatMap(({ to }) => (to ? [[to.path, to] as const] : []))),
  result: new Map(result.map(one => [pathOf(one), one.to])),
})

interface Track {
  readonly base: Entry | null
  readonly pull: Entry | null
  readonly tip: Entry | null
}

function trackOf({ from: base, to: pull }: FileChange, { tipOf, atTip }: Trees): Track {
  if (base === null) return { base, pull, tip: atTip.get(pull?.path ?? '') ?? null }
  const change = tipOf.get(base.path)
  return { base, pull, tip: change ? change.to : base }
}

const placesOf = ({ base, pull, tip }: Track): string[] =>
  [base, pull, tip].flatMap(entry => (entry ? [entry.path] : []))

const pathOf = ({ from, to }: FileChange): string => (to ?? from)?.path ?? ''

type Judged =
  | { readonly kind: 'shared'; readonly shared: Shared }
  | { readonly kind: 'lost'; readonly path: string; readonly why: string }
  | null

function judgeTrack(track: Track, trees: Trees, strictness: Strictness): Judged {
  const { base, pull, tip } = track
  const name = (pull ?? base)?.path ?? ''
  const lost = (why: string, path = name): Judged => ({ kind: 'lost', path, why })
  const wish = wishOf(base, pull, tip)
  if (wish.kind === 'clash') return lost(wish.why)
  const place = placeOf(wish)
  const left = placesOf(track).find(path => path !== place && isLeft(path, track, trees))
  if (left !== undefined) return lost('is still there', left)
  if (place === null) return null
  const result = standing(place, track, trees)
  if (result === null) return lost('is not in the result')
  const mode = wish.kind === 'lines' ? wish.mode : wish.kind === 'whole' ? wish.entry.mode : null
  if (mode !== null && result.mode !== mode) return lost(`has mode ${result.mode}`)
  if (wish.kind === 'lines') return { kind: 'shared', shared: { ...wish.of, result } }
  if (wish.kind !== 'whole' || result.oid === wish.entry.oid) return null
  const { entry } = wish
  if (strictness === 'exact' || !isText(entry)) return lost('is not as the pull request has it')
  // A file of the pull request alone, that whoever resolved it went on with.
  return { kind: 'shared', shared: { base: entry, pull: entry, tip: entry, result } }
}

const placeOf = (wish: Exclude<Wish, { kind: 'clash' }>): string | null => {
  if (wish.kind === 'gone') return null
  return wish.kind === 'whole' ? wish.entry.path : wish.path
}

function standing(path: string, { tip }: Track, { result, atTip }: Trees): Entry | null {
  const seen = result.get(path)
  if (seen !== undefined) return seen
  return tip?.path === path ? tip : (atTip.get(path) ?? null)
}

/** It is where it should be no more, unless the branch has put another file there. */
const isLeft = (path: string, track: Track, trees: Trees): boolean =>
  standing(path, track, trees) !== null && (track.tip?.path === path || !trees.atTip.has(path))

function wishOf(base: Entry | null, pull: Entry | null, tip: Entry | null): Wish {
  if (base === null) {
    if (pull === null) return { kind: 'gone' }
    if (tip === null || isSame(pull, tip)) return { kind: 'whole', entry: pull }
    return { kind: 'clash', why: 'both made a file of that name' }
  }
  if (pull === null) {
    if (tip === null || isSame(base, tip)) return { kind: 'gone' }
    return { kind: 'clash', why: 'the pull request removes it, the branch changed it' }
  }
  if (tip === null) {
    return { kind: 'clash', why: 'the branch removed it, the pull request changes it' }
  }
  const path = either(base.path, pull.path, tip.path)
  const mode = either(base.mode, pull.mode, tip.mode)
  const oid = either(base.oid, pull.oid, tip.oid)
  if (path === null) return { kind: 'clash', why: 'both moved it, each elsewhere' }
  if (mode === null) return { kind: 'clash', why: 'both changed its mode, each to another one' }
  if (oid !== null) return { kind: 'whole', entry: { path, mode, oid } }
  return [base, pull, tip].every(isText)
    ? { kind: 'lines', path, mode, of: { base, pull, tip } }
    : { kind: 'clash', why: 'both changed it, and it has no lines' }
}

/** What one side made of it, or both; null when each made another thing of it. */
function either(base: string, pull: string, tip: string): string | null {
  if (pull === base || pull === tip) return tip
  return tip === base ? pull : null
}

/** A regular file: links and submodules have no lines. */
const isText = ({ mode }: Entry): boolean => mode.startsWith('100')

const isSame = (one: Entry, other: Entry): boolean =>
  one.path === other.path && one.mode === other.mode && one.oid === other.oid
