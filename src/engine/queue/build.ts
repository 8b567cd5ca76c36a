/** What the commit of a train is made of. The first parents of the branch are tested commits alone. */
import type { Train } from './line.ts'

export interface BuildPlan {
  readonly train: Train
  /** What it stands on. */
  readonly base: string
  /** When it was planned, in ms: the same plan makes the same commit. */
  readonly at: number
  /** Titles of pull requests, for the messages. */
  readonly titles: ReadonlyMap<number, string>
}

/** What git does for a train: merges without a worktree, and commits. */
export interface Builder {
  merge(ours: string, theirs: string): Promise<{ tree: string; conflicts: readonly string[] }>
  commit(plan: {
    tree: string
    parents: readonly string[]
    message: string
    at: number
  }): Promise<string>
}

export type Built =
  | { kind: 'built'; commit: string; tree: string }
  | { kind: 'unbuildable'; pr: number; why: string }

const SHOWN_PATHS = 5

/**
 * Merges one car after the other. Several cars get one commit on top whose first parent is the
 * base: so nobody who walks the branch by first parents meets a tree that was not tested.
 */
export async function buildTrain(plan: BuildPlan, git: Builder): Promise<Built> {
  const { train, base, at, titles } = plan
  const { cars } = train.group
  let head = base
  let tree = ''
  for (const { pr, head: theirs } of cars) {
    const merged = await git.merge(head, theirs)
    if (merged.conflicts.length > 0) {
      const paths = merged.conflicts.slice(0, SHOWN_PATHS).join(', ')
      return { kind: 'unbuildable', pr, why: `conflicts in ${paths}` }
    }
    tree = merged.tree
    const message = messageOf(`Merge pull request #${pr}`, titles.get(pr), train)
    head = await git.commit({ tree, parents: [head, theirs], message, at })
  }
  if (cars.length > 1) {
    const numbers = cars.map(({ pr }) => `#${pr}`).join(', ')
    const titled = cars.map(({ pr }) => `#${pr} ${titles.get(pr) ?? ''}`.trim()).join('\n')
    const message = messageOf(`Land ${numbers} together`, titled, train)
    head = await git.commit({ tree, parents: [base, head], message, at })
  }
  return { kind: 'built', commit: head, tree }
}

/** The trailer makes every train's commit one of its own: a run that is tried again has its own checks. */
const messageOf = (subject: string, body: string | undefined, { id }: Train): string =>
  [subject, body ?? '', `Dock-Train: ${id}`].filter(part => part !== '').join('\n\n')
