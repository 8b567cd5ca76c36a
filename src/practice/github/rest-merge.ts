/** Merging in REST: at once, or accepted now and looked after by its id. */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { LandingFault } from './landing.ts'
import type { RepositoryModel } from './model.ts'
import { isOpen, type Pull } from './pull.ts'
import {
  notFound,
  problem,
  pullOf,
  type RestAnswer,
  type RestCall,
  type Route,
} from './rest-call.ts'
import type { Body } from './rest-views.ts'

const MergeBody = z
  .object({
    commit_title: z.string().optional(),
    commit_message: z.string().optional(),
    sha: z.string().optional(),
    merge_method: z.enum(['merge', 'squash', 'rebase']).optional(),
  })
  .nullish()

async function merge(call: RestCall): Promise<RestAnswer> {
  const { repository, holder } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  const asked = MergeBody.safeParse(call.body)
  if (!asked.success) return problem(422, 'Validation Failed')
  const {
    merge_method: method = 'merge',
    commit_title: title,
    commit_message: message,
    sha,
  } = asked.data ?? {}
  const { landed } = await repository.merge(pull.number, holder.login, {
    method,
    title,
    message,
    sha,
  })
  const body = {
    sha: landed?.sha ?? '',
    merged: true,
    message: 'Pull Request successfully merged',
  } satisfies Body<'pull-request-merge-result'>
  return { status: 200, body }
}

type AsyncResult = Body<'pull-request-merge-async-result'>

const AsyncBody = MergeBody.unwrap()
  .unwrap()
  .extend({
    merge_action: z.enum(['default', 'direct_merge', 'merge_queue']).default('default'),
  })

/** Merges that were accepted, by repository and id; null while one is under way. */
const accepted = new WeakMap<
  RepositoryModel,
  Map<string, { number: number; result: AsyncResult }>
>()

const requestsOf = (repository: RepositoryModel) => {
  const known =
    accepted.get(repository) ?? new Map<string, { number: number; result: AsyncResult }>()
  accepted.set(repository, known)
  return known
}

async function mergeAsync(call: RestCall): Promise<RestAnswer> {
  const { repository, holder } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  const asked = AsyncBody.safeParse(call.body ?? {})
  if (!asked.success) return problem(422, 'Validation Failed')
  const { merge_action: action, merge_method: method, sha = pull.headSha } = asked.data
  const at = resultNow(repository, pull)
  if (at) return { status: at.status === 'failed' ? 400 : 200, body: at }
  const requests = requestsOf(repository)
  const before = [...requests.values()].find(
    ({ number, result }) => number === pull.number && result.status === 'pending',
  )
  if (before) return { status: 409, body: before.result }
  const uuid = randomUUID()
  const result: AsyncResult = {
    status: 'pending',
    details: {
      message: 'Merge request accepted',
      uuid,
      merge_method: method ?? 'default',
      merge_action: action,
      expected_head_sha: sha,
    },
  }
  const request = { number: pull.number, result }
  requests.set(uuid, request)
  const { commit_title: title, commit_message: message } = asked.data
  const how = { method: method ?? 'merge', title, message, sha } as const
  const perform = async () => {
    const isQueued =
      action === 'merge_queue' || (action === 'default' && repository.rules.queue !== null)
    request.result = isQueued
      ? await enqueue(repository, pull, holder.login, sha)
      : await land(repository, pull, holder.login, how)
  }
  // It is pending for whoever asks at once.
  setTimeout(() => void perform(), ASYNC_DELAY_MS).unref()
  return { status: 202, body: result }
}

const ASYNC_DELAY_MS = 30

/** What needs no work: it is merged, queued or closed already. */
function resultNow(repository: RepositoryModel, pull: Pull): AsyncResult | null {
  if (pull.landed) {
    const details = { message: 'Pull request was already merged', sha: pull.landed.sha }
    return { status: 'merged', details }
  }
  if (!isOpen(pull)) return failed('Pull request is closed')
  if (pull.isDraft) return failed('Pull request is a draft')
  return repository.queue.entryOf(pull) ? ENQUEUED : null
}

const ENQUEUED: AsyncResult = {
  status: 'enqueued',
  details: { message: 'Pull request was added to the merge queue' },
}
const failed = (message: string): AsyncResult => ({ status: 'failed', details: { message } })

async function enqueue(repository: RepositoryModel, pull: Pull, by: string, head: string) {
  try {
    await repository.enqueue(pull, by, { head, jump: false })
    return ENQUEUED
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
}

async function land(
  repository: RepositoryModel,
  pull: Pull,
  by: string,
  how: Parameters<RepositoryModel['merge']>[2],
): Promise<AsyncResult> {
  try {
    const { landed } = await repository.merge(pull.number, by, how)
    return {
      status: 'merged',
      details: { message: 'Pull request was merged', sha: landed?.sha ?? '' },
    }
  } catch (error) {
    if (!(error instanceof LandingFault)) return failed('Something went wrong')
    return failed(error.message)
  }
}

async function asyncResult(call: RestCall): Promise<RestAnswer> {
  const [number, uuid = ''] = call.parts
  const request = requestsOf(call.repository).get(uuid)
  if (!request || request.number !== Number(number)) return notFound()
  return { status: 200, body: request.result }
}

const UpdateBody = z.object({ expected_head_sha: z.string().optional() }).nullish()

async function updateBranch(call: RestCall): Promise<RestAnswer> {
  const { repository, source } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  const asked = UpdateBody.safeParse(call.body)
  if (!asked.success) return problem(422, 'Validation Failed')
  await repository.updateHead(pull, { method: 'merge', sha: asked.data?.expected_head_sha })
  const url = `${source.url()}/repos/${repository.fullName}/pulls/${pull.number}`
  return { status: 202, body: { message: 'Updating pull request branch.', url } }
}

export const MERGE_ROUTES: readonly Route[] = [
  { method: 'PUT', path: /^\/pulls\/(\d+)\/merge$/, needs: 'merge', handler: merge },
  { method: 'PUT', path: /^\/pulls\/(\d+)\/merge-async$/, needs: 'merge', handler: mergeAsync },
  {
    method: 'GET',
    path: /^\/pulls\/(\d+)\/merge-async\/([\w-]+)$/,
    needs: 'read',
    handler: asyncResult,
  },
  {
    method: 'PUT',
    path: /^\/pulls\/(\d+)\/update-branch$/,
    needs: 'review',
    handler: updateBranch,
  },
]
