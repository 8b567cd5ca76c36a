/** Makes a planned history real: one `git fast-import` a repository, not a command a commit. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git } from '../git/git.ts'
import { type CommitPlan, DEFAULT_BRANCH, type RepositoryPlan } from './plan.ts'

/** Mark of a planned commit → its SHA. */
export type Marks = ReadonlyMap<number, string>

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`

function commitText(plan: CommitPlan): string {
  const who = `${plan.author} <${plan.author}@tidewater.invalid> ${plan.at} +0000`
  const [first, ...others] = plan.parents
  return [
    `commit refs/heads/${plan.branch}\nmark :${plan.mark}\n`,
    `author ${who}\ncommitter ${who}\n`,
    data(plan.message),
    first === undefined ? '' : `from :${first}\n`,
    ...others.map(parent => `merge :${parent}\n`),
    ...plan.changes.map(
      ({ path, text, executable }) =>
        `M ${executable ? '100755' : '100644'} inline ${path}\n${data(text)}`,
    ),
    '\n',
  ].join('')
}

/** The whole history in git's fast-import format. */
export const importStream = (commits: readonly CommitPlan[]): string =>
  `feature done\n${commits.map(commitText).join('')}done\n`

/** Makes the bare repository `dir` and the clone `clone` that lanes branch their worktrees from. */
export async function makeRepository(
  git: Git,
  plan: RepositoryPlan,
  { dir, clone }: { dir: string; clone: string },
): Promise<Marks> {
  await mkdir(dir, { recursive: true })
  await git.run(dir, ['init', '--quiet', '--bare', `--initial-branch=${DEFAULT_BRANCH}`])
  const marksFile = join(dir, 'practice-marks')
  const importing = ['fast-import', '--quiet', `--export-marks=${marksFile}`]
  await git.run(dir, importing, importStream(plan.commits))
  // A branch that landed is gone, as GitHub deletes it after the merge.
  const open = new Set([DEFAULT_BRANCH, ...plan.pulls.map(pull => pull.branch)])
  const landed = new Set(plan.commits.map(commit => commit.branch).filter(name => !open.has(name)))
  const deletions = [...landed].map(name => `delete refs/heads/${name}\n`).join('')
  await git.run(dir, ['update-ref', '--stdin'], deletions)
  await git.run(dir, ['clone', '--quiet', '--no-hardlinks', dir, clone])
  const marks = await readFile(marksFile, 'utf8')
  return new Map(
    marks
      .split('\n')
      .filter(line => line !== '')
      .map(line => [Number(line.slice(1, line.indexOf(' '))), line.slice(line.indexOf(' ') + 1)]),
  )
}
