/**
 * What git tells of heads beside the tip. It is asked once, and again when one of them moves: a
 * look at a dock where nothing did starts no process for any of them.
 */
import { changesOfLines, linesOf } from '../../../adapters/git/diff.ts'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import { pathText } from '../../../state/tree-change.ts'
import type { GateInput } from '../../engine/gate/input.ts'
import { MARKER_PATTERN, newMarkers } from '../../engine/rebase/markers.ts'

export interface Measured {
  /** Paths that it changes since it left the branch. */
  readonly paths: readonly string[]
  /** Names what it changes; null when that is nothing. */
  readonly patchId: string | null
  /** Paths in conflict with the tip. */
  readonly dirtyPaths: readonly string[]
  /** Paths in which it leaves markers of a conflict that the branch does not have there. */
  readonly markedPaths: readonly string[]
  /** Commits that the tip lacks, and that it lacks of the tip. */
  readonly ahead: number
  readonly behind: number
  readonly compaction: GateInput['compaction']
}

export interface Measure {
  /** By head. `flag`: path of the compaction flag; null: there is none. Rejects with GitFault. */
  heads(
    tip: string,
    heads: readonly string[],
    flag: string | null,
  ): Promise<ReadonlyMap<string, Measured>>
  /** Landings up to the tip after an instant in ms. Rejects with GitFault. */
  landingsSince(tip: string, at: number): Promise<number>
}

export function newMeasure(mirror: Mirror): Measure {
  let knownTip = ''
  let known: ReadonlyMap<string, Measured> = new Map()
  let landings = { tip: '', since: new Map<number, number>() }

  const changesOf = async (tip: string, head: string) => ({
    paths: await mirror.changedPaths(tip, head),
    patchId: await mirror.patchId(tip, head),
    markedPaths: await pathsWithMarkers(mirror, tip, head),
  })

  return {
    heads: async (tip, heads, flag) => {
      const wanted = new Set(heads)
      const asked = [...wanted].filter(head => tip !== knownTip || !known.has(head))
      const merges = await mirror.merge(asked.map(head => [tip, head]))
      const found = new Map<string, Measured>()
      for (const [index, { conflicts: dirtyPaths }] of merges.entries()) {
        const head = asked[index] ?? ''
        const apart = await mirror.apart(tip, head)
        const before = known.get(head)
        // Once some of its commits have landed it changes less.
        const changes = before?.ahead === apart.ahead ? before : await changesOf(tip, head)
        const { paths, patchId, markedPaths } = changes
        const compaction = await compactionOf(mirror, flag, tip, head)
        found.set(head, { paths, patchId, markedPaths, dirtyPaths, ...apart, compaction })
      }
      known = new Map([...known, ...found].filter(([head]) => wanted.has(head)))
      knownTip = tip
      return known
    },
    landingsSince: async (tip, at) => {
      if (landings.tip !== tip) landings = { tip, since: new Map() }
      const { since } = landings
      const count = since.get(at) ?? (await mirror.landingsSince(tip, at))
      since.set(at, count)
      return count
    },
  }
}

/** What is too long to be read by lines may hold them too. */
async function pathsWithMarkers({ git }: Mirror, tip: string, head: string): Promise<string[]> {
  const marked: string[] = []
  for (const { from, to } of await changesOfLines(git, tip, head, MARKER_PATTERN)) {
    if (to === null) continue
    const after = await linesOf(git, to.oid)
    const before = from === null ? [] : ((await linesOf(git, from.oid)) ?? [])
    if (after === null || newMarkers(after, [before]).length > 0) marked.push(pathText(to.path))
  }
  return marked
}

/** The flag covers what came before it: a commit after the one that wrote it is not covered. */
async function compactionOf(
  mirror: Mirror,
  flag: string | null,
  tip: string,
  head: string,
): Promise<GateInput['compaction']> {
  if (flag === null) return 'missing'
  const wrote = await mirror.lastCommitOf(head, flag, tip)
  if (wrote === null) return 'missing'
  return wrote === head ? 'fresh' : 'stale'
}
