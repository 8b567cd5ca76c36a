/**
 * What the dock does to pull requests on GitHub. Each act names the head that a person or the gate
 * saw, so that another one is never reviewed, queued or merged; each answer is a value. Nothing is
 * sent twice: after `unknown` the caller looks.
 */
import * as z from 'zod'
import { type Came, type Cause, cameOf, refusedFor, tellCame } from './came.ts'
import type { GithubClient } from './client.ts'
import { parse } from './parse-answer.ts'
import { type PullNow, type QueuedPull, readPull, readQueue } from './pull-state.ts'
import { readRuns, type WorkflowRun } from './workflow-runs.ts'
import type { WritePace } from './write-pace.ts'

export interface GithubActsDeps {
  client: GithubClient
  /** Taken out of every message. */
  token: string
  pace: WritePace
  now(): number
  wait(ms: number): Promise<void>
}

export interface ReviewWish {
  number: number
  head: string
  /** Names the review, so that it is found again when its answer was lost. */
  mark: string
  text: string
}

export interface GithubActs {
  /** Reads. They reject with LookFault, as `reviewOf` does. */
  pull(number: number): Promise<PullNow>
  queue(branch: string): Promise<QueuedPull[] | null>
  runsOf(commit: string): Promise<WorkflowRun[]>
  approve(wish: ReviewWish): Promise<Came<{ review: number }>>
  requestChanges(wish: ReviewWish): Promise<Came<{ review: number }>>
  /** The id of the review that has this mark; null when there is none. */
  reviewOf(number: number, mark: string): Promise<number | null>
  dismiss(wish: { number: number; review: number; text: string }): Promise<Came>
  /** In one request that answers when it is done. Never past a queue. */
  merge(wish: { number: number; head: string }): Promise<Came<{ commit: string }>>
  /** As GitHub recommends: it is asked for, and then asked after until it has ended. */
  mergeAsync(wish: { number: number; head: string }): Promise<Came<Merged>>
  enqueue(wish: { id: string; head: string; jump: boolean }): Promise<Came>
  dequeue(wish: { id: string }): Promise<Came>
  /** What failed of a run of Actions runs once more. */
  rerun(wish: { run: number }): Promise<Came>
  /** Puts its commits on top of its base. */
  rebase(wish: { id: string; head: string }): Promise<Came>
}

/** Why something could not be read, without the token. */
export class LookFault extends Error {
  override readonly name = 'LookFault'
  readonly came: Exclude<Came, { kind: 'done' }>
  constructor(came: Exclude<Came, { kind: 'done' }>) {
    super(tellCame(came))
    this.came = came
  }
}

export type Merged = { way: 'merged'; commit: string } | { way: 'queued' }

const PULL = '/repos/{owner}/{repo}/pulls/{number}'
const REVIEWS = `${PULL}/reviews`
const ASYNC = `${PULL}/merge-async`

/** Waits between questions after a merge; about a minute in all. */
const POLLS_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000]

export function githubActs(deps: GithubActsDeps): GithubActs {
  const { client, pace } = deps

  const write = <T extends object>(send: () => Promise<Came<T>>): Promise<Came<T>> =>
    pace.turn(async () => {
      try {
        return await send()
      } catch (error) {
        return cameOf(error, deps.token, deps.now())
      }
    })

  const look = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read()
    } catch (error) {
      throw new LookFault(cameOf(error, deps.token, deps.now()))
    }
  }

  const review = (event: 'APPROVE' | 'REQUEST_CHANGES', wish: ReviewWish) =>
    write<{ review: number }>(async () => {
      const { number, head, mark, text } = wish
      const body = `${text}\n\n${signOf(mark)}`
      const route = `POST ${REVIEWS}`
      const made = parse(Review, await client.call(route, { number, commit_id: head, event, body }))
      return { kind: 'done', review: made.id }
    })

  const mutate = (mutation: string, input: Readonly<Record<string, unknown>>) =>
    write(async () => {
      await client.ask(mutation, { input })
      return { kind: 'done' }
    })

  /** Asks after a merge until it has ended; one that goes on is not known yet. */
  const follow = async (number: number, uuid: string): Promise<Came<Merged>> => {
    for (const ms of POLLS_MS) {
      await deps.wait(ms)
      let answer: AsyncAnswer
      try {
        answer = parse(AsyncAnswer, await client.call(`GET ${ASYNC}/{uuid}`, { number, uuid }))
      } catch (error) {
        const came = cameOf(error, deps.token, deps.now())
        if (came.kind === 'unknown') continue
        // It was taken: a question that is refused says nothing of how it ended.
        return { kind: 'unknown', said: `the merge was taken, but cannot be asked after` }
      }
      const ended = endOf(answer)
      if (ended !== null) return ended
    }
    return { kind: 'unknown', said: 'GitHub still merges it' }
  }

  return {
    pull: number => look(() => readPull(client, number)),
    queue: branch => look(() => readQueue(client, branch)),
    runsOf: commit => look(() => readRuns(client, commit)),
    approve: wish => review('APPROVE', wish),
    requestChanges: wish => review('REQUEST_CHANGES', wish),
    reviewOf: (number, mark) =>
      look(async () => {
        const sign = signOf(mark)
        for (let page = 1; ; page += 1) {
          const list = await client.call(`GET ${REVIEWS}`, { number, per_page: 100, page })
          const reviews = parse(z.array(Review), list)
          const found = reviews.find(({ body }) => body?.includes(sign))
          if (found || reviews.length < 100) return found?.id ?? null
        }
      }),
    dismiss: ({ number, review: id, text }) =>
      write(async () => {
        const route = `PUT ${REVIEWS}/{review_id}/dismissals`
        await client.call(route, { number, review_id: id, message: text, event: 'DISMISS' })
        return { kind: 'done' }
      }),
    merge: ({ number, head }) =>
      write(async () => {
        const answer = await client.call(`PUT ${PULL}/merge`, { number, sha: head })
        const { merged, sha } = parse(MergeAnswer, answer)
        return merged ? { kind: 'done', commit: sha } : refusedFor('held', 'it was not merged')
      }),
    mergeAsync: async ({ number, head }) => {
      let uuid: string | null = null
      // `default`: a direct merge would go past a queue where the token may.
      const wish = { number, sha: head, merge_action: 'default' }
      const came = await write<Merged>(async () => {
        const answer = parse(AsyncAnswer, await client.call(`PUT ${ASYNC}`, wish))
        if (answer.status !== 'pending') return endOf(answer) ?? UNREAD
        uuid = answer.details.uuid ?? null
        return uuid === null ? UNREAD : { kind: 'unknown', said: 'GitHub merges it' }
      })
      if (uuid !== null) return await follow(number, uuid)
      // One is under way already, ours or another's: it is the merge of this head, or it is not ours.
      return came.kind === 'refused' && came.status === 409
        ? { kind: 'unknown', said: `another merge of it is under way: ${came.said}` }
        : came
    },
    enqueue: ({ id, head, jump }) =>
      mutate(ENQUEUE, { pullRequestId: id, expectedHeadOid: head, jump }),
    dequeue: ({ id }) => mutate(DEQUEUE, { id }),
    rerun: ({ run }) =>
      write(async () => {
        const route = 'POST /repos/{owner}/{repo}/actions/runs/{run}/rerun-failed-jobs'
        await client.call(route, { run })
        return { kind: 'done' }
      }),
    rebase: ({ id, head }) =>
      mutate(UPDATE, { pullRequestId: id, expectedHeadOid: head, updateMethod: 'REBASE' }),
  }
}

/** Markup that no page shows. */
const signOf = (mark: string): string => `<!-- dockmaster ${mark} -->`

const UNREAD = { kind: 'unknown', said: 'GitHub did not say how the merge ended' } as const

const Review = z.object({ id: z.number().int(), body: z.string().nullish() })
const MergeAnswer = z.object({ merged: z.boolean(), sha: z.string() })
const AsyncAnswer = z.object({
  status: z.enum(['pending', 'merged', 'enqueued', 'failed']),
  details: z.object({
    message: z.string().optional(),
    uuid: z.string().optional(),
    sha: z.string().optional(),
  }),
})
type AsyncAnswer = z.infer<typeof AsyncAnswer>

/** Null while it goes on. */
function endOf({ status, details }: AsyncAnswer): Came<Merged> | null {
  const { message = '', sha } = details
  switch (status) {
    case 'pending':
      return null
    case 'merged':
      return sha === undefined ? UNREAD : { kind: 'done', way: 'merged', commit: sha }
    case 'enqueued':
      return { kind: 'done', way: 'queued' }
    default:
      return refusedFor(causeOfFailure(message), message)
  }
}

const causeOfFailure = (message: string): Cause =>
  /head.*(?:changed|modified|match)|push/i.test(message) ? 'moved' : 'held'

const ENQUEUE = `
mutation enqueue($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { position } }
}`

const DEQUEUE = `
mutation dequeue($input: DequeuePullRequestInput!) {
  dequeuePullRequest(input: $input) { mergeQueueEntry { position } }
}`

const UPDATE = `
mutation update($input: UpdatePullRequestBranchInput!) {
  updatePullRequestBranch(input: $input) { pullRequest { headRefOid } }
}`
