/** Takes back what was made for a run that did nothing: only that, and only when it is all made. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunRecord } from '../../rpc/lane-api.ts'
import { sendAllAway } from './gate.ts'
import { sizeOf } from './look-run.ts'
import { isSame } from './process-identity.ts'
import { filesOf, readRecord, removeDrafts } from './run-record.ts'
import { unitIsGone } from './run-unit.ts'
import { gitWith } from './survey.ts'
import { workersOn, workOn } from './waiting.ts'

/** As long as git may take to make a worktree. */
const MADE_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 25

/**
 * Waits while a probe that lost its hub, or a git that lost its probe, is still at work on a run:
 * what they make after it was taken back would be nobody's.
 */
export async function untilMade(logs: string, run: RunRecord): Promise<void> {
  const until = Date.now() + MADE_WITHIN_MS
  for (let record: RunRecord | null = run; record; record = await readRecord(logs, run.stem)) {
    const isMade = record.maker === null || !isSame(record.maker)
    const isMaking = !isMade || workersOn(record).length > 0
    if (!isMaking || Date.now() > until) return
    await delay(LOOK_EVERY_MS)
  }
}

/** Nothing of a run that lives. */
export async function takeBack(run: RunRecord, logs: string): Promise<void> {
  const files = filesOf(logs, run.stem)
  // The record may have been written before the process that it tells of.
  const isAway = await sendAllAway(files)
  if (!isAway || isSame(run)) return
  await unitIsGone(run)
  if (run.tree !== null) await takeTree(run, run.tree)
  if ((await sizeOf(run.log)) === 0) await rm(run.log, { force: true })
  await removeDrafts(logs, run.stem)
  for (const path of [files.brief, files.gate, files.stderr, files.record]) {
    await rm(path, { force: true })
  }
}

/** Not what holds work: git refuses such a worktree, and a branch that went on is somebody's. */
async function takeTree(
  run: RunRecord,
  { repo, path, branch, base }: NonNullable<RunRecord['tree']>,
): Promise<void> {
  const git = (where: string, ...args: string[]) => gitWith(workOn(run), where, ...args)
  if (existsSync(path)) {
    const there = (await git(path, 'rev-parse', '--abbrev-ref', 'HEAD')).out
    const at = (await git(path, 'rev-parse', 'HEAD')).out
    if (there !== branch || at !== base) return
    if ((await git(repo, 'worktree', 'remove', path)).out === null) return
  }
  // Whoever began to take it back may have come no further than this.
  await git(repo, 'worktree', 'prune')
  const left = (await git(repo, 'rev-parse', '--verify', '-q', `refs/heads/${branch}`)).out
  if (left === base) await git(repo, 'branch', '-D', branch)
}
