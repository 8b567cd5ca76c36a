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
import { type Replayer, replay } from '../../engine/rebase/replay.ts'
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

const movedText = (branch: string, there: string | undefined): string =>
  there === undefined ? `${branch} is gone` : `${branch} is at ${there} now: that stays`

function replayerOf({ git, dir, treeOf, commit }: Mirror, author: Person): Replayer {
  return {
    changes: (from, to, renames) => changesBetween(git, from, to, renames),
    lines: oid => linesOf(git, oid),
    edits: (from, to) => editsBetween(git, from, to),
    mergeBases: (one, other) => mergeBases(git, one, other),
    commitsOf: (tip, head) => commitsOf(git, tip, head),
    treeOf,
    mergeTrees: (from, ours, theirs) => mergeThree(git, from, ours, theirs),
    linesAt: async (tree, path) => {
      // Paths are bytes here as well; an argument is text.
      const name = `${tree}:${Buffer.from(path, 'latin1').toString('utf8')}`
      const found = await git.attempt(['rev-parse', '--verify', '-q', name], { env: PLAIN })
      return found.code === 0 ? await linesOf(git, found.stdout.trim()) : null
    },
    withFiles: (tree, files) => treeWith(git, dir, tree, files),
    copyCommit: (from, onto) => copyCommit(git, from, { ...onto, committer: author }),
    commit: ({ at, ...plan }) => commit({ ...plan, author: { ...author, at } }),
  }
}
