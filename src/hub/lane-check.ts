/**
 * Runs the checks of a lane's brief when they are asked for: an act like any other, on record
 * before it begins and after it ended. One at a time; other acts do not wait for it.
 */
import PQueue from 'p-queue'
import { type ClaimFact, claimKey } from '../../state/claim.ts'
import type { Instant } from '../../state/facts.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import { withoutSecrets } from '../../state/printable.ts'
import { findLane } from '../policy/lane-target.ts'
import type { CheckedClaim, LaneChecked } from '../rpc/check-api.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { ProbeResult } from '../rpc/probe-api.ts'
import type { FactStore } from './fact-store.ts'
import { knownLanes } from './known-lanes.ts'
import type { ProbeSession } from './probe-session.ts'
import { CHECK_ACT, type Verdicts } from './verdicts.ts'

export interface LaneCheckDeps {
  facts: FactStore
  journal: Journal
  verdicts: Verdicts
  ask: ProbeSession['request']
  limitMs: number
  now(): Instant
  /** Why the host cannot be asked now; null when it can. */
  barrier(): Promise<string | null>
}

export interface LaneChecks {
  check(asked: HubParams<'lane.check'>): Promise<LaneChecked>
  readonly pending: number
}

const TAIL = 2_000

export function newLaneChecks(deps: LaneCheckDeps): LaneChecks {
  const turns = new PQueue({ concurrency: 1 })
  return {
    check: asked => turns.add(() => checkLane(deps, asked)),
    get pending() {
      return turns.size + turns.pending
    },
  }
}

async function checkLane(
  deps: LaneCheckDeps,
  { lane, label }: HubParams<'lane.check'>,
): Promise<LaneChecked> {
  const barrier = await deps.barrier()
  if (barrier !== null) return { kind: 'unreachable', message: barrier }
  const found = findLane(knownLanes(deps.facts), lane)
  if (found.kind === 'refused') return refused(found.message)
  const { key, value } = found.target
  const { name, log } = value
  if (value.status !== 'ended')
    return refused(`${name} is ${value.status}: it is checked at its end`)
  const claims = claimsToRun(deps.facts, key, value.endedAt)
  const [first, ...rest] = claims
  if (first === undefined)
    return refused(`${name} has no check: name commands under CHECK in its brief`)
  const briefs = briefsOf(deps.journal, name)
  if (briefs.length === 0 || log === null) {
    return refused(`${name} was not launched from here: whose its brief is cannot be told`)
  }
  const one = (claim: ClaimFact) => runOne(deps, claim, { name, log, briefs, label })
  const checks: [CheckedClaim, ...CheckedClaim[]] = [await one(first)]
  for (const claim of rest) checks.push(await one(claim))
  return { kind: 'checked', name, checks }
}

interface Subject {
  name: string
  log: string
  briefs: string[]
  label: string
}

async function runOne(
  { facts, journal, verdicts, ask, limitMs, now }: LaneCheckDeps,
  claim: ClaimFact,
  { name, log, briefs, label }: Subject,
): Promise<CheckedClaim> {
  const { subject: command, madeAt } = claim
  const about = { act: CHECK_ACT, claim: claimKey(claim), madeAt }
  const intent = journal.append({
    at: now(),
    kind: 'intent',
    author: label,
    subject: name,
    text: `check: ${command}`,
    data: { ...about, log },
  })
  const { state, text } = await ask('lane.check', { log, briefs, command, limitMs }).then(
    outcomeOf,
    (error: unknown): Outcome => {
      if (!(error instanceof RpcFault)) throw error
      return { state: 'unknown', text: `the link fell on the way: ${error.message}` }
    },
  )
  const output = withoutSecrets(text)
  const ending = { outcome: state, text: output, data: about }
  const row = journal.append(outcomeEntry(intent, ending, now()))
  verdicts.take(row)
  const source = facts.all(['claim']).find(({ key }) => key === claimKey(claim))?.source
  const draft = { kind: 'claim' as const, key: claimKey(claim), at: now(), value: claim }
  if (source !== undefined) facts.put(source, verdicts.settled([draft]))
  return { command, state, output, seq: row.seq }
}

interface Outcome {
  state: CheckedClaim['state']
  text: string
}

/** Only a command that came to its own end says something of the claim. */
function outcomeOf(came: ProbeResult<'lane.check'>): Outcome {
  if (came.kind === 'refused') return { state: 'unknown', text: came.message }
  const { code, ended, output } = came
  const tail = output.trimEnd().slice(-TAIL)
  const text = tail === '' ? ended : `${ended}\n${tail}`
  if (code === null) return { state: 'unknown', text }
  return { state: code === 0 ? 'verified' : 'refuted', text }
}

const claimsToRun = (facts: FactStore, lane: string, endedAt: Instant | null): ClaimFact[] =>
  facts
    .values('claim')
    .filter(claim => claim.lane === lane && claim.check === 'command' && claim.madeAt === endedAt)

const INTENTS = 200

/** Hashes of the briefs that this journal has on record for the lane. */
const briefsOf = (journal: Journal, name: string): string[] =>
  journal
    .list({ kinds: ['intent'], subject: name, limit: INTENTS })
    .flatMap(({ data }) =>
      data['act'] === 'lane.hold' && typeof data['sha256'] === 'string' ? [data['sha256']] : [],
    )

const refused = (problem: string): LaneChecked => ({ kind: 'refused', problems: [problem] })
