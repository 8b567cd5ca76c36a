/**
 * Brings the model to where git is: heads that moved, branches that went, pull requests whose head
 * the base now holds, and a run for whatever is new.
 */
import type { Repository } from '../git/repository.ts'
import type { Ci, CiPlan, Verdict } from './ci.ts'
import { isOpen, type Pull } from './pull.ts'

export interface SyncState {
  readonly git: Repository
  readonly ci: Ci
  readonly pulls: readonly Pull[]
  /** Branch → commit, as last seen. */
  heads: ReadonlyMap<string, string>
  /** Base → its tip up to which landings were noted. */
  readonly bases: Map<string, string>
  /** Number → commit, of the refs that were written. */
  readonly pullRefs: Map<number, string>
  /** Commit → who brought it by a push. */
  readonly pushers: Map<string, string>
  readonly plan: Pick<CiPlan, 'on' | 'isRed' | 'flake'>
  /** A base was moved: what was known of merging into it is not known any more. */
  forget(): void
  now(): number
}

export async function synchronize(state: SyncState): Promise<void> {
  const before = state.heads
  const after = await state.git.heads()
  const moved = [...after].filter(([branch, sha]) => before.get(branch) !== sha)
  const runs: [branch: string, sha: string, verdict: Verdict][] = []
  for (const [branch, sha] of moved) {
    if (state.plan.on(branch)) runs.push([branch, sha, await verdictOf(state, sha)])
  }
  state.heads = after
  for (const branch of before.keys()) if (!after.has(branch)) state.ci.branchGone(branch)
  for (const run of runs) state.ci.enqueue(...run)
  moveHeads(state)
  await writePullRefs(state)
  await noteLandings(state)
  closeHeadless(state)
}

const verdictOf = async ({ git, plan }: SyncState, sha: string): Promise<Verdict> =>
  (await plan.isRed(git, sha)) || plan.flake() ? 'fail' : 'pass'

/** Whether a run that has ended runs once more. */
export async function rerun(state: SyncState, id: number): Promise<boolean> {
  const run = state.ci.runs().find(one => one.id === id)
  return run !== undefined && state.ci.rerun(run, await verdictOf(state, run.sha)) !== null
}

function moveHeads({ pulls, heads, now }: SyncState): void {
  for (const pull of pulls.filter(isOpen)) {
    const head = heads.get(pull.branch)
    if (head === undefined || head === pull.headSha) continue
    pull.headSha = head
    pull.updatedAt = now()
  }
}

/** `refs/pull/N/head` outlives its branch, as GitHub's does. */
export async function writePullRefs({ git, pulls, pullRefs }: SyncState): Promise<void> {
  const moved = pulls.filter(({ number, headSha }) => pullRefs.get(number) !== headSha)
  await git.setRefs(new Map(moved.map(pull => [`refs/pull/${pull.number}/head`, pull.headSha])))
  for (const { number, headSha } of moved) pullRefs.set(number, headSha)
}

async function noteLandings(state: SyncState): Promise<void> {
  const { git, heads, pulls, bases } = state
  for (const base of new Set(pulls.filter(isOpen).map(pull => pull.base))) {
    const [from, to] = [bases.get(base), heads.get(base)]
    if (from === to || to === undefined) continue
    state.forget()
    if (from === undefined) {
      bases.set(base, to)
      continue
    }
    const brought = new Set(await git.between(from, to))
    const held = pulls.filter(
      pull => isOpen(pull) && pull.base === base && brought.has(pull.headSha),
    )
    const landings =
      held.length === 0 ? [] : (await git.between(from, to, 'first-parent')).toReversed()
    for (const pull of held) {
      const sha = await firstThatHolds(git, landings, pull.headSha)
      const by = state.pushers.get(to) ?? pull.author
      pull.updatedAt = state.now()
      pull.landed = { sha: sha ?? to, at: pull.updatedAt, by }
    }
    bases.set(base, to)
  }
}

/** The landing by which a head came in: the earliest that holds it. */
async function firstThatHolds(
  git: Repository,
  landings: readonly string[],
  head: string,
): Promise<string | null> {
  for (const landing of landings) {
    if (landing === head || (await git.isAncestor(head, landing))) return landing
  }
  return null
}

/** A pull request whose branch was deleted is closed. */
function closeHeadless({ pulls, heads, now }: SyncState): void {
  for (const pull of pulls) {
    if (!isOpen(pull) || heads.has(pull.branch)) continue
    pull.closedAt = now()
    pull.updatedAt = pull.closedAt
  }
}
