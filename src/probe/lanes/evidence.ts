/**
 * Looks for what a lane left behind since it began: commits, files, a report. Read by us with git
 * and stat; what the agent says about its work plays no part.
 */
import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { asUnixSeconds } from '../../../adapters/foreign.ts'
import type { WorkSeen } from '../../../adapters/lane-judge.ts'
import type { Evidence, Instant } from '../../../state/facts.ts'
import { namesIn, statusArgs } from '../git-status.ts'
import type { Git } from './git.ts'
import { remoteHolding } from './remote.ts'

export interface WorkPlace {
  cwd: string | null
  /** Commit that was checked out when the lane began; null when it did not say. */
  baseSha: string | null
  startedAt: Instant | null
  endedAt: Instant
  /** Report file that the brief names. */
  report: string | null
  /** What it said last: claims may stand in it. */
  message: string | null
  /** Its log: beside it lies the record of a run that we launched. */
  log: string | null
  /** The lane's own files: their growth is no work. */
  ownFiles: readonly string[]
}

const COMMITS = 20
const FILES = 200
const FILES_SHOWN = 5
/** Clocks of commits count whole seconds, and a last commit may fall behind the last line. */
const SLACK_MS = 5_000

const unseen = (why: string): WorkSeen => ({ kind: 'unknown', why })

export async function seeWork(
  place: WorkPlace,
  git: Git,
  report: readonly Evidence[],
): Promise<WorkSeen> {
  const { cwd, startedAt } = place
  if (cwd === null || !isAbsolute(cwd)) return unseen('its directory is not known')
  if (startedAt === null) return unseen('its start is not known')

  const commits = await commitsOf(git, place, startedAt)
  if (commits.kind === 'unknown') return commits
  const [newest] = commits.list
  if (newest) {
    const branch = await remoteHolding(git, newest.ref)
    const push: Evidence[] = branch === null ? [] : [{ kind: 'push', ref: branch, at: null }]
    const evidence = [...commits.list, ...push, ...report]
    return { kind: 'seen', evidence, pushed: branch !== null, uncommitted: 0 }
  }
  const changed = await changedFiles(git, cwd, place, startedAt)
  if (changed === null) return unseen('git status gave no answer')
  const files = changed.slice(0, FILES_SHOWN)
  return {
    kind: 'seen',
    evidence: [...files, ...report],
    pushed: false,
    uncommitted: changed.length,
  }
}

/** Commits made in the lane's time, less what was there before; a merge of older ones is no work. */
async function commitsOf(git: Git, place: WorkPlace, startedAt: Instant) {
  const since = new Date(startedAt - SLACK_MS).toISOString()
  const until = new Date(place.endedAt + SLACK_MS).toISOString()
  const args = ['log', '--no-show-signature', '--format=%H %ct', `--max-count=${COMMITS}`]
  const range = [`--since=${since}`, `--until=${until}`, 'HEAD']
  const base = place.baseSha !== null && /^[0-9a-f]{40,64}$/.test(place.baseSha)
  const log = base ? await git([...args, ...range, `^${place.baseSha}`, '--']) : null
  // The base may be gone, after a rebase say.
  const found = log?.ok ? log : await git([...args, ...range, '--'])
  if (!found.ok) return { kind: 'unknown', why: found.why } as const
  const list = found.out.split('\n').flatMap((line): Evidence[] => {
    const [ref = '', at] = line.split(' ')
    return ref === '' ? [] : [{ kind: 'commit', ref, at: asUnixSeconds(Number(at)) }]
  })
  return { kind: 'seen', list } as const
}

/** Uncommitted files of the lane's time; null when git cannot tell. */
async function changedFiles(git: Git, cwd: string, place: WorkPlace, startedAt: Instant) {
  const top = await git(['rev-parse', '--show-toplevel'])
  const status = await git(statusArgs('normal'))
  if (!top.ok || !status.ok) return null
  const root = top.out.trim() || cwd
  const changed: Evidence[] = []
  for (const name of namesIn(status.out).slice(0, FILES)) {
    const path = join(root, name)
    if (place.ownFiles.includes(path)) continue
    const at = await modifiedAt(path)
    // A file that was deleted has no time: it counts, for nothing says that it does not.
    if (at === null || isOfItsTime(at, place, startedAt)) {
      changed.push({ kind: 'file', ref: path, at })
    }
  }
  return changed
}

const isOfItsTime = (at: Instant, { endedAt }: WorkPlace, startedAt: Instant): boolean =>
  at >= startedAt - SLACK_MS && at <= endedAt + SLACK_MS

const modifiedAt = async (path: string): Promise<Instant | null> =>
  await stat(path).then(
    seen => Math.max(0, Math.round(seen.mtimeMs)),
    () => null,
  )
