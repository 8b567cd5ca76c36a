/**
 * Runs what is red once more, as often as a head is forgiven: the flake of its own run would hold a
 * good pull request for ever. Each try is on record; GitHub counts attempts, so it is asked before
 * and after, and none is begun twice.
 */
import * as z from 'zod'
import { type GithubActs, LookFault } from '../../../adapters/github/acts.ts'
import { tellCame } from '../../../adapters/github/came.ts'
import { type EntryAs, entriesAs } from '../../../state/journal/entries-as.ts'
import { JournalFault } from '../../../state/journal/fault.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { outcomeEntry } from '../../../state/journal/outcome.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { type Car, carKey, sameCar } from '../../engine/queue/line.ts'
import {
  type CommitRun,
  judgeRuns,
  type RedHead,
  type RedTold,
} from '../../engine/queue/red-heads.ts'
import { TokenFault } from './pull-steps.ts'
import { short } from './rebase-journal.ts'

const RerunStep = z.object({
  act: z.literal('dock.rerun'),
  pr: z.number().int(),
  head: z.string(),
  run: z.number().int(),
  /** The one that was red. */
  attempt: z.number().int(),
})
type RerunStep = z.infer<typeof RerunStep>

export const isRerunIntent = (row: JournalRow): boolean => RerunStep.safeParse(row.data).success

export interface RedSeen {
  readonly reds: readonly RedHead[]
  /** Whose checks are not done. */
  readonly pending: readonly Car[]
}

export interface RedRuns {
  /** Car, as `carKey` names it → what is known of its red run. */
  readonly told: ReadonlyMap<string, RedTold>
  /** Why the last look came to nothing; null when all went well. */
  readonly trouble: string | null
  /** Rejects with JournalFault. */
  tick(seen: RedSeen): Promise<void>
}

export interface RedRunsDeps {
  journal: Journal
  subject: string
  /** Red runs that one head is forgiven. */
  retries: number
  /** Most of them under way at once: as many as there are runners. */
  most: number
  /** Rejects with TokenFault. */
  acts(): Promise<Pick<GithubActs, 'runsOf' | 'rerun'>>
  now(): number
}

type OpenRerun = EntryAs<RerunStep>

type Outcome = 'begun' | 'refused' | 'past'

/** Outcomes that are looked through: what is older than them has long ended. */
const LOOK_BACK = 2_000

export function newRedRuns(deps: RedRunsDeps): RedRuns {
  const { journal, subject, retries, most, now } = deps
  /** Begun by us, by car. */
  const begun = new Set(
    entriesAs(journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK }), RerunStep).flatMap(
      ({ row, data: step }) => (row.data['outcome'] === 'begun' ? [carKey(step)] : []),
    ),
  )
  /** What is red on its merits, or cannot be run again, by car. */
  const settled = new Map<string, string>()
  /** Red, and without a failed run, by car. */
  const runless = new Set<string>()
  let told: ReadonlyMap<string, RedTold> = new Map()
  let trouble: string | null = null

  const opened = (): OpenRerun[] =>
    entriesAs(journal.unsettled('intent'), RerunStep).filter(({ row }) => row.subject === subject)

  const intend = (step: RerunStep): OpenRerun => {
    const { pr, head, run, attempt } = step
    const text = `run the checks of #${pr} at ${short(head)} again: run ${run} is red at attempt ${attempt}`
    const entry = { kind: 'intent' as const, author: 'dock', subject, text, data: { ...step } }
    return { row: journal.append({ at: now(), ...entry }), data: step }
  }

  const close = ({ row, data: step }: OpenRerun, outcome: Outcome, text: string): void => {
    journal.append(outcomeEntry(row, { outcome, text, data: { ...step } }, now()))
    if (outcome === 'begun') begun.add(carKey(step))
    if (outcome === 'refused') settled.set(carKey(step), text)
  }

  /** Closes what GitHub shows as begun; false while it shows nothing. */
  const isSeen = (open: OpenRerun, runs: readonly CommitRun[]): boolean => {
    const { run: id, attempt } = open.data
    const run = runs.find(one => one.id === id)
    if (run === undefined || (run.attempt === attempt && run.state !== 'running')) return false
    close(open, 'begun', `run ${id} is at attempt ${run.attempt}`)
    return true
  }

  const send = async (open: OpenRerun): Promise<void> => {
    const { run, head } = open.data
    const acts = await deps.acts()
    const came = await acts.rerun({ run })
    if (isSeen(open, await acts.runsOf(head)) || came.kind === 'done') return
    if (came.kind === 'refused') {
      close(open, 'refused', `run ${run} cannot be run again: ${tellCame(came)}`)
    } else trouble ??= `run ${run} is not run again yet: ${tellCame(came)}`
  }

  /** Begins its next try, or says why there is none. */
  const decide = async ({ pr, head }: Car): Promise<string | null> => {
    const key = carKey({ pr, head })
    const runs = await (await deps.acts()).runsOf(head)
    const open = opened().filter(({ data }) => sameCar(data, { pr, head }))
    const waiting = open.filter(one => !isSeen(one, runs))
    const says = judgeRuns(runs, retries)
    if (says.kind === 'settled') {
      for (const one of waiting) close(one, 'past', `not run again: ${says.why}`)
      return says.why
    }
    if (says.kind === 'none') {
      // A run may have ended between two answers: only the second look believes it.
      if (runless.has(key)) return NO_RUN
      runless.add(key)
    }
    if (says.kind !== 'again') return null
    for (const { id: run, attempt } of says.runs) {
      const known = waiting.find(({ data }) => data.run === run)
      await send(known ?? intend({ act: 'dock.rerun', pr, head, run, attempt }))
    }
    return settled.get(key) ?? null
  }

  /** What is told for good stays so; what fails is told, and tried again with the next look. */
  const guarded = async (work: () => Promise<string | null>): Promise<RedTold> => {
    try {
      const why = await work()
      return why === null ? FIRST : { isSettled: true, why }
    } catch (error) {
      if (error instanceof JournalFault) throw error
      const why = error instanceof Error ? error.message : String(error)
      const isRefused = error instanceof LookFault && error.came.kind === 'refused'
      if (isRefused || error instanceof TokenFault) {
        return { isSettled: true, why: `not run again: ${why}` }
      }
      trouble ??= `its runs cannot be read: ${why}`
      return FIRST
    }
  }

  /** Ends what a look finds open though its car is red no more. */
  const endOthers = async (reds: readonly Car[]): Promise<void> => {
    for (const open of opened()) {
      const { data: step } = open
      if (reds.some(red => sameCar(red, step))) continue
      await guarded(async () => {
        const runs = await (await deps.acts()).runsOf(step.head)
        if (!isSeen(open, runs)) close(open, 'past', `#${step.pr} is not to be run again now`)
        return null
      })
    }
  }

  return {
    get told() {
      return told
    },
    get trouble() {
      return trouble
    },
    tick: async ({ reds, pending }) => {
      trouble = null
      const keys = new Set(reds.map(carKey))
      for (const key of settled.keys()) if (!keys.has(key)) settled.delete(key)
      for (const key of runless) if (!keys.has(key)) runless.delete(key)
      await endOthers(reds)
      const underWay = pending.filter(car => begun.has(carKey(car)))
      const known = new Map(underWay.map(car => [carKey(car), FIRST]))
      for (const red of reds) {
        const key = carKey(red)
        const stays = settled.get(key)
        if (stays !== undefined) known.set(key, { isSettled: true, why: stays })
        else if (red.besides !== null) {
          known.set(key, { isSettled: true, why: `not run again: ${red.besides}` })
        } else {
          const count = [...known.values()].filter(({ isSettled }) => !isSettled).length
          const one = count < most ? await guarded(() => decide(red)) : FIRST
          if (one.isSettled) settled.set(key, one.why)
          known.set(key, one)
        }
      }
      told = known
    },
  }
}

const NO_RUN = 'GitHub Actions has no failed run of it that could be run again'
const FIRST: RedTold = { isSettled: false, why: 'its red run is tried again first' }
