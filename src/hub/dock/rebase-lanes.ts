/**
 * Lanes that rebase what no rule can. Which head a lane was given is in the journal until what it
 * pushed was compared with that head: until then it does not board. One lane at a time a repository;
 * a push that waits for a person holds up no other.
 */
import * as z from 'zod'
import { GitFault } from '../../../adapters/git/git.ts'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { type Car, carKey } from '../../engine/queue/line.ts'
import { rebaseBrief, rebaseLaneName, whyNoLane } from '../../engine/rebase/brief.ts'
import type { Checked, CheckResult, Loss } from '../../engine/rebase/check.ts'
import type { RebaseQuestions } from './rebase-questions.ts'

const Work = z.object({
  repo: z.string(),
  base: z.string(),
  pr: z.number().int(),
  branch: z.string(),
  head: z.string(),
  tip: z.string(),
  left: z.string(),
  obstacles: z.array(z.object({ path: z.string(), why: z.string() })),
  pullCommits: z.array(z.string()),
  baseCommits: z.array(z.string()),
})
export type Work = z.infer<typeof Work>

/** `launch`: a lane gets it; `await`: what the lane pushes is waited for, and compared. */
const LaneStep = z.object({
  act: z.literal('dock.rebase-lane'),
  do: z.enum(['launch', 'await']),
  work: Work,
})
type LaneStep = z.infer<typeof LaneStep>

export const isRebaseLaneIntent = (row: JournalRow): boolean => LaneStep.safeParse(row.data).success

type Ending =
  | 'running'
  /** No lane, or none that pushed anything. */
  | 'failed'
  | 'left'
  /** What was pushed holds all; or a person took it as it is; or nobody asks any more. */
  | 'whole'
  | 'allowed'
  | 'over'

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

interface Open {
  readonly row: Pick<JournalRow, 'seq'>
  readonly step: LaneStep
}

/** A lane that ended so long ago has pushed what it would. */
const SETTLED_MS = 120_000
const LOOK_BACK = 2_000
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
  const refused = recall(journal, subject)

  const open = (): Open[] =>
    entriesAs(journal.unsettled('intent'), LaneStep).flatMap(({ row, data: step }) =>
      row.subject === subject ? [{ row, step }] : [],
    )

  const intend = (step: LaneStep) => ({
    at: now(),
    kind: 'intent' as const,
    author: 'dock',
    subject,
    text:
      step.do === 'launch'
        ? `give #${step.work.pr} to ${rebaseLaneName(step.work)}: no rule rebases it`
        : `compare what ${rebaseLaneName(step.work)} pushes with ${step.work.head}`,
    data: { ...step },
  })

  const close = ({ row, step }: Open, outcome: Ending, text: string, next?: LaneStep) => {
    const data = { ...step, intent: row.seq, outcome }
    const entry = { at: now(), kind: 'outcome' as const, author: 'dock', subject, text, data }
    const rows = journal.appendAll(next ? [entry, intend(next)] : [entry])
    if (outcome === 'failed' || outcome === 'left') refused.set(carKey(step.work), text)
    return rows
  }

  const launch = async (one: Open): Promise<void> => {
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
  const begin = (one: Open) => {
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
  const judge = async (one: Open, pushed: string, tip: string): Promise<string | null> => {
    const { work } = one.step
    const { pr, head } = work
    const lane = rebaseLaneName(work)
    const car = { pr, head: pushed }
    if (questions.isAllowed(car, 'lost')) {
      close(one, 'allowed', `${pushed} is taken as it is, on a person's word`)
      await world.keep(head, 'let-go')
      return null
    }
    const found = await compare(work, pushed, tip)
    if (found.kind === 'whole') {
      close(one, 'whole', `${pushed} holds all of ${head}: compared with what ${lane} pushed`)
      await world.keep(head, 'let-go')
      return null
    }
    const why = `what ${lane} pushed is not whole: ${found.losses.slice(0, 3).map(tellLoss).join('; ')}`
    const text = `#${pr} was rebased by a lane, and something is lost`
    questions.ask(car, 'lost', { text, why: `${why}; it was ${head}, and is ${pushed}` })
    return why
  }

  const lookAt = async (
    one: Open,
    there: string | undefined,
    tip: string,
  ): Promise<string | null> => {
    const { work } = one.step
    if (there === undefined) {
      close(one, 'over', `#${work.pr} is open no more`)
      await world.keep(work.head, 'let-go')
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
          const text = `#${work.pr} was rebased by a lane, and what it was is gone`
          questions.ask({ pr: work.pr, head: there }, 'lost', { text, why })
        }
        return why
      }
    }
    const lane = rebaseLaneName(work)
    const ended = world.endedFor(lane)
    if (ended !== null && ended > SETTLED_MS) {
      close(one, 'left', `${lane} has ended and pushed nothing`)
      await world.keep(work.head, 'let-go')
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
      begin({ row: journal.append(intend(step)), step })
      return null
    },
  }
}

const tellLoss = ({ path, why }: Loss): string => (path === '' ? why : `${path}: ${why}`)

function recall(journal: Journal, subject: string): Map<string, string> {
  const rows = journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK })
  return new Map(
    entriesAs(rows, LaneStep)
      .filter(({ row: { data } }) => data['outcome'] === 'failed' || data['outcome'] === 'left')
      .map(({ row, data }) => [carKey(data.work), row.text]),
  )
}
