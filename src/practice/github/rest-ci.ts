/** Checks, runs and runners in REST. */
import { type Run, stateOf } from './ci.ts'
import {
  commitNamed,
  counted,
  notFound,
  problem,
  type RestAnswer,
  type RestCall,
  type Route,
  unreachable,
} from './rest-call.ts'
import { type Body, checkView, jobsView, runnerView, runView } from './rest-views.ts'

function checkRunsOf(call: RestCall): RestAnswer {
  const { repository, source, holder, parts } = call
  if (!holder.mayReadChecks) return unreachable()
  const sha = commitNamed(call, parts[0] ?? '')
  if (sha === null) return problem(422, `No commit found for SHA: ${parts[0]}`)
  const run = repository.ci.runOf(sha)
  const checks = repository.checks(sha).map((check, index) => ({ check, index }))
  return counted(call, 'check_runs', run ? checks : [], one =>
    run ? checkView(source, repository, run, one) : null,
  )
}

/** Nobody sets statuses here: checks are none of them, and none is `pending`. */
function statusOf(call: RestCall): RestAnswer {
  const sha = commitNamed(call, call.parts[0] ?? '')
  if (sha === null) return notFound()
  const body = {
    state: 'pending',
    statuses: [],
    sha,
    total_count: 0,
  } satisfies Body<'combined-commit-status'>
  return { status: 200, body }
}

function listRuns(call: RestCall): RestAnswer {
  const { repository, source, url } = call
  const asked = (name: string) => url.searchParams.get(name)
  const [branch, sha, status] = [asked('branch'), asked('head_sha'), asked('status')]
  const known = new Set<number>()
  const wanted = repository.ci
    .runs()
    // A run is told by its last attempt.
    .filter(({ id }) => !known.has(id) && known.add(id))
    .filter(run => branch === null || run.branch === branch)
    .filter(run => sha === null || run.sha === sha)
    .filter(run => {
      if (status === null || stateOf(run, source.now()) === status) return true
      return runView(source, repository, run).conclusion === status
    })
    .sort((a, b) => b.queuedAt - a.queuedAt || b.id - a.id)
  return counted(call, 'workflow_runs', wanted, run => runView(source, repository, run))
}

const runNamed = ({ repository, parts }: RestCall): Run | undefined =>
  repository.ci.runs().find(({ id }) => id === Number(parts[0]))

function oneRun(call: RestCall): RestAnswer {
  const run = runNamed(call)
  return run ? { status: 200, body: runView(call.source, call.repository, run) } : notFound()
}

function listJobs(call: RestCall): RestAnswer {
  const run = runNamed(call)
  if (!run) return notFound()
  return counted(call, 'jobs', jobsView(call.source, call.repository, run), job => job)
}

function cancelRun(call: RestCall): RestAnswer {
  const run = runNamed(call)
  if (!run) return notFound()
  if (call.repository.ci.cancel(run.id)) return { status: 202, body: {} }
  return problem(409, 'Cannot cancel a workflow run that is completed.')
}

/** All of it: whatever passed, one runner has taken it in hand. */
async function rerunFailed(call: RestCall): Promise<RestAnswer> {
  const run = runNamed(call)
  if (!run) return notFound()
  if (await call.repository.rerun(run.id)) return { status: 201, body: {} }
  return problem(403, 'This workflow is already running')
}

const listRunners = (call: RestCall): RestAnswer =>
  counted(call, 'runners', call.repository.ci.runners(), runnerView)

export const CI_ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/commits\/(.+)\/check-runs$/, needs: 'read', handler: checkRunsOf },
  { method: 'GET', path: /^\/commits\/(.+)\/status$/, needs: 'read', handler: statusOf },
  { method: 'GET', path: /^\/actions\/runs$/, needs: 'read', handler: listRuns },
  { method: 'GET', path: /^\/actions\/runs\/(\d+)$/, needs: 'read', handler: oneRun },
  { method: 'GET', path: /^\/actions\/runs\/(\d+)\/jobs$/, needs: 'read', handler: listJobs },
  { method: 'POST', path: /^\/actions\/runs\/(\d+)\/cancel$/, needs: 'merge', handler: cancelRun },
  {
    method: 'POST',
    path: /^\/actions\/runs\/(\d+)\/rerun-failed-jobs$/,
    needs: 'merge',
    handler: rerunFailed,
  },
  { method: 'GET', path: /^\/actions\/runners$/, needs: 'read', handler: listRunners },
]
