/** Rebases at a dock: made of its mirror, asked with each look, told in its facts. */
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { DockRepo } from '../../../state/config.ts'
import type { DockFact } from '../../../state/dock.ts'
import type { PrFact } from '../../../state/facts.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { Line } from '../../engine/queue/line.ts'
import type { RedTold } from '../../engine/queue/red-heads.ts'
import type { RepositoryLook } from './look.ts'
import { newRebaseLanes, type RebaseLanes, type RebaseLanesWorld } from './rebase-lanes.ts'
import { newRebaseQuestions } from './rebase-questions.ts'
import { newRebaser, type Rebaser, type RebaserSeen } from './rebase-runner.ts'
import { rebaseSeen } from './rebase-seen.ts'
import { laneWorld, rebaseWorld } from './rebase-world.ts'
import { subjectsOf } from './subjects.ts'

export interface RebaseDeps {
  repo: DockRepo
  /** Who makes the commits of this console. */
  author: { name: string; email: string }
  journal: Journal
  /** What lands what is in the line, now. */
  backend(): DockRepo['backend']
  /** Open pull requests as GitHub last told of them. */
  pulls(): readonly PrFact[]
  /** Why the line is frozen, and by whom; null when it is not. */
  frozen(): { by: string; reason: string; at: number } | null
  /** Says on a pull request that it was rebased, once for each commit. */
  tellRebased(pr: number, commit: string, text: string): Promise<void>
  /** Starts lanes for what no rule resolves, and tells how they ended. */
  rebaseLane: Pick<RebaseLanesWorld, 'launch' | 'endedFor'>
  now(): number
}

/** What rebases at one dock: by rules, and by lanes where the operator wants them. */
export interface Rebasing {
  /** Null: what is dirty stays so. */
  readonly rebaser: Rebaser | null
  /** Also where none is wanted any more: what an earlier one pushes is compared all the same. */
  readonly lanes: RebaseLanes
}

export function openRebasing(deps: RebaseDeps, mirror: Mirror): Rebasing {
  const { repo, author, journal, now } = deps
  const { base, rebase: mode, rebaseLane } = repo
  const subjects = subjectsOf(repo)
  const questions = newRebaseQuestions({ journal, repo: repo.repo, now })
  const lanes = newRebaseLanes({
    journal,
    subject: subjects.rebaseLanes,
    repo: repo.repo,
    base,
    questions,
    world: { ...laneWorld(mirror), ...deps.rebaseLane },
    now,
  })
  if (mode === 'off') return { rebaser: null, lanes }
  const world = rebaseWorld({ mirror, base, author, tell: deps.tellRebased })
  const byLane = rebaseLane === undefined ? null : lanes
  const how = { mode, questions, lanes: byLane, world }
  return { rebaser: newRebaser({ journal, subject: subjects.rebases, ...how, now }), lanes }
}

type OpenPulls = readonly { number: number; head: string }[]

const headsOf = (open: OpenPulls) => new Map(open.map(({ number, head }) => [number, head]))

/** Before anything boards: what lanes pushed is compared with what they were given. */
export async function compareLanes(
  { lanes }: Rebasing,
  open: OpenPulls,
  tip: string,
): Promise<ReadonlyMap<number, string>> {
  await lanes.look(headsOf(open), tip)
  return lanes.held
}

export const rebaseTrouble = ({ rebaser, lanes }: Rebasing): string | null =>
  rebaser?.trouble ?? lanes.trouble

export interface DirtyLook extends RebaseDeps {
  seen: RepositoryLook
  /** All that are open, as GitHub told with this very look. */
  open: OpenPulls
  line: Line
  /** Numbers of those that may board, in their order. */
  boarding: readonly number[]
  taken: ReadonlySet<number>
  /** Car → what is known of its red run. */
  red: ReadonlyMap<string, RedTold>
  /** Why the line's last landing was refused; null when it was not. */
  refusal: string | null
  at: number
}

export async function rebaseDirty({ rebaser }: Rebasing, look: DirtyLook): Promise<void> {
  if (rebaser === null) return
  const { repo, seen, line, boarding, taken, refusal, at } = look
  const asked = rebaseSeen({
    seen,
    line,
    boarding,
    taken,
    pulls: look.pulls(),
    pushed: rebaser.pushed,
    red: look.red,
    base: repo.base,
    starveMs: repo.starve,
    // One more than ride, so that the next one is ready when they have landed.
    most: repo.batch * repo.depth + 1,
    now: at,
  })
  const stopped = look.frozen()?.reason ?? refusal
  const mayNotBegin =
    look.backend() === 'look'
      ? 'not rebased: nothing lands here by itself'
      : stopped && `not rebased: the line is frozen: ${stopped}`
  const cleanAt = new Map(
    seen.found.flatMap(({ pr, head, dirtyPaths }) =>
      dirtyPaths?.length === 0 ? [[pr, head] as const] : [],
    ),
  )
  const heads = headsOf(look.open)
  const stands: RebaserSeen['stands'] = ({ pr, head, topic }) =>
    heads.get(pr) === head && (topic === 'lost' || cleanAt.get(pr) !== head)
  await rebaser.tick({ ...asked, tip: seen.tip, mayNotBegin, stands })
}

/** What a lane pushed says why it is held; a dirty one how far its rebase is, or why there is none. */
export function withRebase(fact: DockFact, { rebaser, lanes }: Rebasing): DockFact {
  const held = lanes.held.get(fact.number)
  if (held !== undefined) {
    return {
      ...fact,
      state: 'held',
      blocking: held,
      waitsFor: ['a person'],
      position: null,
      etaMs: null,
    }
  }
  const told = rebaser?.told.get(fact.number)
  if (told === undefined || fact.state !== 'dirty') return fact
  return { ...fact, blocking: `${fact.blocking ?? 'it is dirty'}; ${told}` }
}
