/**
 * A bare mirror of one repository: what a pull request would meet is read from it without waiting
 * for anybody, and what is tested is built in it. Only `fetch` and `push` use the network.
 */
import { type RunCommand, runCommand } from '../command.ts'
import { type Git, GitFault, gitIn } from './git.ts'
import { makeBare } from './make-bare.ts'
import { type Merge, mergeTrees, type Pair } from './merge-tree.ts'
import { patchIdOf } from './patch-id.ts'

export interface MirrorOptions {
  /** Directory of the mirror; made when it is missing. */
  dir: string
  /** As git takes it: a URL or a path. */
  remote: string
  /** Environment that lets git in, like `GIT_CONFIG_*` with a header; never arguments. */
  access(purpose: 'fetch' | 'push'): Promise<NodeJS.ProcessEnv>
  env: NodeJS.ProcessEnv
}

export interface CommitPlan {
  tree: string
  parents: readonly string[]
  message: string
  author: { name: string; email: string; at: number }
}

export type Pushed =
  | { kind: 'pushed' }
  /** The branch was not where it was thought to be. */
  | { kind: 'raced'; message: string }
  | { kind: 'refused'; message: string }

/** Each rejects with GitFault. */
export interface Mirror {
  readonly dir: string
  readonly git: Git
  /** Brings branches and the heads of pull requests; what is gone there goes here. */
  fetch(): Promise<void>
  /** Branch name → commit. */
  branches(): Promise<Map<string, string>>
  /** Number → commit, of pull requests. */
  pullHeads(): Promise<Map<number, string>>
  merge(pairs: readonly Pair[]): Promise<Merge[]>
  /** Paths that `head` changes since it left `base`. */
  changedPaths(base: string, head: string): Promise<string[]>
  /** How many commits of `head` the tip lacks, and of the tip `head` lacks. */
  apart(tip: string, head: string): Promise<{ ahead: number; behind: number }>
  /** Names what `head` changes, wherever it branched off; null when it changes nothing. */
  patchId(base: string, head: string): Promise<string | null>
  /** Landings up to `tip` after an instant in ms. */
  landingsSince(tip: string, at: number): Promise<number>
  /** The newest commit of `head` since `base` that wrote `path`; null when it holds none. */
  lastCommitOf(head: string, path: string, base: string): Promise<string | null>
  /** Those that `tip` does not hold, be it that the mirror has never seen them. */
  missingFrom(tip: string, commits: readonly string[]): Promise<string[]>
  /** Whether the mirror has that commit. */
  has(commit: string): Promise<boolean>
  treeOf(commit: string): Promise<string>
  isAncestor(ancestor: string, commit: string): Promise<boolean>
  /** Same plan, same commit: made twice it is one. */
  commit(plan: CommitPlan): Promise<string>
  /** A file at a commit; null when there is none. More than `maxBytes` is a fault. */
  readFile(commit: string, path: string, maxBytes: number): Promise<string | null>
  /** Moves a branch there, if it is where `expected` says; null: it must not exist. */
  push(branch: string, commit: string, expected: string | null): Promise<Pushed>
  deleteBranch(branch: string, expected: string): Promise<Pushed>
  messageOf(commit: string): Promise<string>
  /** Branch → the commit by which some console says that it moves its line. */
  holds(): Promise<Map<string, string>>
  /** As `push`, of what says so; null lets it go. */
  moveHold(branch: string, commit: string | null, expected: string | null): Promise<Pushed>
}

/** Below it, by branch: no branch itself, so that no check runs on it. */
const HOLDS = 'refs/dockmaster/line/'
const REFS = [
  '+refs/heads/*:refs/heads/*',
  '+refs/pull/*/head:refs/pull/*/head',
  `+${HOLDS}*:${HOLDS}*`,
]

/** On this machine. */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  await makeBare(options.dir, options.env)
  return mirrorAt({ ...options, command: runCommand })
}

/** Wherever `command` runs git; its directory is there. */
export function mirrorAt(options: MirrorOptions & { command: RunCommand }): Mirror {
  const { dir } = options
  const git = gitIn(dir, options.env, options.command)
  const refs = async (under: string) =>
    (await git.run(['for-each-ref', '--format=%(objectname) %(refname)', under]))
      .split('\n')
      .filter(line => line !== '')
      .map(
        line =>
          [line.slice(line.indexOf(' ') + 1 + under.length), line.split(' ')[0] ?? ''] as const,
      )

  const move = async (
    ref: string,
    commit: string | null,
    expected: string | null,
  ): Promise<Pushed> => {
    const lease = `--force-with-lease=${ref}:${expected ?? ''}`
    const refspec = `${commit ?? ''}:${ref}`
    const args = ['push', '--porcelain', '--no-verify', lease, options.remote, refspec]
    const { code, stdout, stderr } = await git.attempt(args, { env: await options.access('push') })
    if (code === 0) return { kind: 'pushed' }
    const told = /^!\t[^\t]*\t(.*)$/m.exec(stdout)?.[1]
    const message = told ?? stderr.trim().split('\n').at(-1) ?? `ended with ${code}`
    if (told === undefined) throw new GitFault('push', code, message)
    const isRaced = /stale info|fetch first|non-fast-forward|cannot lock ref/.test(told)
    return { kind: isRaced ? 'raced' : 'refused', message }
  }

  return {
    dir,
    git,
    fetch: async () => {
      const args = ['fetch', '-q', '--prune', '--no-tags', '--no-write-fetch-head', '--force']
      await git.run([...args, options.remote, ...REFS], { env: await options.access('fetch') })
    },
    branches: async () => new Map(await refs('refs/heads/')),
    pullHeads: async () =>
      new Map(
        (await refs('refs/pull/')).map(([name, commit]) => [Number.parseInt(name, 10), commit]),
      ),
    merge: pairs => mergeTrees(git, pairs),
    changedPaths: async (base, head) =>
      (await git.run(['diff', '--name-only', '--no-renames', '-z', `${base}...${head}`]))
        .split('\0')
        .filter(path => path !== ''),
    apart: async (tip, head) => {
      const told = await git.run(['rev-list', '--left-right', '--count', `${tip}...${head}`])
      const [behind, ahead] = told.split('\t').map(Number)
      return { ahead: ahead ?? 0, behind: behind ?? 0 }
    },
    patchId: (base, head) => patchIdOf(git, base, head),
    landingsSince: async (tip, at) =>
      Number(
        await git.run([
          'rev-list',
          '--count',
          '--first-parent',
          `--since=${Math.floor(at / 1000)}`,
          tip,
        ]),
      ),
    lastCommitOf: async (head, path, base) => {
      const { code } = await git.attempt(['cat-file', '-e', `${head}:${path}`])
      if (code !== 0) return null
      const wrote = await git.run(['rev-list', '-1', head, `^${base}`, '--', path])
      return wrote === '' ? null : wrote
    },
    missingFrom: async (tip, commits) => {
      if (commits.length === 0) return []
      const asked = await git.run(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
        input: `${commits.join('\n')}\n`,
      })
      const there = new Set(
        asked.split('\n').flatMap(line => (line.endsWith(' commit') ? [line.split(' ')[0]] : [])),
      )
      const input = commits.filter(commit => there.has(commit)).map(commit => `${commit}\n`)
      const outside =
        input.length === 0
          ? ''
          : await git.run(['rev-list', '--stdin', `^${tip}`], { input: input.join('') })
      const lacking = new Set(outside.split('\n'))
      return commits.filter(commit => !there.has(commit) || lacking.has(commit))
    },
    has: async commit => (await git.attempt(['cat-file', '-e', `${commit}^{commit}`])).code === 0,
    treeOf: commit => git.run(['rev-parse', '--verify', `${commit}^{tree}`]),
    isAncestor: async (ancestor, commit) => {
      const { code, stderr } = await git.attempt(['merge-base', '--is-ancestor', ancestor, commit])
      if (code === 0 || code === 1) return code === 0
      throw new GitFault('merge-base', code, stderr.trim())
    },
    commit: ({ tree, parents, message, author }) => {
      const date = `@${Math.floor(author.at / 1000)} +0000`
      const env = {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
        GIT_COMMITTER_DATE: date,
      }
      const on = parents.flatMap(parent => ['-p', parent])
      return git.run(['commit-tree', tree, ...on, '-F', '-'], { env, input: message })
    },
    readFile: async (commit, path, maxBytes) => {
      const name = `${commit}:${path}`
      const { code, stdout } = await git.attempt(['cat-file', 'blob', name], { maxBytes })
      return code === 0 ? stdout : null
    },
    push: (branch, commit, expected) => move(`refs/heads/${branch}`, commit, expected),
    deleteBranch: (branch, expected) => move(`refs/heads/${branch}`, null, expected),
    messageOf: commit => git.run(['log', '-1', '--format=%B', commit]),
    holds: async () => new Map(await refs(HOLDS)),
    moveHold: (branch, commit, expected) => move(`${HOLDS}${branch}`, commit, expected),
  }
}
