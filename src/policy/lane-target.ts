/** Which lane is meant, and whether it may be stopped or resumed. */
import type { LaneFact } from '../../state/facts.ts'

export type Target<T> = { kind: 'found'; target: T } | { kind: 'refused'; message: string }

/** What a lane's fact and its key say about the process and the thread. */
export interface KnownLane {
  key: string
  value: LaneFact
}

/** By key, thread id or whole name; a name that several have is none. No patterns. */
export function findLane(lanes: readonly KnownLane[], asked: string): Target<KnownLane> {
  const byId = lanes.find(({ key, value }) => key === asked || value.threadId === asked)
  if (byId) return { kind: 'found', target: byId }
  const named = lanes.filter(({ value }) => value.name === asked)
  const [first, ...others] = named
  if (first === undefined) return refused(`no lane is named ${JSON.stringify(asked)}`)
  if (others.length === 0) return { kind: 'found', target: first }
  const ids = named.map(({ key }) => key).join(', ')
  return refused(`${named.length} lanes are named ${asked}: give one of ${ids}`)
}

/** The process that a lane is: a pid alone would not do, because pids are used again. */
export function processOf({ value }: KnownLane): Target<{ pid: number; pidStart: string }> {
  const { pid, pidStart, name } = value
  if (pid === null || pidStart === null) return refused(`${name} has no live process that we know`)
  return { kind: 'found', target: { pid, pidStart } }
}

/** The thread to go on with; one that somebody writes is left alone. */
export function threadToResume({ value }: KnownLane): Target<{ threadId: string; cwd: string }> {
  const { threadId, cwd, name, pid, status } = value
  if (threadId === null) return refused(`${name} has told no thread id yet`)
  if (cwd === null) return refused(`it is not known in which directory ${name} worked`)
  if (pid !== null) return refused(`${name} has a live writer, process ${pid}: stop it first`)
  if (LIVE.has(status)) return refused(`${name} has a live writer: it is ${status}`)
  return { kind: 'found', target: { threadId, cwd } }
}

const LIVE: ReadonlySet<string> = new Set(['starting', 'thinking', 'working'])

const refused = (message: string) => ({ kind: 'refused' as const, message })
