/** The world of a rebase over the mirror: commits are made there, and pushed over the head that was read. */
import { changesBetween, editsBetween, linesOf, PLAIN } from '../../../adapters/git/diff.ts'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import { landedAs } from '../../../adapters/git/patch-id.ts'
import {
  commitsOf,
  copyCommit,
  mergeBases,
  mergeThree,
  type Person,
  treeWith,
} from '../../../adapters/git/replay.ts'
import { pathText } from '../../../state/tree-change.ts'
import { type CheckReader, checkLoss } from '../../engine/rebase/check.ts'
import { type Replayer, replay } from '../../engine/rebase/replay.ts'
import type { RebaseLanesWorld } from './rebase-lanes.ts'
import type { RebaseWorld } from './rebase-runner.ts'

export interface RebaseWorldDeps {
  mirror: Mirror
  /** The branch that pull requests land on. */
  base: string
  /** Who makes the commits anew. */
  author: Person
  /** Says it on the pull request, once. */
  tell(pr: number, commit: string, text: string): Promise<void>
}

export function rebaseWorld({ mirror, base, author, tell }: RebaseWorldDeps): RebaseWorld {
  const git = replayerOf(mirror, author)
  return {
    replay: async plan => {
      // Merged once more its lines would stand there twice, where both sides only add.
      const landed = await landedAs(mirror.git, plan.tip, plan.head)
      return landed === null ? await replay({ ...plan, base }, git) : { kind: 'empty' }
    },
    isChanged: async (from, to, paths) => {
      const changed = await git.changes(from, to, 'no-renames')
      const wanted = new Set(paths)
      return changed.some(one => [one.from, one.to].some(each => each && wanted.has(each.path)))
    },
    push: async ({ branch, head, commit }) => {
      await mirror.fetch()
      const before = (await mirror.branches()).get(branch)
      if (before !== commit) {
        if (before !== head) return { kind: 'raced', message: movedText(branch, before) }
        const pushed = await mirror.push(branch, commit, head)
        if (pushed.kind !== 'pushed') return pushed
        await mirror.fetch()
      }
      const after = (await mirror.branches()).get(branch)
      return after === commit
        ? { kind: 'pushed' }
        : { kind: 'raced', message: movedText(branch, after) }
    },
    tell,
  }
}

/** Commits that a brief names of one side. */
const MOST_COMMITS = 20

/** What is read and kept for lanes that rebase. */
export function laneWorld(mirror: Mirror): Omit<RebaseLanesWorld, 'launch' | 'endedFor'> {
  const { git } = mirror
  const mergeBase = (one: string, other: string) => git.run(['merge-base', one, other])
  const commits = async (from: string, to: string, paths: readonly string[]) => {
    const args = ['rev-list', `-${MOST_COMMITS}`, `${from}..${to}`, '--', ...paths]
    const told = await git.run(args, { env: { ...PLAIN, GIT_LITERAL_PATHSPECS: '1' } })
    return told.split('\n').filter(line => line !== '')
  }
  return {
    mergeBase,
    sides: async ({ head }, tip, paths) => {
      const left = await mergeBase(tip, head)
      return {
        left,
        pullCommits: await commits(left, head, paths),
        baseCommits: await commits(left, tip, paths),
      }
    },
    keep: async (commit, wish) => {
      const ref = `refs/dockmaster/kept/${commit}`
      await git.run(['update-ref', ...(wish === 'hold' ? [ref, commit] : ['-d', ref])])
    },
    has: mirror.has,
    check: checked => checkLoss(checked, readerOf(mirror), 'at-least'),
  }
}

const movedText = (branch: string, there: string | undefined): string =>
  there === undefined ? `${branch} is gone` : `${branch} is at ${there} now: that stays`

const readerOf = ({ git }: Mirror): CheckReader => ({
  changes: (from, to, renames) => changesBetween(git, from, to, renames),
  lines: oid => linesOf(git, oid),
  edits: (from, to) => editsBetween(git, from, to),
})

function replayerOf(mirror: Mirror, author: Person): Replayer {
  const { git, dir, treeOf, commit } = mirror
  return {
    ...readerOf(mirror),
    mergeBases: (one, other) => mergeBases(git, one, other),
    commitsOf: (tip, head) => commitsOf(git, tip, head),
    treeOf,
    mergeTrees: (from, ours, theirs) => mergeThree(git, from, ours, theirs),
    linesAt: async (tree, path) => {
      // Paths are bytes here as well; an argument is text.
      const name = `${tree}:${pathText(path)}`
      const found = await git.attempt(['rev-parse', '--verify', '-q', name], { env: PLAIN })
      return found.code === 0 ? await linesOf(git, found.stdout.trim()) : null
    },
    withFiles: (tree, files) => treeWith(git, dir, tree, files),
    copyCommit: (from, onto) => copyCommit(git, from, { ...onto, committer: author }),
    commit: ({ at, ...plan }) => commit({ ...plan, author: { ...author, at } }),
  }
}
