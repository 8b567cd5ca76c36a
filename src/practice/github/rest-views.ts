/**
 * The model in the bodies of GitHub's REST (API version 2022-11-28). Each is held to GitHub's own
 * OpenAPI types: a name or a type that is not theirs does not compile.
 */
import type { components } from '@octokit/openapi-types'
import type { CommitView, FileView } from '../git/repository.ts'
import { checksOfRun, type Run, type RunnerView, stateOf } from './ci.ts'
import type { RepositoryModel } from './model.ts'
import { type CheckRun, type Comment, isOpen, type Pull, type Review } from './pull.ts'

/** We send what is read; GitHub sends more. */
type Some<T> = T extends readonly (infer One)[]
  ? Some<One>[]
  : T extends object
    ? { [Key in keyof T]?: Some<T[Key]> }
    : T
export type Body<Name extends keyof components['schemas']> = Some<components['schemas'][Name]>

export interface ViewSource {
  url(): string
  now: () => number
}

export const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
export const userView = (login: string) => ({ login, type: 'User' }) satisfies Body<'simple-user'>

const apiOf = (source: ViewSource, one: RepositoryModel) => `${source.url()}/repos/${one.fullName}`
const webOf = (source: ViewSource, one: RepositoryModel) => `${source.url()}/${one.fullName}`

export const repositoryView = (source: ViewSource, one: RepositoryModel) =>
  ({
    name: one.name,
    full_name: one.fullName,
    private: true,
    owner: { login: one.owner, type: 'Organization' },
    html_url: webOf(source, one),
    url: apiOf(source, one),
    clone_url: `${webOf(source, one)}.git`,
    default_branch: 'main',
    created_at: iso(one.createdAt),
    open_issues_count: one.pulls().filter(isOpen).length,
    delete_branch_on_merge: one.rules.deletesBranch,
  }) satisfies Body<'full-repository'>

/** A pull request as the list shows it: without a word on whether it merges. */
export function pullView(source: ViewSource, one: RepositoryModel, pull: Pull) {
  const repo = { name: one.name, full_name: one.fullName }
  const side = (ref: string, sha: string) => ({
    label: `${one.owner}:${ref}`,
    ref,
    sha,
    repo,
    user: userView(one.owner),
  })
  return {
    number: pull.number,
    state: isOpen(pull) ? 'open' : 'closed',
    title: pull.title,
    body: pull.body === '' ? null : pull.body,
    draft: pull.isDraft,
    locked: false,
    user: userView(pull.author),
    labels: pull.labels.map(labelView),
    url: `${apiOf(source, one)}/pulls/${pull.number}`,
    html_url: `${webOf(source, one)}/pull/${pull.number}`,
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: isOpen(pull) ? null : iso(pull.landed?.at ?? pull.closedAt ?? 0),
    merged_at: pull.landed ? iso(pull.landed.at) : null,
    merge_commit_sha: pull.landed?.sha ?? null,
    auto_merge: null,
    head: side(pull.branch, pull.headSha),
    base: side(pull.base, one.tip()),
  } satisfies Body<'pull-request-simple'>
}

export async function wholePullView(source: ViewSource, one: RepositoryModel, pull: Pull) {
  const known = one.mergeability(pull)
  const state = one.mergeState(pull)
  const stat = await one.diffStat(pull)
  const { labels, ...simple } = pullView(source, one, pull)
  return {
    ...simple,
    labels,
    state: isOpen(pull) ? 'open' : 'closed',
    merged: pull.landed !== null,
    merged_by: pull.landed ? userView(pull.landed.by) : null,
    mergeable: known === 'unknown' ? null : !known.conflicts,
    mergeable_state: pull.isDraft && state === 'BLOCKED' ? 'draft' : state.toLowerCase(),
    comments: pull.comments.length,
    additions: stat.additions,
    deletions: stat.deletions,
    changed_files: stat.changedFiles,
  } satisfies Body<'pull-request'>
}

export const labelView = (name: string) => ({ name, color: 'ededed' }) satisfies Body<'label'>

export const commentView = (source: ViewSource, one: RepositoryModel, pull: Pull, said: Comment) =>
  ({
    id: said.id,
    user: userView(said.by),
    body: said.body,
    created_at: iso(said.at),
    updated_at: iso(said.at),
    url: `${apiOf(source, one)}/issues/comments/${said.id}`,
    html_url: `${webOf(source, one)}/pull/${pull.number}#issuecomment-${said.id}`,
    issue_url: `${apiOf(source, one)}/issues/${pull.number}`,
  }) satisfies Body<'issue-comment'>

export const reviewView = (source: ViewSource, one: RepositoryModel, pull: Pull, said: Review) =>
  ({
    id: said.id,
    user: userView(said.by),
    body: said.body,
    state: said.state,
    commit_id: said.commit,
    submitted_at: iso(said.at),
    html_url: `${webOf(source, one)}/pull/${pull.number}#pullrequestreview-${said.id}`,
    pull_request_url: `${apiOf(source, one)}/pulls/${pull.number}`,
  }) satisfies Body<'pull-request-review'>

export const fileView = ({ path, status, additions, deletions }: FileView, sha: string) =>
  ({
    sha,
    filename: path,
    status,
    additions,
    deletions,
    changes: additions + deletions,
  }) satisfies Body<'diff-entry'>

export const commitView = (source: ViewSource, one: RepositoryModel, commit: CommitView) => {
  const who = { name: commit.author, email: commit.email, date: iso(commit.at) }
  return {
    sha: commit.sha,
    url: `${apiOf(source, one)}/commits/${commit.sha}`,
    commit: { message: commit.message, author: who, committer: who, tree: { sha: commit.tree } },
    parents: commit.parents.map(sha => ({ sha })),
  } satisfies Body<'commit'>
}

const lower = <Word extends string>(word: Word) => word.toLowerCase() as Lowercase<Word>

/** One check of a run; GitHub's job of the same run has the same id. */
export const checkId = (run: Run, index: number): number => run.id * 10 + index

export const checkView = (
  source: ViewSource,
  one: RepositoryModel,
  run: Run,
  { check, index }: { check: CheckRun; index: number },
) =>
  ({
    id: checkId(run, index),
    name: check.name,
    head_sha: run.sha,
    status: lower(check.status),
    conclusion: check.conclusion === null ? null : lower(check.conclusion),
    started_at: check.status === 'QUEUED' ? null : iso(check.startedAt),
    completed_at: check.completedAt === null ? null : iso(check.completedAt),
    url: `${apiOf(source, one)}/check-runs/${checkId(run, index)}`,
    html_url: `${webOf(source, one)}/actions/runs/${run.id}/job/${checkId(run, index)}`,
  }) satisfies Body<'check-run'>

export function runView(source: ViewSource, one: RepositoryModel, run: Run) {
  const now = source.now()
  const state = stateOf(run, now)
  const isRed = run.verdict === 'fail'
  const conclusion = run.cancelledAt !== null ? 'cancelled' : isRed ? 'failure' : 'success'
  return {
    id: run.id,
    name: 'checks',
    run_number: run.id,
    run_attempt: run.attempt,
    event: 'push',
    status: state,
    conclusion: state === 'completed' ? conclusion : null,
    head_branch: run.branch,
    head_sha: run.sha,
    created_at: iso(run.queuedAt),
    run_started_at: iso(run.startedAt ?? run.queuedAt),
    updated_at: iso(state === 'completed' ? (run.cancelledAt ?? Number(run.endsAt)) : now),
    url: `${apiOf(source, one)}/actions/runs/${run.id}`,
    html_url: `${webOf(source, one)}/actions/runs/${run.id}`,
  } satisfies Body<'workflow-run'>
}

export const jobsView = (source: ViewSource, one: RepositoryModel, run: Run) =>
  checksOfRun(run, source.now()).map((check, index) => {
    const { id, name, head_sha, status, conclusion, completed_at } = checkView(source, one, run, {
      check,
      index,
    })
    return {
      id,
      run_id: run.id,
      name,
      head_sha,
      head_branch: run.branch,
      status,
      conclusion,
      created_at: iso(run.queuedAt),
      started_at: iso(check.startedAt),
      completed_at,
      runner_id: status === 'queued' ? null : run.runner,
      runner_name: status === 'queued' || run.runner === null ? null : `runner-${run.runner}`,
      labels: ['self-hosted'],
    } satisfies Body<'job'>
  })

export const runnerView = ({ id, name, busy }: RunnerView) =>
  ({
    id,
    name,
    os: 'linux',
    status: 'online',
    busy: busy !== null,
    labels: [
      { id: 1, name: 'self-hosted', type: 'read-only' },
      { id: 2, name: 'Linux', type: 'read-only' },
    ],
  }) satisfies Body<'runner'>
