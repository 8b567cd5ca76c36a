/** Runs of GitHub Actions on one commit, each as its last attempt stands. */
import * as z from 'zod'
import type { GithubClient } from './client.ts'
import { parse } from './parse-answer.ts'

export interface WorkflowRun {
  id: number
  /** From 1. */
  attempt: number
  /** `ended`: with anything but a failure; a person's cancel is none. */
  state: 'running' | 'failed' | 'ended'
  /** Its page. */
  url: string
}

const LONGEST_URL = 300
const Runs = z.object({
  workflow_runs: z.array(
    z.object({
      id: z.number().int(),
      run_attempt: z.number().int().min(1).default(1),
      status: z.string().nullish(),
      conclusion: z.string().nullish(),
      html_url: z.url().max(LONGEST_URL),
    }),
  ),
})

const FAILED = new Set(['failure', 'timed_out'])

/** Rejects with RequestFault or AnswerFault. */
export async function readRuns(client: GithubClient, commit: string): Promise<WorkflowRun[]> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs'
  const answer = await client.call(route, { head_sha: commit, per_page: 100 })
  return parse(Runs, answer).workflow_runs.map(run => ({
    id: run.id,
    attempt: run.run_attempt,
    state: stateOf(run.status ?? '', run.conclusion ?? ''),
    url: run.html_url,
  }))
}

function stateOf(status: string, conclusion: string): WorkflowRun['state'] {
  if (status !== 'completed') return 'running'
  return FAILED.has(conclusion) ? 'failed' : 'ended'
}
