/**
 * Names what a change does, wherever it is made: lines around it and their numbers do not count, so
 * a change that was rebased among others' rows has the name that it had.
 */
import type { Git } from './git.ts'

const DIFF = ['-U0', '--no-ext-diff', '--no-textconv', '--no-color', '--no-renames']

/** What `head` changes since it left `base`; null when it changes nothing. Rejects with GitFault. */
export async function patchIdOf(git: Git, base: string, head: string): Promise<string | null> {
  const [one] = await idsIn(git, await git.run(['diff', ...DIFF, `${base}...${head}`]))
  return one?.id ?? null
}

/** Commits that are looked through: what landed before them is not found. */
const MOST_COMMITS = 2_000

/**
 * A commit of `tip` that does to the files of `head` what `head` does, made since the two parted;
 * null when there is none. Rejects with GitFault.
 */
export async function landedAs(git: Git, tip: string, head: string): Promise<string | null> {
  const wanted = await patchIdOf(git, tip, head)
  if (wanted === null) return null
  const names = await git.run(['diff', '--name-only', '--no-renames', '-z', `${tip}...${head}`])
  const paths = names.split('\0').filter(path => path !== '')
  const log = await git.run(
    [
      'log',
      '-p',
      ...DIFF,
      '--full-history',
      '--diff-merges=first-parent',
      `--max-count=${MOST_COMMITS}`,
      `${head}..${tip}`,
      '--',
      ...paths,
    ],
    { env: { GIT_LITERAL_PATHSPECS: '1' } },
  )
  const found = await idsIn(git, log)
  return found.find(({ id }) => id === wanted)?.commit ?? null
}

/** One a commit; of a diff alone the commit is all zeros. */
async function idsIn(git: Git, diffs: string): Promise<{ id: string; commit: string }[]> {
  if (diffs === '') return []
  const told = await git.run(['patch-id', '--stable'], { input: `${diffs}\n` })
  return told
    .split('\n')
    .filter(line => line !== '')
    .map(line => ({ id: line.slice(0, 40), commit: line.slice(41) }))
}
