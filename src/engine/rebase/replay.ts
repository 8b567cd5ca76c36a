/**
 * Brings a pull request onto the branch's tip, without a worktree: its commits one by one, or, where
 * those cannot be, by merging the branch into it. What came of it is checked before it is handed
 * back: nothing that either side did is lost.
 */
import type { Builder } from '../queue/build.ts'
import { type CheckReader, type CheckResult, checkLoss, type Loss } from './check.ts'
import { keepBoth, type Labels } from './keep-both.ts'

/** A path that git could not merge; `stages`: base 1, ours 2, theirs 3, of those that have it. */
export interface Conflict {
  readonly path: string
  readonly stages: readonly {
    readonly stage: number
    readonly mode: string
    readonly oid: string
  }[]
}

export interface MergedTree extends Labels {
  /** With conflicts it holds their markers, in the diff3 style. */
  readonly tree: string
  readonly conflicts: readonly Conflict[]
}

export interface NewFile {
  readonly path: string
  readonly mode: string
  readonly lines: readonly string[]
}

export interface PullCommit {
  readonly commit: string
  readonly parents: readonly string[]
}

/** What git does for it. Nothing of it moves a branch. */
export interface Replayer extends CheckReader, Pick<Builder, 'commit'> {
  mergeBases(one: string, other: string): Promise<string[]>
  /** Commits of `head` that `tip` lacks, the oldest first. */
  commitsOf(tip: string, head: string): Promise<PullCommit[]>
  treeOf(commit: string): Promise<string>
  /** Merges two trees that both came from `base`. */
  mergeTrees(base: string, ours: string, theirs: string): Promise<MergedTree>
  /** Null when it is no file that has lines. */
  linesAt(tree: string, path: string): Promise<string[] | null>
  withFiles(tree: string, files: readonly NewFile[]): Promise<string>
  /** The same author, date and message, on another parent. */
  copyCommit(commit: string, onto: { tree: string; parent: string; at: number }): Promise<string>
}

export interface ReplayPlan {
  readonly head: string
  readonly tip: string
  /** Names of the branches, for the message of a merge. */
  readonly branch: string
  readonly base: string
  /** When it was planned, in ms: the same plan makes the same commit. */
  readonly at: number
}

export type Replayed =
  | {
      readonly kind: 'replayed'
      /** Each commit anew, or one that merges the branch in. */
      readonly how: 'commits' | 'merge'
      readonly commit: string
      readonly tree: string
      /** Files where both sides were kept. */
      readonly bothKept: readonly string[]
      readonly files: number
      readonly hunks: number
    }
  /** All that it changes is in the branch. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'stuck'; readonly losses: readonly Obstacle[] }

export interface Obstacle extends Omit<Loss, 'kind'> {
  readonly kind: Loss['kind'] | 'conflict' | 'history'
}

/** More are not replayed one by one. */
const MOST_COMMITS = 50
/** More are no append that everybody makes. */
const MOST_CONFLICTS = 100

export async function replay(plan: ReplayPlan, git: Replayer): Promise<Replayed> {
  const { head, tip } = plan
  const [base, ...others] = await git.mergeBases(tip, head)
  if (base === undefined) return stuck('history', '', 'it shares no commit with the branch')
  if (others.length > 0) return stuck('history', '', 'it was merged with the branch crosswise')
  const commits = await git.commitsOf(tip, head)
  const isStraight =
    commits.length <= MOST_COMMITS && commits.every(({ parents }) => parents.length === 1)
  const oneByOne = isStraight ? await replayCommits(plan, commits, git) : null
  if (oneByOne?.kind === 'made') {
    const checked = await judge(plan, base, oneByOne, git)
    if (checked.kind !== 'stuck') return checked
  }
  const merged = await mergeIn(plan, base, git)
  return merged.kind === 'made' ? await judge(plan, base, merged, git) : merged
}

interface Made {
  readonly kind: 'made'
  readonly how: 'commits' | 'merge'
  readonly commit: string
  readonly tree: string
  readonly bothKept: readonly string[]
}

type Making = Made | Extract<Replayed, { kind: 'stuck' }>

async function judge(
  { head: pull, tip }: ReplayPlan,
  base: string,
  { how, commit, tree, bothKept }: Made,
  git: Replayer,
): Promise<Replayed> {
  if (tree === (await git.treeOf(tip))) return { kind: 'empty' }
  const check: CheckResult = await checkLoss({ base, pull, tip, result: tree }, git, 'exact')
  if (check.kind === 'lost') return { kind: 'stuck', losses: check.losses }
  const { files, hunks } = check
  return { kind: 'replayed', how, commit, tree, bothKept, files, hunks }
}

async function replayCommits(
  { tip, at }: ReplayPlan,
  commits: readonly PullCommit[],
  git: Replayer,
): Promise<Making> {
  const bothKept = new Set<string>()
  let [commit, tree] = [tip, await git.treeOf(tip)]
  for (const { commit: theirs, parents } of commits) {
    const [parent = ''] = parents
    const [before, after] = [await git.treeOf(parent), await git.treeOf(theirs)]
    const merged = await resolve(await git.mergeTrees(before, tree, after), git)
    if (merged.kind === 'stuck') return merged
    for (const path of merged.bothKept) bothKept.add(path)
    // One whose change is in the branch already would be empty.
    if (merged.tree === tree && before !== after) continue
    tree = merged.tree
    commit = await git.copyCommit(theirs, { tree, parent: commit, at })
  }
  return { kind: 'made', how: 'commits', commit, tree, bothKept: [...bothKept] }
}

async function mergeIn(plan: ReplayPlan, base: string, git: Replayer): Promise<Making> {
  const { head, tip, at } = plan
  const [before, ours, theirs] = [
    await git.treeOf(base),
    await git.treeOf(tip),
    await git.treeOf(head),
  ]
  const merged = await resolve(await git.mergeTrees(before, ours, theirs), git)
  if (merged.kind === 'stuck') return merged
  const { tree, bothKept } = merged
  const message = `Merge ${plan.base} into ${plan.branch}\n`
  const commit = await git.commit({ tree, parents: [head, tip], message, at })
  return { kind: 'made', how: 'merge', commit, tree, bothKept }
}

type Resolved =
  | { kind: 'resolved'; tree: string; bothKept: readonly string[] }
  | Extract<Replayed, { kind: 'stuck' }>

/** Keeps both where both only add; anything else is nobody's to guess. */
async function resolve(merged: MergedTree, git: Replayer): Promise<Resolved> {
  const { tree, conflicts, ...labels } = merged
  if (conflicts.length === 0) return { kind: 'resolved', tree, bothKept: [] }
  if (conflicts.length > MOST_CONFLICTS) {
    return stuck('conflict', '', `${conflicts.length} files conflict`)
  }
  const files: NewFile[] = []
  const left: Obstacle[] = []
  for (const { path, stages } of conflicts) {
    const mode = modeOf(stages)
    const lines = mode === null ? null : await git.linesAt(tree, path)
    const kept = lines === null ? null : keepBoth(lines, labels)
    const leave = (why: string) => left.push({ kind: 'conflict', path, why })
    if (mode === null) leave(sidesOf(stages))
    else if (lines === null) leave('both changed it, and it has no lines')
    else if (kept === null) leave('both changed the same lines')
    else files.push({ path, mode, lines: kept })
  }
  if (left.length > 0) return { kind: 'stuck', losses: left }
  const bothKept = files.map(({ path }) => path)
  return { kind: 'resolved', tree: await git.withFiles(tree, files), bothKept }
}

/** The mode of a regular file that all three have, as the one that changed it has it; else null. */
function modeOf(stages: Conflict['stages']): string | null {
  const [base, ours, theirs] = [1, 2, 3].map(wanted => stages.find(({ stage }) => stage === wanted))
  if (!base || !ours || !theirs) return null
  const mode = ours.mode === base.mode ? theirs.mode : ours.mode
  const isOne = mode === theirs.mode || theirs.mode === base.mode
  return isOne && stages.every(each => each.mode.startsWith('100')) ? mode : null
}

/** Names of the sides that have it, by stage. */
const SIDES: Readonly<Record<number, string>> = { 1: 'base', 2: 'branch', 3: 'pull request' }

const sidesOf = (stages: Conflict['stages']): string =>
  stages.length === 3
    ? 'both changed what it is'
    : `only in ${stages.map(({ stage }) => SIDES[stage] ?? '?').join(' and ')}`

const stuck = (
  kind: Obstacle['kind'],
  path: string,
  why: string,
): Extract<Replayed, { kind: 'stuck' }> => ({
  kind: 'stuck',
  losses: [{ kind, path, why }],
})
