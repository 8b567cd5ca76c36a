/** Whether a runner's process, GitHub's API and the runner's own log tell the same. Pure. */
import type { RunnerFact, RunnerHostFact } from '../../../state/runner.ts'

export interface RunnerSeen {
  readonly repo: string
  readonly name: string
  /** As its host shows it; null when the host shows none of that name. */
  readonly host: RunnerHostFact | null
  /** Null: GitHub could not be asked. */
  readonly api: 'idle' | 'busy' | 'offline' | 'missing' | null
  /** Why GitHub could not be asked. */
  readonly apiFault: string | null
  readonly depth: number | null
  readonly durations: readonly number[]
  /** Runners of the repository that are online. */
  readonly online: number
  readonly now: number
}

/** The three are not told of a change at once: so long after one, a difference is none yet. */
const SETTLES_MS = 60_000

export function judgeRunner(seen: RunnerSeen): RunnerFact {
  const { repo, name, host, now, depth } = seen
  const said = host?.diag ?? null
  const process = processOf(host)
  const told: Told = { process, api: seen.api ?? 'unknown', diag: said?.kind ?? 'unknown' }
  const pid = host?.pid || null
  const job = said?.kind === 'running' ? said.job : null
  const fault = unknownOf(told, seen)
  const differs = differenceOf(told, { pid, job })
  const isFresh = said !== null && now - said.at < SETTLES_MS && process === 'alive'
  const whenAlike = fault === null ? true : null
  const whenDifferent = isFresh ? null : false
  const runMs = medianOf(seen.durations)
  return {
    repo,
    name,
    ...told,
    pid,
    job: process === 'gone' ? null : job,
    saidAt: said?.at ?? null,
    agree: differs === null ? whenAlike : whenDifferent,
    disagreement: differs ?? fault,
    depth,
    runMs,
    drainMs: drainOf(depth, runMs, seen.online),
  }
}

const processOf = (host: RunnerHostFact | null): RunnerFact['process'] => {
  if (host === null || host.pid === null) return 'unknown'
  return host.pid > 0 ? 'alive' : 'gone'
}

const drainOf = (depth: number | null, runMs: number | null, online: number): number | null =>
  depth === null || runMs === null ? null : Math.ceil(depth / Math.max(1, online)) * runMs

type Told = Pick<RunnerFact, 'process' | 'api' | 'diag'>

/** Of those that are known, who says what the others do not. */
function differenceOf(
  { process, api, diag }: Told,
  { pid, job }: { pid: number | null; job: string | null },
): string | null {
  const inHand = `the log says that ${job ?? 'a job'} runs`
  if (process === 'gone') {
    if (api === 'idle' || api === 'busy') return `the process is gone, and the API says ${api}`
    return diag === 'running' ? `the process is gone, and ${inHand}` : null
  }
  const up = process === 'alive' ? `process ${pid} lives` : null
  if (up !== null && api === 'offline') return `${up}, and the API says offline`
  if (up !== null && api === 'missing') return `${up}, and the API knows no such runner`
  if (api === 'busy' && (diag === 'listening' || diag === 'completed')) {
    return `the API says busy, and the log says that it listens`
  }
  if (api === 'idle' && diag === 'running') return `the API says idle, and ${inHand}`
  return null
}

/** Which of the three is not known; null when all are. */
function unknownOf({ process, api, diag }: Told, { host, apiFault }: RunnerSeen): string | null {
  if (host === null) return 'no runner of that name is seen on the host: name it as spine.runner'
  if (process === 'unknown') return 'its process cannot be seen'
  if (api === 'unknown') return `the API cannot be asked: ${apiFault ?? 'it was not asked yet'}`
  return diag === 'unknown' && process === 'alive' ? 'its log says nothing of work' : null
}

function medianOf(durations: readonly number[]): number | null {
  const sorted = durations.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}
