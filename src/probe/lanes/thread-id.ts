/** Thread ids of Codex are UUIDs of version 7: they hold the time at which the thread began. */
import type { Instant } from '../../../state/facts.ts'

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

/** When the thread began; null for ids of another make, as Claude's. */
export function startOfThread(id: string): Instant | null {
  if (!UUID.test(id) || id[14] !== '7') return null
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** The id at the end of a session file's name, known before a line of it is read. */
export function threadInName(path: string): string | null {
  return new RegExp(`(${UUID.source})\\.jsonl$`, 'i').exec(path)?.[1]?.toLowerCase() ?? null
}
