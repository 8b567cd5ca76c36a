/** Rebases at a dock: made of its mirror, asked with each look, told in its facts. */
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { DockRepo } from '../../../state/config.ts'
import type { DockFact } from '../../../state/dock.ts'
import type { PrFact } from '../../../state/facts.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { Car, Line } from '../../engine/queue/line.ts'
import { subjectOf } from './line-journal.ts'
import type { RepositoryLook } from './look.ts'
import { newRebaseQuestions } from './rebase-questions.ts'
import { newRebaser, type Rebaser } from './rebase-runner.ts'
import { rebaseSeen } from './rebase-seen.ts'
import { rebaseWorld } from './rebase-world.ts'

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
  now(): number
}

/** Null when what is dirty is to stay so. */
export function openRebaser(deps: RebaseDeps, mirror: Mirror): Rebaser | null {
  const { repo, author, journal, now } = deps
  const { base, rebase: mode } = repo
  if (mode === 'off') return null
  const world = rebaseWorld({ mirror, base, author, tell: deps.tellRebased })
  return newRebaser({
    journal,
    subject: `${subjectOf(repo.repo, base)} rebase`,
    mode,
    questions: newRebaseQuestions({ journal, repo: repo.repo, now }),
    world,
    now,
  })
}

export interface DirtyLook extends RebaseDeps {
  seen: RepositoryLook
  /** All that are open, as GitHub told with this very look. */
  open: readonly { number: number; head: string }[]
  line: Line
  /** Numbers of those that may board, in their order. */
  boarding: readonly number[]
  taken: ReadonlySet<number>
  /** Why the line's last landing was refused; null when it was not. */
  refusal: string | null
  at: number
}

export async function rebaseDirty(rebaser: Rebaser | null, look: DirtyLook): Promise<void> {
  if (rebaser === null) return
  const { repo, seen, line, boarding, taken, refusal, at } = look
  const asked = rebaseSeen({
    seen,
    line,
    boarding,
    taken,
    pulls: look.pulls(),
    pushed: rebaser.pushed,
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
  const heads = new Map(look.open.map(({ number, head }) => [number, head]))
  const isStill = ({ pr, head }: Car) => heads.get(pr) === head && cleanAt.get(pr) !== head
  await rebaser.tick({ ...asked, tip: seen.tip, mayNotBegin, isStill })
}

/** A dirty one tells how far its rebase is, or why there is none. */
export function withRebase(fact: DockFact, rebaser: Rebaser | null): DockFact {
  const told = rebaser?.told.get(fact.number)
  if (told === undefined || fact.state !== 'dirty') return fact
  return { ...fact, blocking: `${fact.blocking ?? 'it is dirty'}; ${told}` }
}
