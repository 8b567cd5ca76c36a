/** What must hold on the host and in the journal when an act is over, whoever was killed on the way. */
import { existsSync } from 'node:fs'
import { RunnerSpec } from '../../../../src/rpc/lane-api.ts'
import type { JournalRow } from '../../../../state/journal-entry.ts'
import { eventually } from '../../../setup/eventually.ts'
import { breachesOfBoxes } from './box-invariants.ts'
import type { Factory } from './factory.ts'

interface Seen {
  stems: readonly string[]
  rows: readonly JournalRow[]
  /** Boxes that may be left. */
  loose: ReadonlySet<string>
}

type World = Parameters<typeof breachesOf>

/** An agent that has just begun may need a moment to note it: what does not hold then, does not. */
export async function settledBreaches(...world: World): Promise<string[]> {
  let last: string[] = []
  await eventually(
    'all promises hold',
    async () => {
      const [{ boxes }, told] = world
      const ofBoxes = boxes === null ? [] : await breachesOfBoxes(boxes, told)
      last = [...breachesOf(...world), ...ofBoxes]
      return last.length === 0
    },
    NOTED_WITHIN_MS,
  ).catch(() => undefined)
  return last
}
const NOTED_WITHIN_MS = 3_000

const wordOf = (value: unknown) => (typeof value === 'string' ? value : 'none')
const listed = (of: readonly unknown[]) => JSON.stringify(of)

/** Each line names one promise that does not hold; empty when all do. */
function breachesOf(factory: Factory, { stems, rows }: Seen): string[] {
  const intents = rows.filter(({ kind }) => kind === 'intent')
  const outcomes = rows.filter(({ kind }) => kind === 'outcome')
  const endOf = (intent: JournalRow) => outcomes.filter(({ data }) => data['intent'] === intent.seq)
  const counted = intents.flatMap(intent => {
    const { length } = endOf(intent)
    return length === 1 ? [] : [`intent ${intent.seq} has ${length} outcomes`]
  })
  const told = { intents, outcomes, endOf }
  return [
    ...counted,
    ...stems.flatMap(stem => breachesOfRun(factory, stem, told)),
    ...breachesOfDispatch(factory, told),
  ]
}

interface Told {
  intents: readonly JournalRow[]
  outcomes: readonly JournalRow[]
  endOf(intent: JournalRow): JournalRow[]
}

/** Whose start an entry is about: a box has no process yet. */
function waiterIn(data: JournalRow['data']): string {
  const runner = RunnerSpec.safeParse(data['runner']).data
  return runner?.kind === 'box' ? runner.container : String(Number(data['pid']))
}

/** An item has one lane, or the lock of each attempt is freed. */
function breachesOfDispatch(factory: Factory, { intents, endOf }: Told): string[] {
  const tried = intents
    .filter(({ data }) => data['act'] === 'dispatch')
    .map(intent => ({ lane: intent.subject, outcome: wordOf(endOf(intent)[0]?.data['outcome']) }))
  const running = tried.filter(({ outcome }) => outcome === 'running')
  const many = running.length > 1 ? [`its lanes are ${listed(running)}`] : []
  const there = (file: string) => existsSync(factory.at(`logs/${file}`))
  // A lock that was not taken is taken by the next try under that name.
  const last = new Map(tried.map(each => [each.lane, each]))
  const untrue = [...last.values()].flatMap(({ lane, outcome }) => {
    const isHeld = there(`locks/${lane}.lock`) && !there(`locks/${lane}.freed`)
    const isThere = there(`${lane}.json`)
    const isTrue = [isHeld, isThere].every(each => each === (outcome === 'running'))
    return isTrue ? [] : [`${lane} is ${outcome}, its lock held: ${isHeld}, its record: ${isThere}`]
  })
  return [...many, ...untrue]
}

function breachesOfRun(factory: Factory, stem: string, { intents, outcomes, endOf }: Told) {
  const breaches: string[] = []
  const must = (holds: boolean, what: string) => {
    if (!holds) breaches.push(what)
  }
  // Each start is one that the journal knew of before its prompt, and read that prompt once.
  const starts = factory.starts(stem)
  const held = outcomes.filter(({ data }) => data['outcome'] === 'held' && data['stem'] === stem)
  const waited = held.map(({ data }) => waiterIn(data))
  for (const { who } of starts) must(waited.includes(who), `start ${who} is not on record`)
  must(new Set(starts.map(({ who }) => who)).size === starts.length, 'one waiter started twice')

  const ended = intents.flatMap(intent => {
    const outcome = wordOf(endOf(intent)[0]?.data['outcome'])
    return intent.data['stem'] === stem ? [{ act: intent.data['act'], outcome, intent }] : []
  })
  for (const { act, outcome, intent } of ended) {
    if (act !== 'lane.release') continue
    const waiter = waiterIn(intent.data)
    const began = starts.filter(({ who }) => who === waiter).length
    if (outcome === 'running') must(began === 1, `${waiter} runs by the journal, started ${began}`)
    else if (outcome === 'undone') must(began === 0, `${waiter} is undone and started ${began}`)
    else must(outcome === 'failed', `a release ended as ${outcome}`)
  }
  const last = ended.at(-1)
  const living = factory.processes(stem)
  const isRun = last?.outcome === 'running'
  const files = factory.leftovers(stem)
  if (last !== undefined && !isRun) {
    must(living.length === 0, `${last.outcome}, yet alive: ${listed(living)}`)
    must(files.length === 0, `${last.outcome}, yet there: ${listed(files)}`)
    const has = factory.branches().split('\n').includes(`lane/${stem}`)
    must(!has, `${last.outcome}, yet the branch is there`)
  }
  if (isRun) {
    const record = `logs/${stem}.json`
    must(files.includes(record), `running, yet no ${record}: ${listed(files)}`)
  }
  must(!living.some(({ isWaiting }) => isWaiting), `a shell waits: ${listed(living)}`)

  for (const stop of intents.filter(({ data }) => data['act'] === 'lane.stop')) {
    const outcome = wordOf(endOf(stop)[0]?.data['outcome'])
    const pid = Number(stop.data['pid'])
    if (outcome === 'stopped') must(living.length === 0, `stopped, yet alive: ${listed(living)}`)
    else if (outcome === 'unknown')
      must(!factory.isAlive(pid) || living.length > 0, 'unknown for nothing')
    else must(outcome === 'failed', `a stop ended as ${outcome}`)
  }
  return breaches
}
