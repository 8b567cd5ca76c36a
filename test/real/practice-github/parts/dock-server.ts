/**
 * A GitHub-like server of a test's own: one repository `acme/app` over real git with as many open
 * pull requests as are asked for, its runners, and a clock that the test moves.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { githubClient } from '../../../../adapters/github/client.ts'
import { gitWith } from '../../../../src/practice/git/git.ts'
import { openRepository } from '../../../../src/practice/git/repository.ts'
import type { TokenPlan } from '../../../../src/practice/github/access.ts'
import type { CiPlan } from '../../../../src/practice/github/ci.ts'
import { modelOf } from '../../../../src/practice/github/model.ts'
import type { Rules } from '../../../../src/practice/github/rules.ts'
import { startGithub } from '../../../../src/practice/github/server.ts'
import { makeRepository } from '../../../../src/practice/history/fast-import.ts'
import {
  type CommitPlan,
  DEFAULT_BRANCH,
  type PullPlan,
  type RepositoryPlan,
} from '../../../../src/practice/history/plan.ts'
import { BROKEN } from '../../../../src/practice/history/sources.ts'
import { scratch } from '../../../setup/scratch.ts'

export const TOKEN = 'ghp_plantedPlantedPlantedPlanted0000002'
export const MINUTE = 60_000

/** What surrounds the repository. */
export interface Surroundings {
  ci?: Partial<CiPlan>
  rules?: Partial<Rules>
  tokens?: readonly TokenPlan[]
  /** Directory of all that it keeps; else one of the running test's own. */
  dir?: string
}

export interface DockServerPlan extends Surroundings {
  pulls: number
  /** Numbers of those that are truly red. */
  bad?: ReadonlySet<number>
  /** Numbers of those whose own run was red by chance. */
  flaked?: ReadonlySet<number>
  /** Numbers of those that are red though their own run was green. */
  lurking?: ReadonlySet<number>
  /** Numbers of those that change one and the same line. */
  rivals?: ReadonlySet<number>
  /** Numbers of those that append a line of their own to one and the same file. */
  appending?: ReadonlySet<number>
}

const AUTHOR = 'lane'
const LIST = 'the list\n'

function planOf({
  pulls: count,
  bad,
  flaked,
  lurking,
  rivals,
  appending,
}: DockServerPlan): RepositoryPlan {
  const commits: CommitPlan[] = []
  const commit = (
    branch: string,
    parents: number[],
    message: string,
    files: [string, string][],
  ) => {
    const mark = commits.length + 1
    const changes = files.map(([path, text]) => ({ path, text, executable: false }))
    const at = 1_767_600_000 + mark * 60
    commits.push({ mark, branch, parents, author: AUTHOR, at, message, changes })
  }
  commit(DEFAULT_BRANCH, [], 'Begin', [
    ['README.md', 'app\n'],
    ['shared.txt', 'nobody\n'],
    ['list.txt', LIST],
  ])
  const pulls = Array.from({ length: count }, (_, index): PullPlan => {
    const number = index + 1
    const branch = `lane/${number}`
    commit(branch, [1], `Change ${number}`, [
      [`src/${number}.txt`, `change ${number}\n`],
      ...(bad?.has(number) || lurking?.has(number)
        ? [[`${BROKEN}/${number}`, 'red\n'] as [string, string]]
        : []),
      ...(appending?.has(number)
        ? [['list.txt', `${LIST}entry ${number}\n`] as [string, string]]
        : []),
      ...(rivals?.has(number) ? [['shared.txt', `${number}\n`] as [string, string]] : []),
    ])
    const ageMs = (count - index + 10) * MINUTE
    const character = bad?.has(number) || flaked?.has(number) ? 'red' : 'clean'
    const title = `Change ${number}`
    return { number, title, author: AUTHOR, branch, character, ageMs, idleMs: ageMs }
  })
  const protection = { strict: false, requiredChecks: false, requiredReviews: 0 }
  return { owner: 'acme', name: 'app', protection, commits, pulls, landings: [] }
}

export const dockServer = (plan: DockServerPlan) => serverOf(planOf(plan), plan)

/** A server over a repository of the test's own making. */
export async function serverOf(repositoryPlan: RepositoryPlan, plan: Surroundings) {
  const dir = plan.dir ?? scratch()
  const who = (role: string) => ({
    [`GIT_${role}_NAME`]: 'Acme',
    [`GIT_${role}_EMAIL`]: 'acme@factory.test',
  })
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    ...who('AUTHOR'),
    ...who('COMMITTER'),
  }
  const bare = join(dir, 'app.git')
  const clone = join(dir, 'clone')
  const git = gitWith(env)
  const clock = { now: 1_800_000_000_000 }
  const now = () => clock.now
  const marks = await makeRepository(git, repositoryPlan, { dir: bare, clone })
  const repository = openRepository(git, bare)
  const model = await modelOf({
    plan: repositoryPlan,
    marks,
    git: repository,
    now,
    speed: 40,
    ci: { takes: 40 * 6 * MINUTE, ...plan.ci },
  })
  Object.assign(model.rules, plan.rules)
  const server = await startGithub({
    repositories: [model],
    token: TOKEN,
    tokens: plan.tokens ?? [],
    now,
  })
  const remote = `${server.url}/acme/app.git`

  /** Runs git in the clone; what it printed, and how it ended. */
  const inClone = async (...args: string[]) => git.attempt(clone, args)
  const clientWith = (token: string) =>
    githubClient({
      api: server.url,
      repo: 'acme/app',
      token,
      signal: new AbortController().signal,
      fetch,
      now,
    })
  const headerOf = (token: string) => ({
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${server.url}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
  })

  return {
    dir,
    clone,
    env,
    model,
    server,
    remote,
    clock,
    client: clientWith(TOKEN),
    clientWith,
    /** Lets git in, by its environment. */
    headerOf,
    inClone,
    /** git in the bare repository itself. */
    git: (...args: string[]) =>
      execFileSync('git', ['-C', bare, ...args], { encoding: 'utf8', env }).trim(),
    /** Pushes over HTTP as whoever holds the token. */
    push: async (refspec: string, token = TOKEN, ...options: string[]) =>
      gitWith({ ...env, ...headerOf(token) }).attempt(clone, [
        'push',
        '--porcelain',
        ...options,
        remote,
        refspec,
      ]),
    /** A new commit on `from` in the clone that writes `files`; its SHA. */
    commit: async (from: string, message: string, files: Record<string, string>) => {
      const run = (args: string[], input?: string) => git.run(clone, args, input)
      await run(['read-tree', '--reset', from])
      for (const [path, text] of Object.entries(files)) {
        const blob = await run(['hash-object', '-w', '--stdin'], text)
        await run(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`])
      }
      const tree = await run(['write-tree'])
      return await run(['commit-tree', tree, '-p', from, '-m', message])
    },
    /** Time goes by for the runners. */
    pass: (ms: number) => {
      clock.now += ms
    },
    close: () => server.close(),
  }
}

export type DockServer = Awaited<ReturnType<typeof serverOf>>
