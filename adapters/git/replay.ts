/**
 * What a rebase without a worktree needs of git: merges of three trees, trees with other files,
 * commits made anew. All of it writes objects only; no hook, filter or driver has a say.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PLAIN } from './diff.ts'
import { type Git, GitFault } from './git.ts'

export interface ConflictStages {
  path: string
  stages: { stage: number; mode: string; oid: string }[]
}

const bytes = { as: 'bytes', env: PLAIN } as const

/** Who makes what only serves to name a merge base; the same trees make the same commits. */
const NOBODY = {
  GIT_AUTHOR_NAME: 'nobody',
  GIT_AUTHOR_EMAIL: 'nobody@localhost',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'nobody',
  GIT_COMMITTER_EMAIL: 'nobody@localhost',
  GIT_COMMITTER_DATE: '@0 +0000',
} as const

/**
 * git 2.39 finds the base of a merge by itself: commits whose one common ancestor has the tree that
 * is wanted make it find that one. `ours` and `theirs` are the names in the markers.
 */
export async function mergeThree(
  git: Git,
  base: string,
  ours: string,
  theirs: string,
): Promise<{ tree: string; conflicts: ConflictStages[]; ours: string; theirs: string }> {
  const commit = (tree: string, name: string, ...parents: string[]) =>
    git.run(['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent]), '-m', name], {
      env: { ...PLAIN, ...NOBODY },
    })
  const root = await commit(base, 'base')
  const left = await commit(ours, 'ours', root)
  const right = await commit(theirs, 'theirs', root)
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', left, right]
  const { code, stdout, stderr } = await git.attempt(args, bytes)
  const [tree = '', ...fields] = stdout.split('\0')
  // A ref that is not there ends with 1 too, and prints nothing.
  if ((code !== 0 && code !== 1) || tree === '') {
    throw new GitFault('merge-tree', code, stderr.trim() || 'it printed no tree')
  }
  return { tree, conflicts: code === 0 ? [] : readStages(fields), ours: left, theirs: right }
}

/** Each is `MODE OID STAGE<tab>PATH`. */
function readStages(fields: readonly string[]): ConflictStages[] {
  const found = new Map<string, ConflictStages>()
  for (const field of fields) {
    const read = /^(\d+) ([0-9a-f]+) ([123])\t([^]+)$/.exec(field)
    if (!read) continue
    const [, mode = '', oid = '', stage, path = ''] = read
    const one = found.get(path) ?? { path, stages: [] }
    one.stages.push({ stage: Number(stage), mode, oid })
    found.set(path, one)
  }
  return [...found.values()]
}

/** The tree with other lines in some files. One at a time in a repository. */
export async function treeWith(
  git: Git,
  dir: string,
  tree: string,
  files: readonly { path: string; mode: string; lines: readonly string[] }[],
): Promise<string> {
  const index = join(dir, 'rebase-index')
  const clear = () =>
    Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })])
  const env = { ...PLAIN, GIT_INDEX_FILE: index }
  // One that was killed may have left its own.
  await clear()
  try {
    await git.run(['read-tree', tree], { env })
    const entries: string[] = []
    for (const { path, mode, lines } of files) {
      const input = lines.join('')
      const oid = await git.run(['hash-object', '-w', '--stdin'], { ...bytes, input })
      entries.push(`${mode} ${oid} 0\t${path}\0`)
    }
    const input = entries.join('')
    await git.run(['update-index', '-z', '--index-info'], { as: 'bytes', env, input })
    return await git.run(['write-tree'], { env })
  } finally {
    await clear()
  }
}

export interface Person {
  name: string
  email: string
}

/** The same author, date and message on another tree and parent; `committer` made it at `at`, in ms. */
export async function copyCommit(
  git: Git,
  commit: string,
  { tree, parent, committer, at }: { tree: string; parent: string; committer: Person; at: number },
): Promise<string> {
  const format = '--format=%an%x00%ae%x00%ad%x00%B'
  const shown = await git.run(['log', '-1', '--no-show-signature', '--date=raw', format, commit], {
    env: PLAIN,
  })
  const [name = '', email = '', date = '', message = ''] = shown.split('\0')
  const env = {
    ...PLAIN,
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: `@${date}`,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: `@${Math.floor(at / 1000)} +0000`,
  }
  return await git.run(['commit-tree', tree, '-p', parent, '-F', '-'], { env, input: message })
}

/** Commits of `head` that `tip` lacks with their parents, the oldest first. */
export async function commitsOf(
  git: Git,
  tip: string,
  head: string,
): Promise<{ commit: string; parents: string[] }[]> {
  const args = ['rev-list', '--reverse', '--topo-order', '--parents', head, `^${tip}`]
  return (await git.run(args)).split('\n').flatMap(line => {
    const [commit = '', ...parents] = line.split(' ')
    return commit === '' ? [] : [{ commit, parents }]
  })
}

/** All best common ancestors of two commits. */
export async function mergeBases(git: Git, one: string, other: string): Promise<string[]> {
  const { code, stdout, stderr } = await git.attempt(['merge-base', '--all', one, other])
  if (code === 0 || code === 1) return stdout.split('\n').filter(line => line !== '')
  throw new GitFault('merge-base', code, stderr.trim())
}
