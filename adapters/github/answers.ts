/** GitHub's GraphQL answers, read at the border into facts. */
import * as z from 'zod'
import type { LandingFact, PrFact } from '../../state/facts.ts'
import { MergeState } from '../../state/words.ts'
import { Instant, parse } from './parse-answer.ts'

/** One entry of an answer's `errors`: what could not be told, and why. */
export interface PartialError {
  type: string
  message: string
  path: readonly (string | number)[]
}

const Login = z.object({ login: z.string() }).nullish()
const Text = z.string().transform(text => text.slice(0, 1_000))

const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

const Pull = z.object({
  number: z.number().int(),
  title: Text,
  url: Text,
  isDraft: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
  author: Login,
  headRefName: Text,
  headRefOid: z.string(),
  baseRefName: Text,
  mergeStateStatus: z.string(),
  reviewDecision: z.string().nullish(),
  additions: z.number().int(),
  deletions: z.number().int(),
  changedFiles: z.number().int(),
  mergeQueueEntry: z.object({ position: z.number().int() }).nullish(),
  statusCheckRollup: z.object({ state: z.string() }).nullish(),
})

/** A commit, the tree that it holds, and what its checks came to. */
const Checked = z.object({
  oid: z.string(),
  tree: z.object({ oid: z.string() }).nullish(),
  statusCheckRollup: z.object({ state: z.string() }).nullish(),
})

const Landed = z.object({
  number: z.number().int(),
  title: Text,
  createdAt: Instant,
  mergedAt: Instant.nullish(),
  baseRefName: z.string(),
  mergedBy: Login,
  headRefName: Text,
  headRefOid: z.string(),
  mergeCommit: Checked.nullish(),
  commits: z.object({ nodes: z.array(z.object({ commit: Checked }).nullable()) }).nullish(),
})

const PullsAnswer = z.object({
  repository: z.object({
    defaultBranchRef: z.object({ name: z.string() }).nullish(),
    open: z.object({ pageInfo: PageInfo, nodes: z.array(Pull.nullable()) }),
    landed: z.object({ nodes: z.array(Landed.nullable()) }).optional(),
  }),
})

export type PullDraft = Omit<PrFact, 'mergeStateSince'>

export interface PullsPage {
  pulls: PullDraft[]
  landings: LandingFact[]
  /** Where the next page begins; null after the last. */
  next: string | null
}

/** A page of open pull requests, and what landed. Throws AnswerFault. */
export function readPulls(repo: string, data: unknown, errors: readonly PartialError[]): PullsPage {
  const { repository } = parse(PullsAnswer, data)
  const { open, landed, defaultBranchRef } = repository
  const unreadable = new Set(errors.filter(isAboutChecks).flatMap(ofOpen))
  return {
    pulls: open.nodes.flatMap((node, index) =>
      node ? [pullOf(repo, node, unreadable.has(index))] : [],
    ),
    landings: (landed?.nodes ?? []).flatMap(node =>
      node ? (landingOf(repo, node, defaultBranchRef?.name) ?? []) : [],
    ),
    next: open.pageInfo.hasNextPage ? open.pageInfo.endCursor : null,
  }
}

/** Whether an error says only that a pull request's checks may not be read. */
export const isAboutChecks = ({ path }: PartialError): boolean =>
  path[0] === 'repository' && path.includes('statusCheckRollup')

const ofOpen = ({ path }: PartialError) => (path[1] === 'open' ? (path[3] ?? []) : [])

function pullOf(repo: string, node: z.infer<typeof Pull>, checksUnreadable: boolean): PullDraft {
  return {
    repo,
    number: node.number,
    title: node.title,
    // GitHub shows the pull requests of a deleted account as ghost's.
    author: node.author?.login ?? 'ghost',
    branch: node.headRefName,
    base: node.baseRefName,
    headSha: node.headRefOid,
    url: node.url,
    isDraft: node.isDraft,
    mergeState: mergeStateOf(node.mergeStateStatus),
    checks: checksUnreadable ? 'unreadable' : checksOf(node.statusCheckRollup?.state),
    checksDone: null,
    checksTotal: null,
    reviewDecision: node.reviewDecision ?? null,
    additions: node.additions,
    deletions: node.deletions,
    changedFiles: node.changedFiles,
    createdAt: node.createdAt,
    updatedAt: node.updatedAt,
    queuePosition: node.mergeQueueEntry?.position ?? null,
  }
}

/** DRAFT is GitHub's old word for blocked as a draft; a word we do not know is not known. */
function mergeStateOf(word: string): MergeState {
  if (word === 'DRAFT') return 'BLOCKED'
  return MergeState.safeParse(word).data ?? 'UNKNOWN'
}

const CHECKS: Readonly<Record<string, PrFact['checks']>> = {
  SUCCESS: 'passing',
  FAILURE: 'failing',
  ERROR: 'failing',
  PENDING: 'pending',
  EXPECTED: 'pending',
}

const checksOf = (state: string | undefined): PrFact['checks'] =>
  state === undefined ? 'none' : (CHECKS[state] ?? 'unreadable')

/** Landed is what has a SHA on the default branch: a merge into another branch is none. */
function landingOf(
  repo: string,
  node: z.infer<typeof Landed>,
  defaultBranch: string | undefined,
): LandingFact | null {
  const { number, title, createdAt, mergedAt, mergeCommit, mergedBy } = node
  if (!mergedAt || !mergeCommit || node.baseRefName !== defaultBranch) return null
  return {
    repo,
    number,
    title,
    sha: mergeCommit.oid,
    mergedAt,
    mergedBy: mergedBy?.login ?? null,
    createdAt,
    branch: node.headRefName,
    headSha: node.headRefOid,
    tested: testedOf(mergeCommit, node.commits?.nodes.at(-1)?.commit, node.headRefOid),
  }
}

type Commit = z.infer<typeof Checked>

const passed = ({ statusCheckRollup }: Commit): boolean => statusCheckRollup?.state === 'SUCCESS'

/** What landed was tested itself, or is the very tree of a head that was. */
function testedOf(landed: Commit, head: Commit | undefined, headSha: string): boolean | null {
  if (passed(landed)) return true
  if (!head || head.oid !== headSha || !head.tree || !landed.tree) return null
  if (head.tree.oid !== landed.tree.oid) return false
  return passed(head) ? true : null
}

const Counts = z.array(z.object({ state: z.string(), count: z.number().int() })).nullish()
const CountsAnswer = z.object({
  repository: z.object({
    open: z.object({
      nodes: z.array(
        z
          .object({
            number: z.number().int(),
            statusCheckRollup: z
              .object({
                contexts: z
                  .object({
                    totalCount: z.number().int(),
                    checkRunCountsByState: Counts,
                    statusContextCountsByState: Counts,
                  })
                  .nullish(),
              })
              .nullish(),
          })
          .nullable(),
      ),
    }),
  }),
})

const NOT_DONE = new Set(['PENDING', 'QUEUED', 'IN_PROGRESS', 'WAITING', 'REQUESTED', 'EXPECTED'])

/** Pull request number → checks that ended, of all. Those that cannot be read are left out. */
export function readCounts(data: unknown): Map<number, { done: number; total: number }> {
  const counts = new Map<number, { done: number; total: number }>()
  const answer = CountsAnswer.safeParse(data)
  for (const node of answer.data?.repository.open.nodes ?? []) {
    const contexts = node?.statusCheckRollup?.contexts
    if (!node || !contexts) continue
    const states = [
      ...(contexts.checkRunCountsByState ?? []),
      ...(contexts.statusContextCountsByState ?? []),
    ]
    const open = states.filter(({ state }) => NOT_DONE.has(state))
    const waiting = open.reduce((sum, { count }) => sum + count, 0)
    const total = contexts.totalCount
    counts.set(node.number, { done: Math.max(0, total - waiting), total })
  }
  return counts
}
