/**
 * Lanes that rebase what no rule can. Which head a lane was given is in the journal until what it
 * pushed was compared with that head: until then it does not board. One lane at a time a repository;
 * a push that waits for a person holds up no other.
 */
import { GitFault } from '../../../adapters/git/git.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { outcomeEntry } from '../../../state/journal/outcome.ts'
import { type Car, carKey } from '../../engine/queue/line.ts'
import { rebaseBrief, rebaseLaneName, whyNoLane } from '../../engine/rebase/brief.ts'
import type { Checked, CheckResult, Loss } from '../../engine/rebase/check.ts'
import {
  isRefusal,
  type LaneOutcome,
  type LaneStep,
  laneIntent,
  laneRefusals,
  type OpenLane,
  openLanes,
  type Work,
} from './rebase-lane-journal.ts'
import type { RebaseQuestions } from './rebase-questions.ts'

export type Launched =
  | { readonly kind: 'begun' }
  | { readonly kind: 'refused'; readonly why: string }
  /** The host did not tell: it is asked again. */
  | { readonly kind: 'unknown'; readonly why: string }

export interface RebaseLanesWorld {
  /** Starts it, or finds it started: the same brief is launched once. */
  launch(name: string, brief: string): Promise<Launched>
  /** Since when a lane of that name has ended, in ms; null: it lives, or is not known. */
  endedFor(name: string): number | null
  /** What both sides did to these paths. */
  sides(car: Car, tip: string, paths: readonly string[]): Promise<Sides>
  /** Keeps a commit that no branch holds any more, until it is let go. */
  keep(commit: string, wish: 'hold' | 'let-go'): Promise<void>
  has(commit: string): Promise<boolean>
  check(checked: Checked): Promise<CheckResult>
  mergeBase(one: string, other: string): Promise<string>
}

export type Sides = Pick<Work, 'left' | 'pullCommits' | 'baseCommits'>

export interface LaneCar extends Car {
  readonly branch: string
  readonly tip: string
  readonly obstacles: readonly { readonly path: string; readonly why: string }[]
}

export interface RebaseLanes {
  /** Number → why it must not board: what a lane pushed is not known to hold all. */
  readonly held: ReadonlyMap<number, string>
  /** Why the last launch came to nothing; null when all went well. */
  readonly trouble: string | null
  /** Which lane has it in hand; null when none has. */
  inHand(pr: number): string | null
  /** Compares what was pushed. `open`: number → head, of all that are open. */
  look(open: ReadonlyMap<number, string>, tip: string): Promise<void>
  /** Gives it to a lane: null when one has it or will; else why none takes it. */
  take(car: LaneCar): Promise<string | null>
}

export interface RebaseLanesDeps {
  journal: Journal
  subject: string
  repo: string
  base: string
  questions: RebaseQuestions
  world: RebaseLanesWorld
  now(): number
}

/** A lane that ended so long ago has pushed what it would. */
const SETTLED_MS = 120_000
/** Conflicts that a brief names. */
const MOST_TOLD = 50

export function newRebaseLanes(deps: RebaseLanesDeps): RebaseLanes {
  const { journal, subject, questions, world, now } = deps
  let held: ReadonlyMap<number, string> = new Map()
  const launching = new Set<number>()
  let trouble: string | null = null
  /** What was pushed, and what the comparison found; a commit never changes. */
  const compared = new Map<string, CheckResult>()
  /** Cars that no lane takes once more, and why. */
  const refused = laneRefusals(journal, subject)

  const open = () => openLanes(journal, subject)

  const close = ({ row, step }: OpenLane, outcome: LaneOutcome, text: string, next?: LaneStep) => {
    const entry = outcomeEntry(row, { outcome, text, data: step }, now())
    journal.appendAll(next ? [entry, laneIntent(subject, next, now())] : [entry])
    if (isRefusal(outcome)) refused.set(carKey(step.work), text)
  }

  /** Nothing is compared with what it was any more. */
  const end = async (one: OpenLane, outcome: LaneOutcome, text: string) => {
    close(one, outcome, text)
    await world.keep(one.step.work.head, 'let-go')
  }

  const launch = async (one: OpenLane): Promise<void> => {
    const { work } = one.step
    trouble = null
    const came = await world.launch(rebaseLaneName(work), rebaseBrief(work))
    if (came.kind === 'begun') {
      close(one, 'running', `${rebaseLaneName(work)} has it`, { ...one.step, do: 'await' })
    } else if (came.kind === 'refused') {
      close(one, 'failed', `no lane takes it: ${came.why}`)
    } else {
      trouble = `rebase: no lane yet: ${came.why}`
    }
  }

  /** Beside the look, which must not wait for a host. */
  const begin = (one: OpenLane) => {
    const { seq } = one.row
    if (launching.has(seq)) return
    launching.add(seq)
    void launch(one)
      .catch((error: unknown) => {
        // It stays open, and the next look tries it again.
        trouble = `rebase: ${error instanceof Error ? error.message : String(error)}`
      })
      .finally(() => launching.delete(seq))
  }

  const compare = async ({ head, left }: Work, pushed: string, tip: string) => {
    const known = compared.get(pushed)
    if (known) return known
    const onto = await world.mergeBase(pushed, tip)
    const found = await world.check({ base: left, pull: head, tip: onto, result: pushed })
    compared.set(pushed, found)
    return found
  }

  /** Why it must not board; null when it may. */
  const judge = async (one: OpenLane, pushed: string, tip: string): Promise<string | null> => {
    const { work } = one.step
    const { pr, head } = work
    const lane = rebaseLaneName(work)
    const car = { pr, head: pushed }
    if (questions.isAllowed(car, 'lost')) {
      await end(one, 'allowed', `${pushed} is taken as it is, on a person's word`)
      return null
    }
    const found = await compare(work, pushed, tip)
    if (found.kind === 'whole') {
      await end(one, 'whole', `${pushed} holds all of ${head}: compared with what ${lane} pushed`)
      return null
    }
    const why = `what ${lane} pushed is not whole: ${found.losses.slice(0, 3).map(tellLoss).join('; ')}`
    questions.ask(car, 'lost', `${why}; it was ${head}, and is ${pushed}`)
    return why
  }

  const lookAt = async (
    one: OpenLane,
    there: string | undefined,
    tip: string,
  ): Promise<string | null> => {
    const { work } = one.step
    if (there === undefined) {
      await end(one, 'over', `#${work.pr} is open no more`)
      return null
    }
    if (there !== work.head) {
      try {
        return await judge(one, there, tip)
      } catch (error) {
        if (!(error instanceof GitFault)) throw error
        const why = `what was pushed is not compared: ${error.message}`
        // Without what it was nobody but a person can tell.
        if (!(await world.has(work.head))) {
          questions.ask({ pr: work.pr, head: there }, 'lost', `${why}; what it was is gone`)
        }
        return why
      }
    }
    const lane = rebaseLaneName(work)
    const ended = world.endedFor(lane)
    if (ended !== null && ended > SETTLED_MS) {
      await end(one, 'left', `${lane} has ended and pushed nothing`)
    }
    return null
  }

  return {
    get held() {
      return held
    },
    get trouble() {
      return trouble
    },
    inHand: pr => {
      const one = open().find(({ step }) => step.work.pr === pr)
      return one ? `${rebaseLaneName(one.step.work)} rebases it` : null
    },
    look: async (heads, tip) => {
      const found = new Map<number, string>()
      for (const one of open()) {
        const { pr, head } = one.step.work
        const there = heads.get(pr)
        // What is just begun has its own end; what a dead hub left is begun once more.
        if (launching.has(one.row.seq)) continue
        if (one.step.do === 'launch' && there === head) {
          begin(one)
          continue
        }
        const why = await lookAt(one, there, tip)
        if (why !== null) found.set(pr, why)
      }
      held = found
    },
    take: async ({ obstacles, ...car }) => {
      const why = refused.get(carKey(car)) ?? whyNoLane({ branch: car.branch, base: deps.base })
      if (why !== null) return why
      // One at a time, the next look asks again; who waits for a person's word is none.
      if (open().some(({ step }) => !held.has(step.work.pr))) return null
      const { pr, head, branch, tip } = car
      const paths = obstacles.map(({ path }) => path)
      const sides = await world.sides(car, tip, paths)
      const { repo, base } = deps
      const told = obstacles.slice(0, MOST_TOLD)
      const work: Work = { repo, base, pr, branch, head, tip, ...sides, obstacles: told }
      await world.keep(head, 'hold')
      const step: LaneStep = { act: 'dock.rebase-lane', do: 'launch', work }
      begin({ row: journal.append(laneIntent(subject, step, now())), step })
      return null
    },
  }
}

const tellLoss = ({ path, why }: Loss): string => (path === '' ? why : `${path}: ${why}`)
