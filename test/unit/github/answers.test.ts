import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PartialError, readCounts, readPulls } from '../../../adapters/github/answers.ts'
import { AnswerFault } from '../../../adapters/github/parse-answer.ts'

const REPO = 'tidewater/quay'

const pull = (over: object = {}) => ({
  number: 158,
  title: 'Weather feed reads gusts',
  url: 'https://github.invalid/tidewater/quay/pull/158',
  isDraft: false,
  createdAt: '2026-11-20T08:00:00Z',
  updatedAt: '2026-11-21T08:00:00Z',
  author: { login: 'mira' },
  headRefName: 'mira/gusts',
  headRefOid: 'a'.repeat(40),
  baseRefName: 'main',
  mergeStateStatus: 'CLEAN',
  reviewDecision: null,
  additions: 212,
  deletions: 4,
  changedFiles: 3,
  mergeQueueEntry: null,
  statusCheckRollup: { state: 'SUCCESS' },
  ...over,
})
const answer = (nodes: unknown[], landed: unknown[] = []) => ({
  repository: {
    defaultBranchRef: { name: 'main' },
    open: { pageInfo: { hasNextPage: false, endCursor: 'c' }, nodes },
    landed: { nodes: landed },
  },
})
const one = (over: object, errors: PartialError[] = []) =>
  readPulls(REPO, answer([pull(over)]), errors).pulls[0]

describe('what GitHub tells of pull requests', () => {
  it.each([
    ['CLEAN', 'CLEAN'],
    ['DIRTY', 'DIRTY'],
    ['UNKNOWN', 'UNKNOWN'],
    ['DRAFT', 'BLOCKED'],
    ['A_WORD_OF_2031', 'UNKNOWN'],
  ])('[F01] mergeStateStatus %s is %s', (word, state) => {
    expect(one({ mergeStateStatus: word })?.mergeState).toBe(state)
  })

  it.each([
    [{ state: 'SUCCESS' }, 'passing'],
    [{ state: 'FAILURE' }, 'failing'],
    [{ state: 'ERROR' }, 'failing'],
    [{ state: 'PENDING' }, 'pending'],
    [{ state: 'EXPECTED' }, 'pending'],
    [{ state: 'A_WORD_OF_2031' }, 'unreadable'],
    [null, 'none'],
  ])('checks %j are %s', (statusCheckRollup, checks) => {
    expect(one({ statusCheckRollup })?.checks).toBe(checks)
  })

  it('checks that the token may not read are unreadable, not none', () => {
    const denied = (index: number): PartialError => ({
      type: 'FORBIDDEN',
      message: 'Resource not accessible by personal access token',
      path: ['repository', 'open', 'nodes', index, 'statusCheckRollup'],
    })
    const nodes = [
      pull({ number: 1, statusCheckRollup: null }),
      pull({ number: 2, statusCheckRollup: null }),
    ]
    const { pulls } = readPulls(REPO, answer(nodes), [denied(1)])
    expect(pulls.map(({ checks }) => checks)).toEqual(['none', 'unreadable'])
  })

  it('a deleted author is ghost, and places in the merge queue are told', () => {
    expect(one({ author: null, mergeQueueEntry: { position: 2 } })).toMatchObject({
      author: 'ghost',
      queuePosition: 2,
    })
  })

  it('landed is what has a SHA on the default branch', () => {
    const merged = {
      number: 7,
      title: 'Lamp',
      createdAt: '2026-11-20T08:00:00Z',
      mergedAt: '2026-11-21T08:00:00Z',
      baseRefName: 'main',
      mergedBy: null,
      headRefName: 'lamp',
      headRefOid: 'c'.repeat(40),
      mergeCommit: { oid: 'b'.repeat(40) },
    }
    const elsewhere = { ...merged, number: 8, baseRefName: 'epic/lamps' }
    const without = { ...merged, number: 9, mergeCommit: null }
    const { landings } = readPulls(REPO, answer([], [merged, elsewhere, without, null]), [])
    expect(landings).toEqual([
      {
        repo: REPO,
        number: 7,
        title: 'Lamp',
        sha: 'b'.repeat(40),
        createdAt: Date.parse('2026-11-20T08:00:00Z'),
        mergedAt: Date.parse('2026-11-21T08:00:00Z'),
        mergedBy: null,
        branch: 'lamp',
        headSha: 'c'.repeat(40),
        tested: null,
      },
    ])
  })

  it('[F11] what landed was tested when its own checks passed, or those of a head with its very tree', () => {
    const commit = (oid: string, tree: string, state: string | null) => ({
      oid,
      tree: { oid: tree },
      statusCheckRollup: state === null ? null : { state },
    })
    const tested = (landed: object, head: { oid: string }) => {
      const merged = {
        number: 7,
        title: 'Lamp',
        createdAt: '2026-11-20T08:00:00Z',
        mergedAt: '2026-11-21T08:00:00Z',
        baseRefName: 'main',
        mergedBy: null,
        headRefName: 'lamp',
        headRefOid: 'h',
        mergeCommit: landed,
        commits: { nodes: [{ commit: head }] },
      }
      return readPulls(REPO, answer([], [merged]), []).landings[0]?.tested
    }
    expect(tested(commit('m', 'T', 'SUCCESS'), commit('h', 'X', 'FAILURE'))).toBe(true)
    expect(tested(commit('m', 'T', null), commit('h', 'T', 'SUCCESS'))).toBe(true)
    expect(tested(commit('m', 'T', null), commit('h', 'T', null))).toBe(null)
    expect(tested(commit('m', 'T', null), commit('h', 'X', 'SUCCESS'))).toBe(false)
    expect(tested(commit('m', 'T', null), commit('other', 'T', 'SUCCESS'))).toBe(null)
  })

  it('[O08] an answer of another form is a fault that names the place, never an empty queue', () => {
    expect(() => readPulls(REPO, answer([pull({ additions: 'many' })]), [])).toThrow(
      /open\.nodes\.0\.additions/,
    )
    fc.assert(
      fc.property(fc.jsonValue(), data => {
        expect(() => readPulls(REPO, data, [])).toThrow(AnswerFault)
        readCounts(data)
      }),
    )
  })

  it('counts checks that ended, of runs and statuses together', () => {
    const contexts = {
      totalCount: 7,
      checkRunCountsByState: [
        { state: 'SUCCESS', count: 3 },
        { state: 'IN_PROGRESS', count: 1 },
        { state: 'QUEUED', count: 1 },
      ],
      statusContextCountsByState: [
        { state: 'FAILURE', count: 1 },
        { state: 'PENDING', count: 1 },
      ],
    }
    const nodes = [
      { number: 1, statusCheckRollup: { contexts } },
      { number: 2, statusCheckRollup: { contexts: null } },
      { number: 3, statusCheckRollup: null },
      null,
    ]
    expect(readCounts({ repository: { open: { nodes } } })).toEqual(
      new Map([[1, { done: 4, total: 7 }]]),
    )
  })
})
