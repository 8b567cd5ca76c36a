/** What a lane changed in its worktree: against the commit it began from, with what git knows not. */
import { basename, dirname } from 'node:path'
import type { LaneDiff } from '../../../state/look.ts'
import { NOT_ENTERING } from '../git-safely.ts'
import { runsOf } from '../runner/run-record.ts'
import { gitText } from './git-text.ts'
import { withIndexCopy } from './index-copy.ts'

const SHORT = 4_096
const STAT = 65_536
const UNTRACKED = 65_536
/** Names of branches that others begin from, the likeliest first. */
const TRUNKS = ['@{upstream}', 'origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']
/** No diff or text program that the repository names is run. */
const PLAIN = ['--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short', NOT_ENTERING]

export interface DiffAsked {
  cwd: string | null
  /** The lane's log: the record of its launch lies beside it. */
  log: string | null
  /** Most bytes of the patch. */
  max: number
}

/** Never rejects: a directory without a repository is an answer. */
export async function readDiff({ cwd, log, max }: DiffAsked): Promise<LaneDiff> {
  if (cwd === null) return { kind: 'none', message: 'it is not known in which directory it works' }
  try {
    const { base, why } = await baseOf(cwd, log)
    const [[stat, patch], others, branch] = await Promise.all([
      withIndexCopy(cwd, index => {
        const diff = (form: string, most: number) =>
          gitText(cwd, ['diff', ...PLAIN, form, base, '--'], most, { GIT_INDEX_FILE: index })
        return Promise.all([diff('--stat=100', STAT), diff('--patch', max)])
      }),
      gitText(cwd, ['ls-files', '--others', '--exclude-standard', '-z'], UNTRACKED),
      gitText(cwd, ['rev-parse', '--abbrev-ref', 'HEAD'], SHORT),
    ])
    const names = others.text.split('\0').filter(name => name !== '')
    const cuts = [
      ...(patch.isCut ? [`the patch after its first ${max} bytes`] : []),
      ...(stat.isCut ? ['the end of the list of files'] : []),
      ...(others.isCut ? ['untracked files after the first ones'] : []),
    ]
    return {
      kind: 'diff',
      directory: cwd,
      branch: branch.text.trim() || null,
      base,
      why,
      stat: stat.text,
      patch: patch.text,
      // The last name may be a part of one.
      untracked: others.isCut ? names.slice(0, -1) : names,
      cut: cuts.length === 0 ? null : `left out: ${cuts.join(', ')}`,
    }
  } catch (error) {
    return { kind: 'none', message: (error as Error).message }
  }
}

/** Where the lane began: as its launch wrote down, else where its branch left another one. */
async function baseOf(cwd: string, log: string | null): Promise<{ base: string; why: string }> {
  const runs = log === null ? [] : await runsOf(dirname(log), basename(log, '.jsonl'))
  const recorded = runs.find(run => run.tree !== null && run.cwd === cwd)?.tree?.base
  if (
    recorded !== undefined &&
    /^[0-9a-f]{40,64}$/.test(recorded) &&
    (await isThere(cwd, recorded))
  ) {
    return { base: recorded, why: 'its launch began from it' }
  }
  const head = (await gitText(cwd, ['rev-parse', '--verify', 'HEAD^{commit}'], SHORT)).text.trim()
  for (const trunk of TRUNKS) {
    const fork = await gitText(cwd, ['merge-base', 'HEAD', trunk], SHORT).catch(() => null)
    const base = fork?.text.trim()
    if (base && base !== head) return { base, why: `its branch left ${trunk} there` }
  }
  return { base: head, why: 'it is checked out: only what is not committed differs' }
}

const isThere = (cwd: string, commit: string): Promise<boolean> =>
  gitText(cwd, ['cat-file', '-e', `${commit}^{commit}`], SHORT).then(
    () => true,
    () => false,
  )
