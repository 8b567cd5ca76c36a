/** The brief that a launched run was given: its record lies beside its log. */
import { readFileSync } from 'node:fs'

const RECORD = /"schema": "dockmaster\.run\/1"[^]*"sha256": "([0-9a-f]{64})"/

/** SHA-256 in hex; null when that log is of no run that was launched by us. */
export function briefOf(log: string): string | null {
  try {
    return RECORD.exec(readFileSync(log.replace(/\.jsonl$/, '.json'), 'utf8'))?.[1] ?? null
  } catch {
    return null
  }
}
