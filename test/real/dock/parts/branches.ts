/** A repository whose branches are told commit by commit, and a mirror of it: all of it real git. */
import { execFileSync } from 'node:child_process'
import { newMirrored } from './mirrored.ts'

/** Text of a file, or its bytes; null takes it away; `to` moves it. */
export type Change =
  | string
  | Buffer
  | null
  | { readonly to: string }
  | { readonly executable: string }

export interface CommitOf {
  readonly branch: string
  /** Where a new branch begins, and what else is merged; else it goes on where it is. */
  readonly from?: readonly string[]
  readonly files: Readonly<Record<string, Change>>
}

const data = (bytes: Buffer) => [Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]

function changeOf(path: string, change: Change): Buffer[] {
  if (change === null) return [Buffer.from(`D ${path}\n`)]
  if (typeof change === 'object' && 'to' in change) return [Buffer.from(`R ${path} ${change.to}\n`)]
  const isRun = typeof change === 'object' && 'executable' in change
  const bytes = Buffer.isBuffer(change) ? change : Buffer.from(isRun ? change.executable : change)
  return [Buffer.from(`M ${isRun ? '100755' : '100644'} inline ${path}\n`), ...data(bytes)]
}

function commitStream(commits: readonly CommitOf[], from = 0): Buffer {
  const parts = commits.flatMap(({ branch, from: parents = [], files }, index) => {
    // A branch that goes on where it stands in the repository is named by its commit.
    const [first, ...merged] = parents.map(
      name => `refs/heads/${name}${name === branch ? '^0' : ''}`,
    )
    return [
      Buffer.from(`commit refs/heads/${branch}\n`),
      Buffer.from(`committer Lane <lane@factory.test> ${1_700_000_000 + from + index} +0200\n`),
      ...data(Buffer.from(`${branch}: change ${index + 1}\n`)),
      ...(first ? [Buffer.from(`from ${first}\n`)] : []),
      ...merged.map(name => Buffer.from(`merge ${name}\n`)),
      ...Object.entries(files).flatMap(([path, change]) => changeOf(path, change)),
    ]
  })
  return Buffer.concat(parts)
}

export async function newBranches(commits: readonly CommitOf[]) {
  const { dir, git, take, mirror } = await newMirrored()
  const add = (more: readonly CommitOf[], at = 0) => take(commitStream(more, at))
  add(commits)
  await mirror.fetch()
  return {
    dir,
    mirror,
    git,
    add,
    /** A file's bytes at a commit or tree. */
    read: (at: string, path: string): Buffer =>
      execFileSync('git', ['-C', mirror.dir, 'cat-file', 'blob', `${at}:${path}`]),
    at: (branch: string) => git('rev-parse', `refs/heads/${branch}`),
  }
}
