/**
 * The world of a line over its mirror: trains are built there, tested, and the branch is moved to
 * the very commit that was tested.
 */
import type { Mirror } from '../../../adapters/git/mirror.ts'
import { buildTrain } from '../../engine/queue/build.ts'
import type { Car } from '../../engine/queue/line.ts'
import type { Landing, LineWorld } from './line-runner.ts'
import type { TrainTests } from './train-tests.ts'

export interface GitWorldDeps {
  mirror: Mirror
  /** The branch that it lands on. */
  base: string
  /** Who makes its commits. */
  author: { name: string; email: string }
  titles(): ReadonlyMap<number, string>
  tests: TrainTests
  /** Says on the pull request why it left; said once however often it is asked. */
  tellEjected(car: Car, why: string): Promise<string | null>
}

export function gitWorld(deps: GitWorldDeps): LineWorld {
  const { mirror, base, tests } = deps

  /** Whether the branch holds that commit, as a tip that was tested or under one. */
  const holds = async (tip: string | undefined, commit: string): Promise<boolean> =>
    tip === commit || (tip !== undefined && (await mirror.isAncestor(commit, tip)))

  return {
    build: (train, from, at) =>
      buildTrain(
        { train, base: from, at, titles: deps.titles() },
        {
          merge: async (ours, theirs) => {
            const [merge] = await mirror.merge([[ours, theirs]])
            return merge ?? { tree: '', conflicts: ['?'] }
          },
          commit: ({ at: date, ...plan }) =>
            mirror.commit({ ...plan, author: { ...deps.author, at: date } }),
        },
      ),

    startTest: tests.start,
    verdict: tests.verdict,
    cancel: async train => {
      await mirror.fetch()
      await tests.drop(train)
    },

    land: async (train, from, commit, tree): Promise<Landing> => {
      await mirror.fetch()
      if (!(await mirror.has(commit))) {
        return { kind: 'not-landed', why: `its commit ${commit} is lost` }
      }
      const before = (await mirror.branches()).get(base)
      if (!(await holds(before, commit))) {
        if (before !== from) return { kind: 'not-landed', why: `${base} was moved meanwhile` }
        const heads = await mirror.pullHeads()
        const moved = train.group.cars.find(({ pr, head }) => heads.get(pr) !== head)
        if (moved) return { kind: 'not-landed', why: `#${moved.pr} was pushed to meanwhile` }
        const pushed = await mirror.push(base, commit, from)
        if (pushed.kind === 'refused') return { kind: 'refused', why: pushed.message }
        if (pushed.kind === 'raced') return { kind: 'not-landed', why: pushed.message }
        await mirror.fetch()
      }
      const after = (await mirror.branches()).get(base)
      const landed = await mirror.treeOf(commit)
      if (!(await holds(after, commit)) || landed !== tree) {
        return { kind: 'refused', why: `${base} does not hold ${commit} with the tested tree` }
      }
      await tests.drop(train)
      return { kind: 'landed', commit, tree: landed }
    },

    tellEjected: deps.tellEjected,
  }
}
