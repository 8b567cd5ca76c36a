/** What we gave a launched run: its record lies beside its log. */
import { readFileSync } from 'node:fs'

const SCHEMA = '"schema": "dockmaster.run/1"'
// Quotes inside a value are escaped there: nothing but the fields themselves reads like this.
const BRIEF = /"sha256": "([0-9a-f]{64})"/
const BASE = /"base": "([0-9a-f]{40,64})"/

export interface LaunchedRun {
  /** SHA-256 of its brief, in hex. */
  brief: string | null
  /** Commit that its worktree began from. */
  base: string | null
}

/** Null when that log is of no run that was launched by us. */
export function launchedRun(log: string): LaunchedRun | null {
  try {
    const text = readFileSync(log.replace(/\.jsonl$/, '.json'), 'utf8')
    if (!text.includes(SCHEMA)) return null
    return { brief: BRIEF.exec(text)?.[1] ?? null, base: BASE.exec(text)?.[1] ?? null }
  } catch {
    return null
  }
}
