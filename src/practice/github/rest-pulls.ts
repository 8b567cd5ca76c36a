/** Pull requests, and what is said on them, in REST. */
import * as z from 'zod'
import { isOpen } from './pull.ts'
import {
  commitNamed,
  listed,
  notFound,
  problem,
  pullOf,
  type RestAnswer,
  type RestCall,
  type Route,
} from './rest-call.ts'
import {
  type Body,
  commentView,
  commitView,
  fileView,
  labelView,
  pullView,
  reviewView,
  wholePullView,
} from './rest-views.ts'
import { addComment, addReview, dismissReview, reviewFault } from './talk.ts'

function listPulls(call: RestCall): RestAnswer {
  const { source, repository, url } = call
  const asked = (name: string) => url.searchParams.get(name)
  const state = asked('state') ?? 'open'
  const base = asked('base')
  const key = asked('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  const sign = (asked('direction') ?? (asked('sort') ? 'asc' : 'desc')) === 'asc' ? 1 : -1
  const wanted = repository
    .pulls()
    .filter(pull => state === 'all' || (state === 'open') === isOpen(pull))
    .filter(pull => base === null || pull.base === base)
    .sort((a, b) => sign * (a[key] - b[key] || a.number - b.number))
  return listed(call, wanted, pull => pullView(source, repository, pull))
}

async function onePull(call: RestCall): Promise<RestAnswer> {
  const pull = pullOf(call)
  if (!pull) return notFound()
  return { status: 200, body: await wholePullView(call.source, call.repository, pull) }
}

async function listFiles(call: RestCall): Promise<RestAnswer> {
  const { repository } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  const base = pull.landed ? `${pull.landed.sha}^1` : repository.tip()
  const files = await repository.git.files(base, pull.headSha)
  return listed(call, files, file => fileView(file, pull.headSha))
}

function listComments(call: RestCall): RestAnswer {
  const { source, repository } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  return listed(call, pull.comments, said => commentView(source, repository, pull, said))
}

const CommentBody = z.object({ body: z.string().min(1).max(65_536) })

function createComment(call: RestCall): RestAnswer {
  const { source, repository, holder } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  const draft = CommentBody.safeParse(call.body)
  if (!draft.success) return problem(422, 'Invalid request.\n\n"body" wasn\'t supplied.')
  const said = addComment(pull, holder.login, draft.data.body, source.now())
  return { status: 201, body: commentView(source, repository, pull, said) }
}

function listReviews(call: RestCall): RestAnswer {
  const { source, repository } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  return listed(call, pull.reviews, said => reviewView(source, repository, pull, said))
}

const ReviewBody = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().max(65_536).default(''),
  commit_id: z.string().optional(),
})
const REVIEW_STATES = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const

function createReview(call: RestCall): RestAnswer {
  const { source, repository, holder } = call
  const pull = pullOf(call)
  if (!pull) return notFound()
  const asked = ReviewBody.safeParse(call.body)
  if (!asked.success) return problem(422, 'Unprocessable Entity: "event" is not known.')
  const { event, body, commit_id: commit = pull.headSha } = asked.data
  if (event !== 'APPROVE' && body === '') {
    return problem(422, 'Unprocessable Entity: "body" is needed.')
  }
  const state = REVIEW_STATES[event]
  const draft = { by: holder.login, state, body, commit, at: source.now() }
  const fault = reviewFault(pull, draft)
  if (fault !== null) {
    return {
      ...problem(422, 'Unprocessable Entity'),
      body: { message: 'Unprocessable Entity', errors: [fault] },
    }
  }
  const said = addReview(pull, draft, repository.rules)
  return { status: 200, body: reviewView(source, repository, pull, said) }
}

const DismissBody = z.object({ message: z.string().min(1) })

function dismiss(call: RestCall): RestAnswer {
  const { source, repository, url } = call
  const pull = pullOf(call)
  const id = Number(url.pathname.split('/').at(-2))
  const review = pull?.reviews.find(one => one.id === id)
  if (!pull || !review) return notFound()
  if (!DismissBody.safeParse(call.body).success || review.state === 'COMMENTED') {
    return problem(422, 'Unprocessable Entity')
  }
  const said = dismissReview(pull, review, source.now(), repository.rules)
  return { status: 200, body: reviewView(source, repository, pull, said) }
}

const LabelsBody = z.object({ labels: z.array(z.string().min(1)) })

function addLabels(call: RestCall): RestAnswer {
  const pull = pullOf(call)
  if (!pull) return notFound()
  const asked = LabelsBody.safeParse(call.body)
  if (!asked.success) return problem(422, 'Validation Failed')
  const { labels } = pull
  labels.push(...new Set(asked.data.labels.filter(label => !labels.includes(label))))
  return { status: 200, body: labels.map(labelView) }
}

function removeLabel(call: RestCall): RestAnswer {
  const pull = pullOf(call)
  const at = pull?.labels.indexOf(call.parts[1] ?? '') ?? -1
  if (!pull || at < 0) return problem(404, 'Label does not exist')
  pull.labels.splice(at, 1)
  return { status: 200, body: pull.labels.map(labelView) }
}

async function compare(call: RestCall): Promise<RestAnswer> {
  const { source, repository, parts } = call
  const { git } = repository
  const [base, head] = [commitNamed(call, parts[0] ?? ''), commitNamed(call, parts[1] ?? '')]
  if (base === null || head === null || !(await git.has(base)) || !(await git.has(head))) {
    return notFound()
  }
  const [ahead, behind, mergeBase] = await Promise.all([
    git.commits(base, head),
    git.behindBy(base, head),
    git.mergeBase(base, head),
  ])
  if (mergeBase === null) return problem(404, 'No common ancestor between the two commits')
  const isAhead = ahead.length > 0
  const status = isAhead ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical'
  const files = await git.files(base, head)
  return {
    status: 200,
    body: {
      status,
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      merge_base_commit: { sha: mergeBase },
      commits: ahead.map(commit => commitView(source, repository, commit)),
      files: files.map(file => fileView(file, head)),
    } satisfies Body<'commit-comparison'>,
  }
}

export const PULL_ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/pulls$/, needs: 'read', handler: listPulls },
  { method: 'GET', path: /^\/pulls\/(\d+)$/, needs: 'read', handler: onePull },
  { method: 'GET', path: /^\/pulls\/(\d+)\/files$/, needs: 'read', handler: listFiles },
  { method: 'GET', path: /^\/issues\/(\d+)\/comments$/, needs: 'read', handler: listComments },
  { method: 'POST', path: /^\/issues\/(\d+)\/comments$/, needs: 'review', handler: createComment },
  { method: 'GET', path: /^\/pulls\/(\d+)\/reviews$/, needs: 'read', handler: listReviews },
  { method: 'POST', path: /^\/pulls\/(\d+)\/reviews$/, needs: 'review', handler: createReview },
  {
    method: 'PUT',
    path: /^\/pulls\/(\d+)\/reviews\/(\d+)\/dismissals$/,
    needs: 'review',
    handler: dismiss,
  },
  { method: 'POST', path: /^\/issues\/(\d+)\/labels$/, needs: 'review', handler: addLabels },
  {
    method: 'DELETE',
    path: /^\/issues\/(\d+)\/labels\/([^/]+)$/,
    needs: 'review',
    handler: removeLabel,
  },
  { method: 'GET', path: /^\/compare\/(.+)\.\.\.(.+)$/, needs: 'read', handler: compare },
]
