/**
 * Takes back what was made for a run that did nothing: it waits still, or said not one byte. What
 * it did is proven first and marked, and only then anything is removed.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunRecord, RunSeen } from '../../rpc/lane-api.ts'
import type { ProbeParams } from '../../rpc/probe-api.ts'
import { gitWith } from '../git.ts'
import { sendAllAway } from './gate.ts'
import { look, sizeOf } from './look-run.ts'
import { filesOf, isOf, readRecord, removeDrafts } from './run-record.ts'
import { unitIsGone } from './run-unit.ts'
import { markTaken, readTaken, type Taken } from './taken.ts'
import { inTurn } from './turn.ts'
import { SENT_AWAY, workersOn, workOn } from './waiting.ts'

/** As long as git may take to make a worktree. */
const MADE_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 25

/** `record` is null once it is taken back, and `state` then tells how it stood. */
export const discard = ({
  logs,
  stem,
  ticket = null,
}: ProbeParams<'lane.discard'>): Promise<RunSeen> =>
  inTurn(logs, stem, async () => {
    const record = await readRecord(logs, stem)
    if (record === null) await removeDrafts(logs, stem)
    if (record === null || !isOf(record, ticket)) {
      const absent: Taken = { state: 'absent', said: '' }
      return goneAs(ticket === null ? absent : await markTaken(logs, ticket, absent))
    }
    const taken = await takeBack(record, logs)
    return taken === null ? await look({ logs, stem }) : goneAs(taken)
  })

const goneAs = ({ state, said }: Taken): RunSeen => ({ record: null, state, logBytes: 0, said })

/** In the run's turn. How it stood, or null when it began: then nothing is removed. */
export async function takeBack(run: RunRecord, logs: string): Promise<Taken | null> {
  await untilMade(run)
  const taken = (await readTaken(logs, run.ticket)) ?? (await whatItDid(run, logs))
  if (taken === null) return null
  if (run.ticket !== null) await markTaken(logs, run.ticket, taken)
  await unitIsGone(run)
  if (run.tree !== null) await takeTree(run, run.tree)
  if ((await sizeOf(run.log)) === 0) await rm(run.log, { force: true })
  await removeDrafts(logs, run.stem)
  const files = filesOf(logs, run.stem)
  for (const path of [files.brief, files.gate, files.stderr, files.record]) {
    await rm(path, { force: true })
  }
  return taken
}

/** Null when it began. Whoever waits is sent away first. */
async function whatItDid(run: RunRecord, logs: string): Promise<Taken | null> {
  const isAway = await sendAllAway(filesOf(logs, run.stem))
  const { state, logBytes, said } = await look({ logs, stem: run.stem })
  if (!isAway || logBytes > 0 || state === 'running' || state === 'held') return null
  return { state: said === SENT_AWAY || state === 'unsent' ? 'unsent' : 'ended', said }
}

/**
 * Waits while a program that lost its probe is still at work on a run: what it makes after the run
 * was taken back would be nobody's.
 */
async function untilMade(run: RunRecord): Promise<void> {
  for (const until = Date.now() + MADE_WITHIN_MS; ; await delay(LOOK_EVERY_MS)) {
    const [worker] = workersOn(run)
    if (worker === undefined) return
    if (Date.now() > until) throw new Error(`process ${worker.pid} still makes ${run.stem}`)
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
