/**
 * Lets GitHub's own queue land what passes the gate. Each step is journaled, looked at before and
 * read back after, so that a lost answer or a crash does nothing twice.
 */
import * as z from 'zod'
import { type GithubActs, LookFault } from '../../../adapters/github/acts.ts'
import { type Came, tellCame } from '../../../adapters/github/came.ts'
import type { QueuedPull } from '../../../adapters/github/pull-state.ts'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { outcomeEntry } from '../../../state/journal/outcome.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { type Car, carKey } from '../../engine/queue/line.ts'
import {
  type Entered,
  type NativeSeen,
  type NativeStep,
  planNative,
} from '../../engine/queue/native.ts'
import { StoredCar } from './line-journal.ts'
import { TokenFault } from './pull-steps.ts'

export interface NativeRunner {
  /** The queue as it was read last, in its order. */
  readonly queue: readonly QueuedPull[]
  /** Cars that left it without landing, and why they do not go in again. */
  readonly ejected: readonly { car: Car; why: string }[]
  /** Why the last look came to nothing; null when all went well. */
  readonly trouble: string | null
  /** No car that we put in is in it, as far as is known. */
  readonly isEmpty: boolean
  /** Reads it, and does what is to be done. Rejects with JournalFault alone. */
  tick(seen: Omit<NativeSeen, 'queue' | 'entered' | 'retries'>): Promise<void>
}

export interface NativeRunnerDeps {
  journal: Journal
  subject: string
  base: string
  retries: number
  acts(): Promise<GithubActs>
  /** Null, or why it cannot be told. */
  tellEjected(car: Car, why: string): Promise<string | null>
  now(): number
}

const Intent = z.object({
  act: z.literal('dock.native'),
  do: z.enum(['enqueue', 'dequeue', 'eject']),
  car: StoredCar,
  times: z.number().int().default(0),
})
type Intent = z.infer<typeof Intent>

export const isNativeIntent = (row: JournalRow): boolean => Intent.safeParse(row.data).success

/** Outcomes that are looked through for what went in. */
const LOOK_BACK = 2_000
const LEFT = 'left the queue of GitHub without landing'

export function newNativeRunner(deps: NativeRunnerDeps): NativeRunner {
  const { journal, subject, now } = deps
  let { entered, told } = recall(journal, subject)
  let queue: readonly QueuedPull[] = []
  let ejected: { car: Car; why: string }[] = []
  let trouble: string | null = null
  let hasRead = false

  const close = (row: JournalRow, intent: Intent, outcome: string, text: string) => {
    journal.append(outcomeEntry(row, { outcome, text, data: intent }, now()))
    remember(intent, outcome)
  }
  const remember = (intent: Intent, outcome: string) => {
    const next = learn({ entered, told }, intent, outcome)
    entered = next.entered
    told = next.told
  }
  const intend = (intent: Intent, text: string): JournalRow =>
    journal.append({
      at: now(),
      kind: 'intent',
      author: 'dock',
      subject,
      text,
      data: { ...intent, rule: 'the gate lets it through' },
    })

  const tell = async (row: JournalRow, intent: Intent) => {
    const { car } = intent
    const refused = await deps.tellEjected(car, LEFT)
    const text = refused === null ? `told on #${car.pr}` : `not told on #${car.pr}: ${refused}`
    close(row, intent, 'told', text)
  }

  /** Steps that a dead hub, or a lost answer, left open. */
  const settle = async (acts: GithubActs) => {
    for (const { row, data: intent } of entriesAs(journal.unsettled('intent'), Intent)) {
      if (row.subject !== subject) continue
      if (intent.do === 'eject') {
        await tell(row, intent)
        continue
      }
      const done = await doneBy(acts, intent)
      close(row, intent, done === null ? 'undone' : 'done', done ?? 'not done: it is planned anew')
    }
  }

  const perform = async (acts: GithubActs, step: NativeStep): Promise<Came> => {
    const { car } = step
    const why = step.do === 'dequeue' ? `: ${step.why}` : ''
    const intent: Intent = {
      act: 'dock.native',
      do: step.do,
      car,
      times: step.do === 'enqueue' ? step.times : 0,
    }
    const before = await acts.pull(car.pr)
    if (before.state !== 'open' || before.head !== car.head) return { kind: 'done' }
    const row = intend(intent, `${step.do} #${car.pr} at ${car.head.slice(0, 12)}${why}`)
    const came =
      step.do === 'enqueue'
        ? await acts.enqueue({ id: before.id, head: car.head, jump: false })
        : await acts.dequeue({ id: before.id })
    // What stands there counts, and not what the answer says.
    const done = await doneBy(acts, intent)
    if (done !== null) close(row, intent, 'done', `#${car.pr} ${done}`)
    else if (came.kind === 'refused') close(row, intent, 'failed', tellCame(came))
    else if (came.kind === 'limited') close(row, intent, 'undone', tellCame(came))
    return came
  }

  const eject = async (car: Car) => {
    if (told.has(carKey(car))) return
    const intent: Intent = { act: 'dock.native', do: 'eject', car, times: 0 }
    const row = intend(intent, `eject #${car.pr}: ${LEFT}`)
    await tell(row, intent)
  }

  const turn = async (seen: Parameters<NativeRunner['tick']>[0]) => {
    const acts = await deps.acts()
    await settle(acts)
    const read = async () => {
      const found = await acts.queue(deps.base)
      if (found === null) throw new TokenFault(NO_QUEUE(deps.base))
      queue = found
      hasRead = true
    }
    await read()
    const plan = planNative({ ...seen, queue, entered, retries: deps.retries })
    ejected = plan.ejected.map(car => ({ car, why: LEFT }))
    let refusal: string | null = null
    for (const step of plan.steps) {
      const came = await perform(acts, step)
      if (came.kind === 'refused') refusal ??= `#${step.car.pr}: ${tellCame(came)}`
      if (came.kind !== 'limited') continue
      refusal ??= tellCame(came)
      break
    }
    for (const car of plan.ejected) await eject(car)
    if (plan.steps.length > 0) await read()
    trouble = refusal
  }

  return {
    get queue() {
      return queue
    },
    get ejected() {
      return ejected
    },
    get trouble() {
      return trouble
    },
    get isEmpty() {
      if (!hasRead) return entered.length === 0
      return !queue.some(({ number: pr, head }) =>
        entered.some(({ car }) => carKey(car) === carKey({ pr, head })),
      )
    },
    tick: async seen => {
      try {
        await turn(seen)
      } catch (error) {
        if (!(error instanceof LookFault || error instanceof TokenFault)) throw error
        trouble = error.message
      }
    },
  }
}

/** What the world says of a step; null when it is not done. */
async function doneBy(acts: GithubActs, intent: Intent): Promise<string | null> {
  const pull = await acts.pull(intent.car.pr)
  if (intent.do === 'dequeue') {
    if (pull.state === 'merged') return 'it landed meanwhile'
    return pull.entry === null ? 'is out of the queue' : null
  }
  if (pull.state === 'merged') return `landed as ${pull.landed?.commit ?? '?'}`
  return pull.entry === null ? null : `is in the queue at ${pull.entry.position}`
}

const NO_QUEUE = (base: string): string =>
  `${base} has no merge queue on GitHub: switch one on in its rules, which needs an organization`

interface Known {
  readonly entered: readonly Entered[]
  readonly told: ReadonlySet<string>
}

function learn({ entered, told }: Known, intent: Intent, outcome: unknown): Known {
  const { car, times } = intent
  const others = entered.filter(each => each.car.pr !== car.pr)
  if (intent.do === 'eject') return { entered, told: new Set([...told, carKey(car)]) }
  if (outcome !== 'done') return { entered, told }
  return intent.do === 'enqueue'
    ? { entered: [...others, { car, times }], told }
    : { entered: others, told }
}

function recall(journal: Journal, subject: string): Known {
  const rows = journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK })
  return entriesAs(rows, Intent).reduce<Known>(
    (known, { row, data }) => learn(known, data, row.data['outcome']),
    { entered: [], told: new Set() },
  )
}
