/** A lane's log as it is read: bounded, following until scrolled, searchable. Pure. */
import { clean } from '../clean.ts'
import { logLine } from '../log-line.ts'
import { redact } from '../redact.ts'

/** Lines kept; older ones fall away. */
export const LOG_LINES = 5_000

export interface LogView {
  /** Key of the lane whose log this is; null when none is open. */
  readonly lane: string | null
  readonly lines: readonly string[]
  /** Lines that fell away before the first kept one: line numbers stay true. */
  readonly dropped: number
  /** Byte up to which the log was read; null before the first window. */
  readonly to: number | null
  /** Number of the first line on the screen; null while following. */
  readonly top: number | null
  /** How many lines there were when following stopped. */
  readonly seen: number
  /** Columns scrolled to the right. */
  readonly shift: number
  readonly search: string
  /** Number of the line that the search stands on. */
  readonly found: number | null
  /** Why there is no log; null when there is. */
  readonly fault: string | null
}

export const NO_LOG: LogView = {
  lane: null,
  lines: [],
  dropped: 0,
  to: null,
  top: null,
  seen: 0,
  shift: 0,
  search: '',
  found: null,
  fault: null,
}

/** A window of a log as the hub sends it: bytes `from` to `to` of `size`, whole lines. */
export interface LogPart {
  readonly from: number
  readonly to: number
  readonly size: number
  readonly lines: readonly string[]
}

/** Lines ever read, also those that fell away. */
export const total = (log: LogView): number => log.dropped + log.lines.length

/** What the reader sees of a window: an event a line, and no secret, also none of several lines. */
const shown = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : redact(lines.map(onOneLine).join('\n')).split('\n')
const onOneLine = (line: string): string => clean(logLine(line))

/** Adds what was read. A part that does not go on where we are replaces what was there. */
export function append(log: LogView, part: LogPart): LogView {
  const goesOn = log.to === null || part.from === log.to
  const before = goesOn ? log : { ...log, lines: [], dropped: 0, top: null, seen: 0, found: null }
  const lines = [...before.lines, ...shown(part.lines)]
  const excess = Math.max(0, lines.length - LOG_LINES)
  return {
    ...before,
    lines: excess > 0 ? lines.slice(excess) : lines,
    dropped: before.dropped + excess,
    to: part.to,
    fault: null,
  }
}

/** Another text in the place of what was there; the reader stays where they are in it. */
export const replaced = (view: LogView, lines: readonly string[]): LogView => ({
  ...view,
  lines,
  dropped: 0,
  to: 0,
  found: view.found !== null && view.found < lines.length ? view.found : null,
  fault: null,
})

/** Number of the first line of a screen of `height` lines. */
export function firstLine(log: LogView, height: number): number {
  const bottom = Math.max(log.dropped, total(log) - height)
  return log.top === null ? bottom : Math.max(log.dropped, Math.min(log.top, bottom))
}

/** How many lines came since following stopped. */
export const unseen = (log: LogView): number => (log.top === null ? 0 : total(log) - log.seen)

/** Shows from line `number` on; the end of the log means following again. */
export function scrollTo(log: LogView, number: number, height: number): LogView {
  const bottom = total(log) - height
  if (number >= bottom) return follow(log)
  const seen = log.top === null ? total(log) : log.seen
  return { ...log, top: Math.max(log.dropped, number), seen }
}

export const follow = (log: LogView): LogView => ({ ...log, top: null, seen: total(log) })

/** Goes to the next (1) or the previous (-1) line that has the searched text, around the end. */
export function findNext(log: LogView, by: 1 | -1, height: number): LogView {
  const wanted = log.search.toLowerCase()
  const many = log.lines.length
  if (wanted === '' || many === 0) return log
  const from = log.found ?? (by === 1 ? firstLine(log, height) - 1 : total(log))
  for (let step = 1; step <= many; step++) {
    const index = (((from - log.dropped + by * step) % many) + many) % many
    if (log.lines[index]?.toLowerCase().includes(wanted)) {
      const found = log.dropped + index
      const top = Math.max(log.dropped, found - Math.floor(height / 2))
      return { ...log, found, top, seen: log.top === null ? total(log) : log.seen }
    }
  }
  return { ...log, found: null }
}

/** Searches from the top of the screen on, as typed. */
export const searchFor = (log: LogView, search: string, height: number): LogView =>
  findNext({ ...log, search, found: null }, 1, height)
