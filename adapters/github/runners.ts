/** Runners of a repository, what waits for them, and how long runs took of late. */
import * as z from 'zod'
import type { GithubClient } from './client.ts'
import { Instant, parse } from './parse-answer.ts'

export interface RunnersSeen {
  runners: { name: string; state: 'idle' | 'busy' | 'offline' }[]
  /** Runs that wait. */
  depth: number
  /** Of runs that ended, the newest first, in ms. */
  durations: number[]
}

const Runners = z.object({
  runners: z.array(z.object({ name: z.string(), status: z.string(), busy: z.boolean() })),
})
const Queued = z.object({ total_count: z.number().int() })
const Ended = z.object({
  workflow_runs: z.array(
    z.object({
      conclusion: z.string().nullish(),
      run_started_at: Instant.nullish(),
      updated_at: Instant,
    }),
  ),
})

const RUNS = 'GET /repos/{owner}/{repo}/actions/runs'
/** A run that was cancelled or skipped says nothing of how long one takes. */
const RAN = new Set(['success', 'failure'])

/** Rejects with RequestFault or AnswerFault. */
export async function readRunners(client: GithubClient): Promise<RunnersSeen> {
  const route = 'GET /repos/{owner}/{repo}/actions/runners'
  const [runners, queued, ended] = await Promise.all([
    client.call(route, { per_page: 100 }),
    client.call(RUNS, { status: 'queued', per_page: 1 }),
    client.call(RUNS, { status: 'completed', per_page: 20 }),
  ])
  return {
    runners: parse(Runners, runners).runners.map(({ name, status, busy }) => ({
      name,
      state: status !== 'online' ? 'offline' : busy ? 'busy' : 'idle',
    })),
    depth: parse(Queued, queued).total_count,
    durations: parse(Ended, ended).workflow_runs.flatMap(
      ({ conclusion, run_started_at: from, updated_at: to }) =>
        from && RAN.has(conclusion ?? '') && to > from ? [to - from] : [],
    ),
  }
}
