/** What the GitHub server asks of one bare repository. Every answer comes from git itself. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import PQueue from 'p-queue'
import type { Git } from './git.ts'

export interface DiffStat {
  additions: number
  deletions: number
  changedFiles: number
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
  /** Merges `head` into `branch` by a merge commit. Rejects on conflict or a raced branch. */
  merge(branch: string, head: string, message: string): Promise<string>
  deleteBranch(branch: string): Promise<void>
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
    merge: async (branch, head, message) => {
      const base = await run('rev-parse', `refs/heads/${branch}`)
      const { tree, conflicts } = await mergeTree(base, head)
      if (conflicts.length > 0) throw new Error(`merge conflict in ${conflicts.join(', ')}`)
      const commit = await run('commit-tree', tree, '-p', base, '-p', head, '-m', message)
      await run('update-ref', `refs/heads/${branch}`, commit, base)
      return commit
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
    deleteBranch: async branch => {
      await run('update-ref', '-d', `refs/heads/${branch}`)
    },
  }
}
