/** The model as GitHub's REST shows it (API version 2022-11-28): the few reads that we need. */
import { restPage } from './connection.ts'
import type { RepositoryModel } from './model.ts'
import { isOpen, type Pull } from './pull.ts'

export interface RestSource {
  repositories: readonly RepositoryModel[]
  url(): string
  now: () => number
}

export interface RestAnswer {
  status: number
  body: unknown
  link?: string | null
}

const NOT_FOUND: RestAnswer = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
}

type Handler = (
  source: RestSource,
  repository: RepositoryModel,
  url: URL,
  rest: string,
) => Promise<RestAnswer> | RestAnswer

/** What follows `/repos/{owner}/{repo}` → who answers. */
const ROUTES: readonly { path: RegExp; handler: Handler }[] = [
  { path: /^$/, handler: (source, one) => ({ status: 200, body: repositoryView(source, one) }) },
  { path: /^\/pulls$/, handler: listPulls },
  { path: /^\/pulls\/(\d+)$/, handler: onePull },
]

/** Answers one GET. */
export async function answerRest(source: RestSource, url: URL): Promise<RestAnswer> {
  const [, owner, name, rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? []
  const repository = source.repositories.find(one => one.fullName === `${owner}/${name}`)
  const route = ROUTES.find(({ path }) => path.test(rest))
  if (!repository || !route) return NOT_FOUND
  await repository.refresh()
  return route.handler(source, repository, url, rest)
}

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
const userView = (login: string) => ({ login, type: 'User' })

const repositoryView = (source: RestSource, one: RepositoryModel) => ({
  name: one.name,
  full_name: one.fullName,
  private: true,
  owner: { login: one.owner, type: 'Organization' },
  html_url: `${source.url()}/${one.fullName}`,
  url: `${source.url()}/repos/${one.fullName}`,
  default_branch: 'main',
  created_at: iso(one.createdAt),
  open_issues_count: one.pulls().filter(isOpen).length,
})

function listPulls(source: RestSource, repository: RepositoryModel, url: URL): RestAnswer {
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
  const { items, link } = restPage(wanted, new URL(url.pathname + url.search, source.url()))
  return { status: 200, body: items.map(pull => pullView(source, repository, pull)), link }
}

async function onePull(
  source: RestSource,
  repository: RepositoryModel,
  _: URL,
  rest: string,
): Promise<RestAnswer> {
  const number = Number(rest.split('/')[2])
  const pull = repository.pulls().find(one => one.number === number)
  if (!pull) return NOT_FOUND
  const known = repository.mergeability(pull)
  const state = repository.mergeState(pull)
  const stat = await repository.diffStat(pull)
  return {
    status: 200,
    body: {
      ...pullView(source, repository, pull),
      merged: pull.landed !== null,
      merged_by: pull.landed ? userView(pull.landed.by) : null,
      mergeable: known === 'unknown' ? null : !known.conflicts,
      mergeable_state: pull.isDraft && state === 'BLOCKED' ? 'draft' : state.toLowerCase(),
      additions: stat.additions,
      deletions: stat.deletions,
      changed_files: stat.changedFiles,
    },
  }
}

/** A pull request as the list shows it: without a word on whether it merges. */
function pullView(source: RestSource, repository: RepositoryModel, pull: Pull) {
  const repo = { name: repository.name, full_name: repository.fullName }
  const side = (ref: string, sha: string) => ({
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    repo,
    user: userView(repository.owner),
  })
  return {
    number: pull.number,
    state: isOpen(pull) ? 'open' : 'closed',
    title: pull.title,
    body: pull.body === '' ? null : pull.body,
    draft: pull.isDraft,
    locked: false,
    user: userView(pull.author),
    labels: [],
    url: `${source.url()}/repos/${repository.fullName}/pulls/${pull.number}`,
    html_url: `${source.url()}/${repository.fullName}/pull/${pull.number}`,
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: isOpen(pull) ? null : iso(pull.landed?.at ?? pull.closedAt ?? 0),
    merged_at: pull.landed ? iso(pull.landed.at) : null,
    merge_commit_sha: pull.landed?.sha ?? null,
    auto_merge: null,
    head: side(pull.branch, pull.headSha),
    base: side(pull.base, repository.tip()),
  }
}
