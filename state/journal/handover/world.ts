/** What the world says to a fresh mind: lanes, pull requests, jobs, sources. Pure. */
import type { Fact, FactKind, FactValue } from '../../facts.ts'
import { redactJson } from '../../redact.ts'
import { isoOrNull } from '../../rows/envelope.ts'
import { isCurrent, type LaneResult, type LaneStatus } from '../../words.ts'
import type { Item, Json, Section } from './budget.ts'
import { joined, quote } from './quote.ts'

export const RANK = {
  guardrails: 0,
  decisions: 1,
  goal: 2,
  canon: 3,
  inFlight: 4,
  next: 5,
  verify: 6,
  details: 7,
  gates: 8,
  changed: 9,
} as const

export interface Seen<K extends FactKind> {
  key: string
  host: string
  value: FactValue<K>
}

/** The facts of one kind that are there, in the order of their keys. */
export function factsOf<K extends FactKind>(facts: readonly Fact[], kind: K): Seen<K>[] {
  return facts
    .filter(fact => fact.kind === kind && fact.value !== null)
    .map(({ key, host, value }) => ({ key, host, value: value as FactValue<K> }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

export const item = (section: Section, rank: number, text: string, json: Json): Item => ({
  section,
  rank,
  text: `- ${text}`,
  json: redactJson(json),
})

const isLive = ({ value }: Seen<'lane'>): boolean => value.status !== 'ended'

const reportOf = ({ evidence }: FactValue<'lane'>): string | null =>
  evidence.find(({ kind }) => kind === 'report')?.ref ?? null

/** Every live lane: a line that names it, then where it can be read and why it is so. */
export function inFlight(facts: readonly Fact[]): Item[] {
  return factsOf(facts, 'lane')
    .filter(isLive)
    .flatMap(({ key, host, value }) => {
      const { name, engine, model, status, result, pid, pidStart, log, cwd, cause } = value
      const resetAt = isoOrNull(value.resetAt)
      const report = reportOf(value)
      const line = joined([
        `${quote(name)}: ${status}${result === 'none' ? '' : `, ${result}`}`,
        joined([engine, model && quote(model)], ' '),
        pid === null ? 'pid unknown' : `pid ${pid}`,
        `on ${quote(host)}`,
        cause && `cause ${quote(cause)}`,
        resetAt && `lifts at ${resetAt}`,
      ])
      const where = joined([
        log && `log ${quote(log, 1_000)}`,
        report && `report ${quote(report, 1_000)}`,
        cwd && `in ${quote(cwd, 1_000)}`,
        value.threadId && `thread ${quote(value.threadId)}`,
      ])
      const why = quote(value.why.join('; '), 1_000)
      const { threadId, startedAt, why: reasons } = value
      const json = { key, host, name, engine, model, status, result, cause, resetAt, pid, pidStart }
      return [
        item('inFlight', RANK.inFlight, line, {
          ...json,
          log,
          report,
          cwd,
          threadId,
          startedAt: isoOrNull(startedAt),
          why: reasons.map(reason => quote(reason)),
        }),
        ...[where, why && `why: ${why}`]
          .filter(text => text !== '')
          .map(text => ({ ...item('inFlight', RANK.details, text, null), text: `  - ${text}` })),
      ]
    })
}

/** What a lane's result leaves to look at; a result that is not here leaves nothing. */
const UNPROVEN: Partial<Record<LaneResult, string>> = {
  claimed: 'says that it finished; no evidence was read',
  refuted: 'its claim is refuted by the evidence',
  none: 'ended and left no evidence',
  local: 'its commits are not pushed',
  pushed: 'pushed, without a pull request',
  failed: 'failed',
  interrupted: 'was interrupted',
  crashed: 'crashed',
}

/** Lanes whose word is all there is: those that ended, and those that claim while they run. */
export function unverifiedLanes(facts: readonly Fact[]): Item[] {
  return factsOf(facts, 'lane')
    .filter(lane => !isLive(lane) || lane.value.result === 'claimed')
    .sort((a, b) => (b.value.endedAt ?? 0) - (a.value.endedAt ?? 0))
    .flatMap(({ key, value }) => {
      const { name, result, status, cause, log, threadId } = value
      const endedAt = isoOrNull(value.endedAt)
      const open = UNPROVEN[result]
      if (open === undefined) return []
      const text = joined([
        `lane ${quote(name)}: ${open}`,
        cause && `cause ${quote(cause)}`,
        endedAt && `ended ${endedAt}`,
        log && `log ${quote(log, 1_000)}`,
      ])
      const json = { lane: key, name, status, result, cause, endedAt, log, threadId }
      return [item('verify', RANK.verify, text, json)]
    })
}

const JOB_OPEN = new Set<FactValue<'job'>['state']>(['late', 'failed', 'stopped', 'unreadable'])

/** Jobs that did not show their effect, and sources whose figures are old. */
export function doubts(facts: readonly Fact[]): Item[] {
  const jobs = factsOf(facts, 'job')
    .filter(({ value }) => JOB_OPEN.has(value.state))
    .map(({ key, value: { name, state, message, last: at } }) => {
      const last = isoOrNull(at)
      const text = joined([
        `job ${quote(name)}: ${state}`,
        message && quote(message),
        last && `last effect ${last}`,
      ])
      return item('verify', RANK.verify, text, { job: key, name, state, message, last })
    })
  const sources = factsOf(facts, 'source')
    .filter(({ value }) => !['ok', 'absent'].includes(value.state))
    .map(({ key, value: { state, message, mend } }) => {
      const reason = joined([message && quote(message), mend && `mend: ${quote(mend)}`])
      const known = isCurrent(state) ? '' : ', its figures are the last known'
      const text = `source ${quote(key)} is ${state}${known}: ${reason}`
      return item('verify', RANK.verify, text, { source: key, state, message, mend })
    })
  const links = factsOf(facts, 'link')
    .filter(({ value }) => value.state !== 'up')
    .map(({ value: { target } }) => {
      const text = `the host ${quote(target)} is not reached: its figures are the last known`
      return item('verify', RANK.verify, text, { link: target })
    })
  return [...links, ...sources, ...jobs]
}

/** Open pull requests against the gate. */
export function pullRequests(facts: readonly Fact[]): Item[] {
  return factsOf(facts, 'pr').map(({ key, value }) => {
    const { repo, number, title, mergeState, checks, headSha, url, isDraft } = value
    const text = `${repo}#${number} ${quote(title)}: ${joined(
      [mergeState, `checks ${checks}`, isDraft ? 'draft' : null, `head ${quote(headSha)}`],
      ', ',
    )}`
    return item('gates', RANK.gates, text, {
      pr: key,
      title,
      mergeState,
      checks,
      headSha,
      url,
      isDraft,
    })
  })
}

/** What a lane waits for, as something to do. */
const UNBLOCK: Partial<Record<LaneStatus, string>> = {
  stalled: 'see why it stalled',
  auth: 'log its engine in again',
  quota: 'wait until its limit lifts, or move its work',
}

export const blockedLanes = (facts: readonly Fact[]): Item[] =>
  factsOf(facts, 'lane').flatMap(({ key, value: { name, status } }) => {
    const action = UNBLOCK[status]
    if (action === undefined) return []
    return [item('next', RANK.next, `lane ${quote(name)}: ${action}`, { lane: key, action })]
  })
