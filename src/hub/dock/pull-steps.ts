/**
 * Carries out acts on pull requests. Each looks at the pull request first and reads back what came
 * of it, so that it may be tried again: what is there already is told, and never done twice.
 */
import { type GithubActs, LookFault, type Merged } from '../../../adapters/github/acts.ts'
import { type Came, tellCame } from '../../../adapters/github/came.ts'
import type { PullNow } from '../../../adapters/github/pull-state.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import type { PullRuling } from '../../policy/pull.ts'
import { markOf, type PullEnding, type PullIntent } from './pull-journal.ts'

/** Not known yet, or not possible yet: it is looked into again. */
export interface Still {
  readonly still: string
  readonly waitMs: number | null
}

export interface StepDeps {
  acts(repo: string, purpose: 'review' | 'merge'): Promise<GithubActs>
  /** Whether it may be merged, by what is known now. */
  judge(intent: Pick<PullIntent, 'repo' | 'number' | 'head'>): PullRuling
  /** Branch that the repository's pull requests land on; null when the dock does not know it. */
  baseOf(repo: string): string | null
  wait(ms: number): Promise<void>
  now(): number
}

/** `isAgain`: it was cut off, or not known, before. */
export interface Attempt {
  readonly row: JournalRow
  readonly isAgain: boolean
}

type Step<A extends PullIntent['act']> = (
  deps: StepDeps,
  intent: Extract<PullIntent, { act: A }>,
  attempt: Attempt,
) => Promise<PullEnding | Still>

const failed = (text: string): PullEnding => ({ outcome: 'failed', text })
const still = (text: string, waitMs: number | null = null): Still => ({ still: text, waitMs })
const short = (sha: string): string => sha.slice(0, 12)

/** Null when it is open, at that head. */
function notAsSeen({ head }: Pick<PullIntent, 'head'>, now: PullNow): PullEnding | null {
  if (now.state === 'merged') return failed('it has landed already')
  if (now.state === 'closed') return failed('it is closed')
  return now.head === head
    ? null
    : failed(`its head is ${short(now.head)} now, and ${short(head)} was looked at: look again`)
}

const review =
  (verb: 'approve' | 'requestChanges'): Step<'pull.approve' | 'pull.reject'> =>
  async (deps, intent, { row, isAgain }) => {
    const { repo, number, head } = intent
    const isApproval = intent.act === 'pull.approve'
    const acts = await deps.acts(repo, 'review')
    const mark = markOf(row)
    const text = isApproval ? `Approved by ${row.author}, in Dockmaster.` : intent.reason
    const given = (id: number): PullEnding => {
      const was = isApproval ? ('approve' as const) : ('reject' as const)
      const undo = { act: 'pull.dismiss' as const, repo, number, head, review: id, was }
      const what = isApproval ? 'approved' : 'changes are requested'
      return {
        outcome: isApproval ? 'approved' : 'rejected',
        text: `${what} at ${short(head)}`,
        data: { review: id, undo },
      }
    }
    if (!isAgain) {
      const other = notAsSeen(intent, await acts.pull(number))
      if (other) return other
      const came = await acts[verb]({ number, head, mark, text })
      if (came.kind === 'done') return given(came.review)
      if (came.kind !== 'unknown') return failed(tellCame(came))
    }
    const id = await acts.reviewOf(number, mark)
    if (id !== null) return given(id)
    return isAgain
      ? { outcome: 'undone', text: 'no review of ours is there: ask again' }
      : still('GitHub did not say whether it took the review')
  }

const dismiss: Step<'pull.dismiss'> = async (deps, intent, { row }) => {
  const { repo, number, head, review: id, was } = intent
  const acts = await deps.acts(repo, 'review')
  const came = await acts.dismiss({ number, review: id, text: `Taken back by ${row.author}.` })
  if (came.kind === 'done') {
    const undo = { act: 'pull.approve' as const, repo, number, head }
    const data = was === 'approve' ? { undo } : {}
    return { outcome: 'dismissed', text: `review ${id} is dismissed`, data }
  }
  // To dismiss it twice does no harm: it is tried again.
  return came.kind === 'refused' ? failed(tellCame(came)) : still(tellCame(came), waitOf(came))
}

const waitOf = (came: Came): number | null => (came.kind === 'limited' ? came.waitMs : null)

/** What the world says of a merge that was asked for; null while it is open and in no queue. */
function landingOf(intent: Extract<PullIntent, { act: 'pull.merge' }>, now: PullNow) {
  const { head } = intent
  if (now.state === 'merged' && now.head === head && now.landed !== null) {
    const { commit, by } = now.landed
    const text = `merged as ${commit}${by === null ? '' : ` by ${by}`}`
    return { outcome: 'merged', text, data: { commit, by } } satisfies PullEnding
  }
  const other = notAsSeen(intent, now)
  if (other) return other
  if (now.entry === null) return null
  return queuedAt(now.entry.position, intent)
}

function queuedAt(
  position: number,
  { repo, number, head }: Pick<PullIntent, 'repo' | 'number' | 'head'>,
): PullEnding {
  const undo = { act: 'pull.dequeue' as const, repo, number, head }
  const text = `in GitHub's queue at place ${position}: it lands when its checks are green there`
  return { outcome: 'queued', text, data: { undo } }
}

/** A moment after an answer the state may still be the old one. */
const READS_MS = [0, 500, 2_000, 5_000]

async function readUntil<T>(
  deps: StepDeps,
  acts: GithubActs,
  number: number,
  told: (now: PullNow) => T | null,
): Promise<T | null> {
  for (const ms of READS_MS) {
    if (ms > 0) await deps.wait(ms)
    const found = told(await acts.pull(number))
    if (found !== null) return found
  }
  return null
}

/** What a person said goes for so long. */
const GOES_FOR_MS = 86_400_000

const merge: Step<'pull.merge'> = async (deps, intent, { row }) => {
  const { repo, number, head } = intent
  const acts = await deps.acts(repo, 'merge')
  const before = await acts.pull(number)
  const landed = landingOf(intent, before)
  if (landed) return landed
  if (deps.now() - row.at > GOES_FOR_MS) return failed('not merged within a day: ask again')
  const base = deps.baseOf(repo)
  if (base !== before.base) return failed(`it lands on ${before.base}, and not on ${base ?? '?'}`)
  const { unseen, problems } = deps.judge(intent)
  if (problems.length > 0) return failed(`not merged: ${problems.join('; ')}`)
  if (unseen.length > 0) return still(unseen.join('; '))
  const came = await send(acts, before.id, { number, head })
  if (came.kind === 'limited') return still(tellCame(came), came.waitMs)
  if (came.kind === 'refused') {
    // Somebody else may have been faster.
    const after = landingOf(intent, await acts.pull(number))
    return after?.outcome === 'merged' ? after : failed(`not merged: ${tellCame(came)}`)
  }
  const after = await readUntil(deps, acts, number, now => landingOf(intent, now))
  if (after) return after
  return still(came.kind === 'done' ? 'GitHub took it; it is not there yet' : tellCame(came))
}

/** By the way that the repository has: the recommended one, the older one, or its queue. */
async function send(
  acts: GithubActs,
  id: string,
  pull: { number: number; head: string },
): Promise<Came<Merged | object>> {
  let came: Came<Merged | object> = await acts.mergeAsync(pull)
  // A server that does not know that way says no more than that there is nothing.
  if (came.kind === 'refused' && came.cause === 'gone') came = await acts.merge(pull)
  if (came.kind !== 'refused' || came.cause !== 'queue') return came
  return await acts.enqueue({ id, head: pull.head, jump: false })
}

const dequeue: Step<'pull.dequeue'> = async (deps, intent) => {
  const { repo, number, head } = intent
  const acts = await deps.acts(repo, 'merge')
  const before = await acts.pull(number)
  if (before.state === 'merged') return failed('it has landed already')
  const undo = { act: 'pull.merge' as const, repo, number, head }
  const out: PullEnding = { outcome: 'dequeued', text: "is not in GitHub's queue", data: { undo } }
  if (before.entry === null) return out
  const came = await acts.dequeue({ id: before.id })
  // It may say that it failed, and have done it: what stands there counts.
  const after = await readUntil(deps, acts, number, now =>
    now.state === 'merged' ? failed('it landed meanwhile') : now.entry === null ? out : null,
  )
  if (after) return after
  if (came.kind === 'refused') return failed(tellCame(came))
  return still(came.kind === 'done' ? 'GitHub took it; it still stands there' : tellCame(came))
}

const jump: Step<'pull.jump'> = async (deps, intent, { isAgain }) => {
  const { repo, number, head } = intent
  const acts = await deps.acts(repo, 'merge')
  const before = await acts.pull(number)
  const other = notAsSeen(intent, before)
  if (other) return other
  const undo = { act: 'pull.dequeue' as const, repo, number, head }
  const isFirst = (now: PullNow): PullEnding | null =>
    now.entry?.position === 1
      ? { outcome: 'jumped', text: "is first in GitHub's queue", data: { undo } }
      : null
  const there = isFirst(before)
  if (there) return there
  // Cut off between its two halves it may have left the queue: it goes in again.
  if (before.entry === null && !isAgain) return failed("is not in GitHub's queue")
  const wish = { id: before.id, head, jump: true }
  let came = await acts.enqueue(wish)
  if (came.kind === 'refused' && before.entry !== null) {
    await acts.dequeue({ id: before.id })
    came = await acts.enqueue(wish)
  }
  const after = await readUntil(deps, acts, number, isFirst)
  if (after) return after
  if (came.kind === 'refused') return failed(tellCame(came))
  return came.kind === 'done'
    ? failed('GitHub took it, and did not put it first')
    : still(tellCame(came), waitOf(came))
}

/** Resolves with how it ended, or why that is not known yet; a fault of reading is the latter. */
export async function doPullStep(
  deps: StepDeps,
  intent: PullIntent,
  attempt: Attempt,
): Promise<PullEnding | Still> {
  try {
    switch (intent.act) {
      case 'pull.approve':
        return await review('approve')(deps, intent, attempt)
      case 'pull.reject':
        return await review('requestChanges')(deps, intent, attempt)
      case 'pull.dismiss':
        return await dismiss(deps, intent, attempt)
      case 'pull.merge':
        return await merge(deps, intent, attempt)
      case 'pull.dequeue':
        return await dequeue(deps, intent, attempt)
      default:
        return await jump(deps, intent, attempt)
    }
  } catch (error) {
    if (error instanceof TokenFault) return failed(error.message)
    if (error instanceof LookFault) return still(tellCame(error.came), waitOf(error.came))
    throw error
  }
}

/** There is no token for it: nothing was sent. */
export class TokenFault extends Error {
  override readonly name = 'TokenFault'
}
