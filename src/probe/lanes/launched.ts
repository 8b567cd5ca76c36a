/** What we know of a lane that we launched: its worktree, and what its briefs ask for. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { checksOf, filesNamedIn, LONGEST_BRIEF, outputOf } from '../../policy/brief.ts'
import type { RunRecord } from '../../rpc/lane-api.ts'
import { runsOf } from '../runner/run-record.ts'

export interface Launched {
  tree: RunRecord['tree']
  /** Commands that the newest brief with a CHECK section wants run. */
  checks: readonly string[]
  /** File that the newest brief with such an OUTPUT asks for. */
  output: string | null
  /** Files that any of its briefs names. */
  named: readonly string[]
}

/** Null when that log is of no run that was launched by us. */
export async function launchedOf(log: string | null): Promise<Launched | null> {
  if (log === null) return null
  const runs = await runsOf(dirname(log), basename(log, '.jsonl'))
  const [first] = runs
  if (first === undefined) return null
  const briefs = (await Promise.all(runs.toReversed().map(briefOf))).filter(text => text !== null)
  return {
    tree: first.tree,
    checks: briefs.map(checksOf).find(checks => checks.length > 0) ?? [],
    named: [...new Set(briefs.flatMap(filesNamedIn))],
    output: briefs.map(outputOf).find(output => output !== null) ?? null,
  }
}

/** Its text; null when it is no longer the one that the lane was given. */
export async function briefOf({ brief, sha256 }: RunRecord): Promise<string | null> {
  try {
    if ((await stat(brief)).size > LONGEST_BRIEF) return null
    const text = await readFile(brief)
    return createHash('sha256').update(text).digest('hex') === sha256 ? text.toString('utf8') : null
  } catch {
    return null
  }
}
