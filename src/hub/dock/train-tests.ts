/** How the commit of a train is tested: by the checks that run on a branch of ours, or in a box. */
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { Train } from '../../engine/queue/line.ts'

export interface Verdict {
  isGreen: boolean
  /** Empty when it is green. */
  why: string
}

/** Each may be asked again for what was done already, and then does nothing. */
export interface TrainTests {
  /** `lost`: the mirror was damaged and made anew, without what was only built in it. */
  start(train: Train, commit: string): Promise<'begun' | 'lost'>
  /** Null while they run. */
  verdict(train: Train, commit: string): Promise<Verdict | null>
  /** Ends them, and takes away what they needed, as far as the mirror knows of it. */
  drop(train: Train): Promise<void>
}

/** Branches of ours: the repository's checks must run on them. */
const trainBranch = (base: string, { id }: Pick<Train, 'id'>): string => `dockmaster/${base}/${id}`

export interface BranchTestsDeps {
  mirror: Mirror
  base: string
  /** What the checks that count say of a train's commit; null while that is not known. */
  verdict(train: Train, commit: string): Promise<Verdict | null>
}

export const branchTests = ({ mirror, base, verdict }: BranchTestsDeps): TrainTests => ({
  start: async (train, commit) => {
    const branch = trainBranch(base, train)
    await mirror.fetch()
    const there = (await mirror.branches()).get(branch) ?? null
    if (there === commit) return 'begun'
    if (!(await mirror.has(commit))) return 'lost'
    const pushed = await mirror.push(branch, commit, there)
    if (pushed.kind !== 'pushed') throw new Error(`${branch} was not pushed: ${pushed.message}`)
    return 'begun'
  },
  verdict,
  drop: async train => {
    const branch = trainBranch(base, train)
    const there = (await mirror.branches()).get(branch)
    if (there !== undefined) await mirror.deleteBranch(branch, there)
  },
})

/** Removes branches of trains that none of these are: what another console left. Rejects with GitFault. */
export async function sweepTrains(
  mirror: Pick<Mirror, 'branches' | 'deleteBranch'>,
  base: string,
  trains: readonly Pick<Train, 'id'>[],
): Promise<void> {
  const kept = new Set(trains.map(train => trainBranch(base, train)))
  const under = trainBranch(base, { id: '' })
  for (const [branch, commit] of await mirror.branches()) {
    if (branch.startsWith(under) && !kept.has(branch)) await mirror.deleteBranch(branch, commit)
  }
}
