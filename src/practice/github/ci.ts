/**
 * The runners of one repository: each takes one run at a time, first come, first served. Nothing
 * ticks: whoever asks gets what must have happened by the clock until then.
 */
import type { Repository } from '../git/repository.ts'
import { DEFAULT_BRANCH } from '../history/plan.ts'
import { BROKEN } from '../history/sources.ts'
import { type CheckRun, checkRuns } from './pull.ts'

export type Verdict = 'pass' | 'fail'

export interface Run {
  /** All attempts of a run have the same. */
  readonly id: number
  /** From 1. */
  readonly attempt: number
  readonly branch: string
  readonly sha: string
  readonly verdict: Verdict
  readonly queuedAt: number
  /** Null while it waits for a runner. */
  startedAt: number | null
  /** `never` ends for a runner that is stuck. */
  endsAt: number | 'never' | null
  cancelledAt: number | null
  /** Id of the runner that took it; null for one that ran before the server began. */
  runner: number | null
}

export interface RunnerView {
  readonly id: number
  readonly name: string
  /** The run in hand. */
  readonly busy: Run | null
}

export interface CiPlan {
  /** Runners, each of which takes one run at a time. */
  runners: number
  /** How long a run takes, in ms of life. */
  takes: number
  /** Whether that commit is truly red. */
  isRed: (git: Repository, commit: string) => Promise<boolean>
  /** Whether the next run is red for no reason; asked of none that is truly red. */
  flake: () => boolean
  /** Whether a push to this branch is run. */
  on: (branch: string) => boolean
}

export const CI: CiPlan = {
  runners: 1,
  takes: 360_000,
  isRed: async (git, commit) =>
    (await git.paths(commit)).some(path => path.startsWith(`${BROKEN}/`)),
  flake: () => false,
  on: branch => branch !== DEFAULT_BRANCH,
}

export interface CiOptions {
  runners: number
  /** How long a run takes, in ms. */
  durationMs: number
  now: () => number
}

export interface Ci {
  /** How long a run takes, in ms. */
  readonly durationMs: number
  /** A run joins the queue. */
  enqueue(branch: string, sha: string, verdict: Verdict): Run
  /** A run of the past. */
  record(
    run: Pick<Run, 'branch' | 'sha' | 'verdict'> & { startedAt: number; endsAt: number | 'never' },
  ): void
  /** The branch is gone: its runs that have not begun never will. */
  branchGone(branch: string): void
  /** Whether the run was still going. */
  cancel(id: number): boolean
  /** Runs what has ended once more, as another attempt; null while it goes on. */
  rerun(run: Run, verdict: Verdict): Run | null
  /** Every attempt of every run, the newest first. */
  runs(): readonly Run[]
  /** The run that speaks for a commit: the newest of it. */
  runOf(sha: string): Run | null
  checksOf(sha: string): CheckRun[]
  runners(): RunnerView[]
  /** How many runs wait for a runner. */
  depth(): number
}

export type RunState = 'queued' | 'in_progress' | 'completed'

export function stateOf(run: Run, now: number): RunState {
  if (run.cancelledAt !== null) return 'completed'
  if (run.startedAt === null) return 'queued'
  return typeof run.endsAt === 'number' && run.endsAt <= now ? 'completed' : 'in_progress'
}

/** The checks that a run is made of, as of `now`. */
export function checksOfRun(run: Run, now: number): CheckRun[] {
  const until = run.cancelledAt ?? now
  const { verdict: outcome, startedAt, endsAt } = run
  const checks: CheckRun[] =
    startedAt === null || endsAt === null
      ? checkRuns({ outcome, startedAt: run.queuedAt, endsAt: run.queuedAt + 1 }, run.queuedAt).map(
          check => ({ ...check, status: 'QUEUED', conclusion: null, completedAt: null }),
        )
      : checkRuns({ outcome, startedAt, endsAt }, until)
  if (run.cancelledAt === null) return checks
  return checks.map(check =>
    check.status === 'COMPLETED'
      ? check
      : { ...check, status: 'COMPLETED', conclusion: 'CANCELLED', completedAt: until },
  )
}

export function newCi({ runners: count, durationMs, now }: CiOptions): Ci {
  const runs: Run[] = []
  const latest = new Map<string, Run>()
  const waiting: Run[] = []
  /** Runner → when it is free. */
  const freeAt = Array<number>(count).fill(0)

  const keep = (run: Run): Run => {
    runs.unshift(run)
    latest.set(run.sha, run)
    return run
  }
  const nextId = () => 1000 + runs.length
  const begin = (of: Pick<Run, 'id' | 'attempt' | 'branch' | 'sha' | 'verdict'>): Run => {
    const { id, attempt, branch, sha, verdict } = of
    const unbegun = { startedAt: null, endsAt: null, cancelledAt: null, runner: null }
    const run = keep({ id, attempt, branch, sha, verdict, queuedAt: now(), ...unbegun })
    waiting.push(run)
    advance()
    return run
  }

  /** What the runners must have done by now. */
  const advance = (): void => {
    for (let run = waiting[0]; run; run = waiting[0]) {
      const runner = freeAt.indexOf(Math.min(...freeAt))
      const startedAt = Math.max(freeAt[runner] ?? 0, run.queuedAt)
      if (startedAt > now()) return
      waiting.shift()
      run.startedAt = startedAt
      run.endsAt = startedAt + durationMs
      run.runner = runner + 1
      freeAt[runner] = run.endsAt
    }
  }

  const stop = (run: Run): boolean => {
    advance()
    if (stateOf(run, now()) === 'completed') return false
    run.cancelledAt = now()
    const at = waiting.indexOf(run)
    if (at >= 0) waiting.splice(at, 1)
    if (run.runner !== null) freeAt[run.runner - 1] = run.cancelledAt
    return true
  }

  return {
    durationMs,
    enqueue: (branch, sha, verdict) => {
      advance()
      return begin({ id: nextId(), attempt: 1, branch, sha, verdict })
    },
    rerun: (run, verdict) => {
      advance()
      const isOver = stateOf(run, now()) === 'completed'
      return isOver ? begin({ ...run, attempt: run.attempt + 1, verdict }) : null
    },
    record: past => {
      const known = { id: nextId(), attempt: 1, queuedAt: past.startedAt }
      keep({ ...past, ...known, cancelledAt: null, runner: null })
    },
    branchGone: branch => {
      advance()
      for (const run of waiting.filter(one => one.branch === branch)) stop(run)
    },
    cancel: id => {
      const run = runs.find(one => one.id === id)
      return run !== undefined && stop(run)
    },
    runs: () => {
      advance()
      return runs
    },
    runOf: sha => {
      advance()
      return latest.get(sha) ?? null
    },
    checksOf: sha => {
      advance()
      const run = latest.get(sha)
      return run ? checksOfRun(run, now()) : []
    },
    runners: () => {
      advance()
      const going = runs.filter(run => stateOf(run, now()) === 'in_progress')
      return freeAt.map((_, index) => ({
        id: index + 1,
        name: `runner-${index + 1}`,
        busy: going.find(run => run.runner === index + 1) ?? null,
      }))
    },
    depth: () => {
      advance()
      return waiting.length
    },
  }
}
