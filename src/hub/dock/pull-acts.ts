/**
 * What a person does to pull requests: one act at a time, judged first, journaled, read back. A
 * merge is a decision of its own: whoever answers it at a terminal lets it be done, once. What was
 * cut off is looked into until the world tells how it ended.
 */

import PQueue from 'p-queue'
import { type PullAct, PullMergeAct } from '../../../state/act.ts'
import type { Answerer } from '../../../state/answerer.ts'
import { authorOf } from '../../../state/answerer.ts'
import type { DockRepo } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { outcomeEntry } from '../../../state/journal/outcome.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { NO_AIM } from '../../../state/pause.ts'
import { judgeAct } from '../../policy/act.ts'
import {
  atTerminal,
  judgeMerge,
  judgeReview,
  mergeQuestion,
  type PullSeen,
} from '../../policy/pull.ts'
import { type Done, refused } from '../../rpc/act-api.ts'
import type { HubParams } from '../../rpc/hub-api.ts'
import type { FactStore } from '../fact-store.ts'
import { openPullIntents, type PullEnding, type PullIntent, pullSubject } from './pull-journal.ts'
import { doPullStep, type StepDeps } from './pull-steps.ts'

export interface PullActsDeps extends Pick<StepDeps, 'acts' | 'wait'> {
  repos: readonly DockRepo[]
  facts: FactStore
  journal: Journal
  /** Why a line is frozen; null when it is not. */
  frozen(repo: string): string | null
  now(): number
}

type Asked = HubParams<'pull.approve'>
type Cause = JournalRow['data']

export interface PullActs {
  approve(asked: Asked, cause?: Cause): Promise<Done>
  reject(asked: HubParams<'pull.reject'>, cause?: Cause): Promise<Done>
  merge(asked: HubParams<'pull.merge'>): Promise<Done>
  dequeue(asked: Asked, cause?: Cause): Promise<Done>
  jump(asked: Asked, cause?: Cause): Promise<Done>
  /** What an undo names. */
  perform(act: PullAct | PullMergeAct, by: Answerer, cause: Cause): Promise<Done>
  /** Looks into what was cut off and does what was decided; null, or why some of it stays open. */
  settle(): Promise<{ message: string } | null>
  /** Acts under way or waiting. */
  readonly pending: number
  stop(): void
}

const RETRY_MS = 5_000

export function newPullActs(deps: PullActsDeps): PullActs {
  const { facts, journal, now } = deps
  const turns = new PQueue({ concurrency: 1 })
  let timer: NodeJS.Timeout | undefined

  const seenOf = ({ repo, number }: { repo: string; number: number }): PullSeen => {
    const key = `${repo}#${number}`
    return {
      pr: facts.value('pr', key),
      dock: facts.value('dock', key),
      source: facts.value('source', `dock:${repo}`),
      frozen: deps.frozen(repo),
    }
  }
  const stepDeps: StepDeps = {
    acts: deps.acts,
    wait: deps.wait,
    now,
    judge: intent => judgeMerge(intent.head, seenOf(intent)),
    baseOf: repo => deps.repos.find(each => each.repo === repo)?.base ?? null,
  }

  /** Does it, or goes on with it; the entry that closed it, or why it stays open. */
  const attempt = async (
    row: JournalRow,
    intent: PullIntent,
    isAgain: boolean,
  ): Promise<{ ending: PullEnding; seq: number } | { still: string }> => {
    const came = await doPullStep(stepDeps, intent, { row, isAgain })
    if ('still' in came) {
      retry(came.waitMs ?? RETRY_MS)
      return { still: came.still }
    }
    const { seq } = journal.append(outcomeEntry(row, came, now()))
    return { ending: came, seq }
  }

  const settleNow = async (): Promise<{ message: string } | null> => {
    const open: string[] = []
    for (const { row, data: intent } of openPullIntents(journal)) {
      const came = await attempt(row, intent, true)
      if ('still' in came) open.push(`${row.subject}: ${came.still}`)
    }
    return open.length === 0 ? null : { message: open.join('; ') }
  }

  const retry = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void turns.add(settleNow).catch(() => undefined), ms)
    timer.unref()
  }

  /** Journals it, does it, and tells how it came out. */
  const act = async (
    intent: PullIntent,
    { by, text, cause }: { by: Answerer; text: string; cause: Cause },
  ): Promise<Done> => {
    const row = journal.append({
      at: now(),
      kind: 'intent',
      author: authorOf(by),
      subject: pullSubject(intent),
      text,
      data: { ...cause, ...intent, by },
    })
    const came = await attempt(row, intent, false)
    if ('still' in came) return { kind: 'unknown', message: came.still }
    const { outcome, text: told } = came.ending
    const isNothing = outcome === 'failed' || outcome === 'undone'
    return isNothing
      ? { kind: 'failed', message: told }
      : { kind: 'done', text: `${row.subject}: ${told}`, seq: came.seq }
  }

  const inTurn = (work: () => Promise<Done>): Promise<Done> =>
    turns.add(async () => {
      await settleNow()
      return await work()
    })

  const review = (
    intent: Extract<PullIntent, { act: 'pull.approve' | 'pull.reject' }>,
    by: Answerer,
    cause: Cause,
  ) =>
    inTurn(async () => {
      const { unseen, problems } = judgeReview(intent.head, seenOf(intent), by)
      const why = [...problems, ...unseen]
      if (why.length > 0) return refused(why.join('; '))
      const what = intent.act === 'pull.approve' ? 'approve' : 'request changes'
      const reason = intent.act === 'pull.approve' ? '' : `: ${intent.reason}`
      return await act(intent, { by, cause, text: `${what} at ${intent.head}${reason}` })
    })

  /** What only moves it in GitHub's queue, or takes a review back. */
  const move = (intent: Exclude<PullIntent, PullMergeAct>, by: Answerer, cause: Cause) =>
    inTurn(async () => {
      const problems = atTerminal(by)
      if (problems.length > 0) return refused(problems.join('; '))
      const what = intent.act.replace('pull.', '')
      return await act(intent, { by, cause, text: `${what} at ${intent.head}` })
    })

  const ask = (wish: PullMergeAct, by: Answerer, isDryRun: boolean) =>
    inTurn(async () => {
      const seen = seenOf(wish)
      const ruling = judgeMerge(wish.head, seen)
      const why = [...ruling.problems, ...ruling.unseen]
      if (why.length > 0) return refused(why.join('; '))
      const losses = [`${pullSubject(wish)} lands on ${seen.pr?.base ?? 'the branch'} for good`]
      const judged = judgeAct({ act: wish.act, aim: NO_AIM, pauses: [], losses, now: now() })
      if (judged.kind === 'refused') return refused(judged.problems.join('; '))
      const data = mergeQuestion(wish, seen, ruling, now())
      if (isDryRun) return { kind: 'plan', text: `a person would be asked: ${data.why}` }
      // The same question is asked once.
      const isSame = ({ data: { act: asked } }: JournalRow) => {
        const same = PullMergeAct.safeParse(asked).data
        return (
          same !== undefined && pullSubject(same) === pullSubject(wish) && same.head === wish.head
        )
      }
      const open = journal.unsettled('decision').find(isSame)
      const row =
        open ??
        journal.append({
          at: now(),
          kind: 'decision',
          author: authorOf(by),
          subject: pullSubject(wish),
          text: `Merge ${pullSubject(wish)}: ${seen.pr?.title ?? ''}?`,
          data,
        })
      return { kind: 'asks', decision: row.seq, text: `#${row.seq} asks you: ${data.why ?? ''}` }
    })

  retry(RETRY_MS)
  return {
    approve: ({ repo, number, head, by }, cause = {}) =>
      review({ act: 'pull.approve', repo, number, head }, by, cause),
    reject: ({ repo, number, head, reason, by }, cause = {}) =>
      review({ act: 'pull.reject', repo, number, head, reason }, by, cause),
    merge: ({ repo, number, head, isDryRun, by }) =>
      ask({ act: 'pull.merge', repo, number, head }, by, isDryRun),
    dequeue: ({ repo, number, head, by }, cause = {}) =>
      move({ act: 'pull.dequeue', repo, number, head }, by, cause),
    jump: ({ repo, number, head, by }, cause = {}) =>
      move({ act: 'pull.jump', repo, number, head }, by, cause),
    perform: (intent, by, cause) => {
      if (intent.act === 'pull.merge') return ask(intent, by, false)
      return intent.act === 'pull.approve' || intent.act === 'pull.reject'
        ? review(intent, by, cause)
        : move(intent, by, cause)
    },
    settle: () => turns.add(settleNow),
    get pending() {
      return turns.size + turns.pending
    },
    stop: () => clearTimeout(timer),
  }
}
