/** Runners as rows of the host pane, and what waits for them. */
import { age } from '../format.ts'
import type { RunnerFact } from '../runner.ts'
import type { World } from '../world.ts'
import { BROKEN, type RowDraft, WAITING, WELL } from './row.ts'

/** What it does, in a word: by whom the three agree on it, else `?`. */
export function runnerState({ process, api, diag, agree }: RunnerFact): string {
  if (agree === false) return 'disagree'
  if (process === 'gone') return 'gone'
  if (agree === null) return '?'
  return api === 'busy' || diag === 'running' ? 'busy' : 'idle'
}

/** `3 wait, ~18m`; null when it is not known. */
export function waitText({ depth, drainMs }: Pick<RunnerFact, 'depth' | 'drainMs'>): string | null {
  if (depth === null) return null
  return drainMs === null || depth === 0 ? `${depth} wait` : `${depth} wait, ~${age(0, drainMs)}`
}

export function runnerRow(value: RunnerFact): RowDraft {
  const { name, job, disagreement, agree, process, saidAt } = value
  const look = agree === false || process === 'gone' ? BROKEN : agree === null ? WAITING : WELL
  const parts = [disagreement, job, waitText(value)]
  return {
    ...look,
    order: 7,
    tag: '',
    name: `runner ${name}`,
    state: runnerState(value),
    fact: parts.filter(part => part !== null).join('; '),
    since: saidAt,
  }
}

/** Runs that wait over all repositories, and the longest drain; null when nobody looks. */
export function runsWaiting(world: World): { depth: number; drainMs: number | null } | null {
  const byRepo = new Map(
    [...world.runner.values()].flatMap(({ value }) =>
      value.depth === null ? [] : [[value.repo, value] as const],
    ),
  )
  if (byRepo.size === 0) return null
  const known = [...byRepo.values()]
  const drains = known.flatMap(({ drainMs }) => drainMs ?? [])
  return {
    depth: known.reduce((sum, { depth }) => sum + (depth ?? 0), 0),
    drainMs: drains.length === 0 ? null : Math.max(...drains),
  }
}
