/**
 * Runs one line: tells it what the world says, does what it then wants, journals both. Every step
 * looks at the world first, so one that was cut off is simply done again: by the next tick, or by
 * the next hub.
 */
import PQueue from 'p-queue'
import { JournalFault } from '../../../state/journal/fault.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalEntry } from '../../../state/journal-entry.ts'
import { advance } from '../../engine/queue/advance.ts'
import type { Built } from '../../engine/queue/build.ts'
import type {
  Car,
  Line,
  LineEvent,
  LineStep,
  Seen,
  Stage,
  Strategy,
  Train,
} from '../../engine/queue/line.ts'
import { type OpenStep, readLine, stepEntries, stepOutcome, withLine } from './line-journal.ts'
import { newTries } from './tries.ts'

export type Landing =
  | { kind: 'landed'; commit: string; tree: string }
  /** The world moved: it is built and tested again. */
  | { kind: 'not-landed'; why: string }
  /** Nobody but a person can change that: the line stops. */
  | { kind: 'refused'; why: string }

/** The world that a line acts on. Each may be asked again for what was done already, and then does nothing. */
export interface LineWorld {
  /** `base`: what the train stands on. The same `at` makes the same commit. */
  build(train: Train, base: string, at: number): Promise<Built>
  /** `lost`: that commit is nowhere any more. */
  startTest(train: Train, commit: string): Promise<'begun' | 'lost'>
  /** Null while its checks run. */
  verdict(train: Train, commit: string): Promise<{ isGreen: boolean; why: string } | null>
  cancel(train: Train): Promise<void>
  land(train: Train, from: string, commit: string, tree: string): Promise<Landing>
  /** Null, or why it cannot be told. */
  tellEjected(car: Car, why: string): Promise<string | null>
}

export interface LineRunner {
  readonly line: Line
  /** Nothing rides, waits or is still to be done. */
  readonly isIdle: boolean
  /** Why the last step came to nothing; null when all went well. */
  readonly trouble: string | null
  /** The landing was refused: nothing boards until somebody has looked. */
  readonly refusal: string | null
  /** Tells what was seen, asks for verdicts, does all that is to be done. Never rejects. */
  tick(seen: Seen): Promise<void>
  /** Lets a line go on whose landing was refused. */
  goOn(): void
}

export interface LineRunnerDeps {
  journal: Journal
  subject: string
  strategy: Strategy
  world: LineWorld
  now(): number
}

type TrainStep = 'build' | 'test' | 'land'

/** What came of a step, for the journal and for the line. */
interface Came {
  outcome: string
  data: JournalEntry['data']
  event: LineEvent | null
}

export function newLineRunner(deps: LineRunnerDeps): LineRunner {
  const { journal, subject, strategy, world, now } = deps
  const turns = new PQueue({ concurrency: 1 })
  const stored = readLine(journal, subject)
  let line = stored.line
  let open: OpenStep[] = [...stored.open]
  let trouble: string | null = null
  let refusal: string | null = null
  let seen: Seen | null = null
  /** Steps of this hub's life that need not be looked at again. */
  const done = new Set<string>()
  const tries = newTries(now)

  /** Moves the line; what it wants next is on record, with what came of the step that moved it. */
  const apply = (event: LineEvent, closing: JournalEntry[] = []) => {
    if (seen === null) return
    const known = refusal === null ? seen : { ...seen, isFrozen: true }
    const moved = advance(line, event, known, strategy)
    const rows = journal.appendAll([
      ...(moved.steps.length === 0 ? closing.map(entry => withLine(entry, moved.line)) : closing),
      ...stepEntries(subject, moved.line, moved.steps, now()),
    ])
    const intents = rows.slice(closing.length)
    line = moved.line
    open = [...open, ...moved.steps.flatMap((step, index) => openOf(step, intents[index]))]
  }

  const closeOf = (intent: OpenStep, outcome: string, data?: JournalEntry['data']) => {
    open = open.filter(other => other !== intent)
    return [stepOutcome(subject, intent.row.seq, outcome, now(), data)]
  }

  /** What each step of a train comes to; null when it cannot be done yet. */
  const doing: Record<TrainStep, (train: Train, at: number) => Promise<Came | null>> = {
    build: async (train, at) => {
      const base = baseOf(line, train)
      if (base === null) return null
      const built = await world.build(train, base, at)
      const outcome =
        built.kind === 'built' ? `${train.id} is ${built.commit}` : `#${built.pr}: ${built.why}`
      return { outcome, data: { ...built }, event: { ...built, train: train.id } }
    },
    test: async train => {
      const commit = commitOf(train) ?? ''
      if ((await world.startTest(train, commit)) === 'lost') {
        const why = `its commit ${commit} is lost`
        return { outcome: why, data: {}, event: { kind: 'not-landed', train: train.id, why } }
      }
      return { outcome: `checks of ${train.id} run on ${commit}`, data: {}, event: null }
    },
    land: async train => {
      const { stage } = train
      if (stage.kind !== 'landing' || line.tip === null) return null
      const came = await world.land(train, line.tip, stage.commit, stage.tree)
      if (came.kind === 'landed') {
        const { commit, tree } = came
        const outcome = `landed ${commit}, its tree is the tested one`
        const cars = train.group.cars.map(({ pr, head }) => ({ pr, head }))
        return { outcome, data: { commit, tree, cars }, event: { kind: 'landed', train: train.id } }
      }
      if (came.kind === 'refused') refusal = came.why
      const { why } = came
      const event = { kind: 'not-landed', train: train.id, why } as const
      return { outcome: `not landed: ${why}`, data: {}, event }
    },
  }

  /** Does one step; the event that came of it moves the line. False when it must wait. */
  const perform = async (intent: OpenStep): Promise<boolean> => {
    const { step, row } = intent
    if (step.do === 'eject') {
      const refused = await world.tellEjected(step.car, step.why)
      const told = `told on #${step.car.pr}`
      journal.appendAll(closeOf(intent, refused === null ? told : `not ${told}: ${refused}`))
      return true
    }
    const { train } = step
    if (step.do === 'cancel') {
      await world.cancel(train)
      journal.appendAll(closeOf(intent, `${train.id} is cancelled`))
      return true
    }
    const current = line.trains.find(({ id }) => id === train.id)
    if (current?.stage.kind !== STAGE_OF[step.do]) {
      journal.appendAll(closeOf(intent, `not done: ${train.id} is past it`))
      return true
    }
    const came = await doing[step.do](current, row.at)
    if (came === null) return false
    const closing = closeOf(intent, came.outcome, came.data)
    if (came.event === null) journal.appendAll(closing)
    else apply(came.event, closing)
    return true
  }

  /** One that fails holds up nothing but what stands on it. */
  const performAll = async () => {
    const waiting = new Set<OpenStep>()
    for (;;) {
      const next = open.find(intent => !waiting.has(intent) && tries.mayTry(intent.row.seq))
      if (next === undefined) break
      try {
        if (next.step.do !== 'eject') done.add(keyOf(next.step.train, next.step.do))
        if (!(await perform(next))) waiting.add(next)
        tries.worked(next.row.seq)
      } catch (error) {
        if (error instanceof JournalFault) throw error
        waiting.add(next)
        tries.failed(next.row.seq, messageOf(error))
      }
    }
    trouble = tries.trouble()
  }

  /** Steps that the stages of the line ask for and nobody has under way: a hub died between. */
  const adopt = () => {
    const missing = line.trains.flatMap((train): LineStep[] => {
      const wanted = STEP_OF[train.stage.kind]
      if (wanted === null) return []
      const key = keyOf(train, wanted)
      const isOpen = open.some(
        ({ step }) => step.do !== 'eject' && keyOf(step.train, step.do) === key,
      )
      return isOpen || done.has(key) ? [] : [{ do: wanted, train }]
    })
    const rows = journal.appendAll(stepEntries(subject, line, missing, now()))
    open = [...open, ...missing.flatMap((step, index) => openOf(step, rows[index]))]
  }

  const askVerdicts = async () => {
    for (const train of line.trains) {
      if (train.stage.kind !== 'testing') continue
      const verdict = await world.verdict(train, train.stage.commit)
      if (verdict !== null) apply({ kind: 'verdict', train: train.id, ...verdict })
    }
  }

  const turn = async (look: Seen) => {
    seen = look
    try {
      apply(look)
      adopt()
      await performAll()
      await askVerdicts()
      await performAll()
    } catch (error) {
      trouble = messageOf(error)
    }
  }

  return {
    get line() {
      return line
    },
    get isIdle() {
      return open.length + line.trains.length + line.waiting.length === 0
    },
    get trouble() {
      return trouble
    },
    get refusal() {
      return refusal
    },
    tick: look => turns.add(() => turn(look)),
    goOn: () => {
      refusal = null
    },
  }
}

/** The stage that a train must be in for a step to make sense. */
const STAGE_OF: Record<TrainStep, Stage['kind']> = {
  build: 'building',
  test: 'testing',
  land: 'landing',
}

/** What must be under way, or have been done, for a train in that stage. */
const STEP_OF: Record<Stage['kind'], TrainStep | null> = {
  building: 'build',
  testing: 'test',
  green: null,
  red: null,
  landing: 'land',
}

const openOf = (step: LineStep, row: OpenStep['row'] | undefined): OpenStep[] =>
  row === undefined ? [] : [{ step, row }]

const keyOf = ({ id }: Train, what: string): string => `${id} ${what}`

const commitOf = ({ stage }: Train): string | null => ('commit' in stage ? stage.commit : null)

/** What a train stands on: the commit of the one before it, or the branch; null while there is none. */
function baseOf(line: Line, { after }: Train): string | null {
  const before = line.trains.find(({ id }) => id === after)
  return before === undefined ? line.tip : commitOf(before)
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
