/** What the GitHub server asks of one bare repository. Every answer comes from git itself. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import PQueue from 'p-queue'
import type { Git } from './git.ts'
import { replay } from './replay.ts'

export interface DiffStat {
  additions: number
  deletions: number
  changedFiles: number
}

export type MergeMethod = 'merge' | 'squash' | 'rebase'

export interface CommitView {
  sha: string
  tree: string
  parents: string[]
  author: string
  email: string
  at: number
  message: string
}

export interface FileView {
  path: string
  status: 'added' | 'removed' | 'modified'
  additions: number
  deletions: number
}

export interface Repository {
  readonly dir: string
  /** Branch name → commit. */
  heads(): Promise<Map<string, string>>
  /** Paths that a merge of the two commits leaves in conflict; empty when it merges cleanly. */
  conflicts(base: string, head: string): Promise<string[]>
  /** What `head` changes since it left `base`. */
  diffStat(base: string, head: string): Promise<DiffStat>
  /** How many commits of `base` are missing from `head`. */
  behindBy(base: string, head: string): Promise<number>
  /** A commit that brings `head` onto `base`; no branch is moved. Null when they conflict. */
  bring(base: string, head: string, method: MergeMethod, message: string): Promise<string | null>
  /** Whether the branch was at `from`, and is moved. */
  moveBranch(branch: string, from: string | null, to: string): Promise<boolean>
  /** Commits of `to` that `from` lacks, the oldest first. */
  commits(from: string, to: string): Promise<CommitView[]>
  /** What `head` changes since it left `base`, file by file. */
  files(base: string, head: string): Promise<FileView[]>
  mergeBase(one: string, other: string): Promise<string | null>
  /** Deletes it if it is there; `expected` spares one that was moved. */
  deleteBranch(branch: string, expected?: string): Promise<void>
  /** The tree that a commit holds. */
  treeOf(commit: string): Promise<string>
  /** Paths of the files that a commit holds. */
  paths(commit: string): Promise<string[]>
  /** Moves refs: full name → commit. */
  setRefs(refs: ReadonlyMap<string, string>): Promise<void>
  /** Commits of `to` that `from` lacks, the newest first; `first-parent` are the landings alone. */
  between(from: string, to: string, only?: 'first-parent'): Promise<string[]>
  /** Whether it holds that commit. */
  has(commit: string): Promise<boolean>
  isAncestor(ancestor: string, commit: string): Promise<boolean>
  /** Starts `git http-backend` for one request. */
  serve(env: Record<string, string>): ChildProcessWithoutNullStreams
}

const NO_COMMIT = '0'.repeat(40)
const FILE_STATUS: Record<string, FileView['status']> = { A: 'added', D: 'removed', M: 'modified' }

/** Processes of git that run at once for one repository. */
const CONCURRENCY = 3

export function openRepository(git: Git, dir: string): Repository {
  const queue = new PQueue({ concurrency: CONCURRENCY })
  const run = (...args: string[]) => queue.add(() => git.run(dir, args))

  const mergeTree = async (base: string, head: string) => {
    const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', base, head]
    const { code, stdout, stderr } = await queue.add(() => git.attempt(dir, args))
    const [tree = '', ...paths] = stdout.trim().split('\n')
    // Exit 1 is a conflict only when a tree was written: a bad revision ends with 1 too.
    if ((code !== 0 && code !== 1) || tree === '') {
      throw new Error(`git merge-tree ${base} ${head} in ${dir} ended with ${code}: ${stderr}`)
    }
    return { tree, conflicts: code === 0 ? [] : paths }
  }

  return {
    dir,
    heads: async () => {
      const text = await run(
        'for-each-ref',
        '--format=%(objectname) %(refname:strip=2)',
        'refs/heads',
      )
      const lines = text.split('\n').filter(line => line !== '')
      return new Map(lines.map(line => [line.slice(41), line.slice(0, 40)]))
    },
    conflicts: async (base, head) => (await mergeTree(base, head)).conflicts,
    diffStat: async (base, head) => {
      const text = await run('diff', '--numstat', `${base}...${head}`)
      const rows = text.split('\n').filter(line => line !== '')
      // A binary file counts as `-`.
      const sum = (column: number) =>
        rows.reduce((total, row) => total + (Number(row.split('\t')[column]) || 0), 0)
      return { additions: sum(0), deletions: sum(1), changedFiles: rows.length }
    },
    behindBy: async (base, head) => Number(await run('rev-list', '--count', `${head}..${base}`)),
    bring: async (base, head, method, message) => {
      if (method === 'rebase') return replay({ run, mergeTree }, base, head)
      const { tree, conflicts } = await mergeTree(base, head)
      if (conflicts.length > 0) return null
      const parents = method === 'squash' ? ['-p', base] : ['-p', base, '-p', head]
      return await run('commit-tree', tree, ...parents, '-m', message)
    },
    moveBranch: async (branch, from, to) => {
      const args = ['update-ref', `refs/heads/${branch}`, to, from ?? NO_COMMIT]
      return (await queue.add(() => git.attempt(dir, args))).code === 0
    },
    commits: async (from, to) => {
      const format = '--format=%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%at%x1f%B%x1e'
      const text = await run('log', '--reverse', format, `${from}..${to}`)
      return text
        .split('\x1e')
        .map(entry => entry.trim())
        .filter(entry => entry !== '')
        .map(entry => {
          const [
            sha = '',
            tree = '',
            parents = '',
            author = '',
            email = '',
            at = '',
            message = '',
          ] = entry.split('\x1f')
          return {
            sha,
            tree,
            parents: parents.split(' ').filter(one => one !== ''),
            author,
            email,
            at: Number(at) * 1000,
            message: message.trim(),
          }
        })
    },
    files: async (base, head) => {
      const range = `${base}...${head}`
      const [numbers, states] = await Promise.all([
        run('diff', '--numstat', '--no-renames', '-z', range),
        run('diff', '--name-status', '--no-renames', '-z', range),
      ])
      const words = states.split('\0')
      const stateOf = new Map(words.flatMap((word, at) => (at % 2 ? [[word, words[at - 1]]] : [])))
      return numbers
        .split('\0')
        .filter(row => row !== '')
        .map(row => {
          const [additions, deletions, path = ''] = row.split('\t')
          const status = FILE_STATUS[stateOf.get(path) ?? ''] ?? 'modified'
          return {
            path,
            status,
            additions: Number(additions) || 0,
            deletions: Number(deletions) || 0,
          }
        })
    },
    mergeBase: async (one, other) => {
      const { code, stdout } = await queue.add(() => git.attempt(dir, ['merge-base', one, other]))
      return code === 0 ? stdout.trim() : null
    },
    paths: async commit =>
      (await run('ls-tree', '-r', '-z', '--name-only', commit))
        .split('\0')
        .filter(path => path !== ''),
    setRefs: async refs => {
      if (refs.size === 0) return
      const lines = [...refs].map(([name, commit]) => `update ${name} ${commit}\n`)
      await queue.add(() => git.run(dir, ['update-ref', '--stdin'], lines.join('')))
    },
    between: async (from, to, only) =>
      (await run('rev-list', ...(only === undefined ? [] : ['--first-parent']), `${from}..${to}`))
        .split('\n')
        .filter(line => line !== ''),
    has: async commit => {
      const args = ['cat-file', '-e', `${commit}^{commit}`]
      return (await queue.add(() => git.attempt(dir, args))).code === 0
    },
    isAncestor: async (ancestor, commit) => {
      const args = ['merge-base', '--is-ancestor', ancestor, commit]
      return (await queue.add(() => git.attempt(dir, args))).code === 0
    },
    serve: env => git.start(dir, ['http-backend'], env),
    treeOf: async commit => await run('rev-parse', `${commit}^{tree}`),
    deleteBranch: async (branch, expected) => {
      const args = ['update-ref', '-d', `refs/heads/${branch}`]
      await queue.add(() => git.attempt(dir, expected === undefined ? args : [...args, expected]))
    },
  }
}
