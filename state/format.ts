/** How instants, spans and amounts are written on the screen. Zone: the operator's own. */
import type { Instant } from './facts.ts'

const SPANS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
] as const

/**
 * A span in at most three characters: `6m`, `2h`, `13d`; `now` below a minute. Seconds are not
 * written: they would repaint the screen while nothing happens, or stand there wrong.
 */
export function age(since: Instant | null, now: Instant): string {
  if (since === null) return '?'
  const span = Math.max(0, now - since)
  for (const [unit, letter] of SPANS) {
    if (span >= unit) return `${Math.min(999, Math.floor(span / unit))}${letter}`
  }
  return 'now'
}

/** A span that is measured, not one that goes on: `26s`, `6m`. In milliseconds. */
export const span = (ms: number): string =>
  ms < 60_000 ? `${Math.round(ms / 1_000)}s` : age(0, ms)

const two = (value: number): string => String(value).padStart(2, '0')

/** `12:31`. */
export function clock(at: Instant): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

const day = (at: Instant): string => {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** `12:31` today, else `2026-11-20 12:31`. */
export const moment = (at: Instant, now: Instant): string =>
  day(at) === day(now) ? clock(at) : `${day(at)} ${clock(at)}`

/** The last midnight before `now`. */
export function midnight(now: Instant): Instant {
  const date = new Date(now)
  date.setHours(0, 0, 0, 0)
  return date.getTime()
}

/** `1,204`. */
export const count = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

/** `950`, `41k`, `1.2M`. */
export function short(value: number): string {
  if (value < 1_000) return String(Math.round(value))
  if (value < 999_500) return `${Math.round(value / 1_000)}k`
  return `${(value / 1_000_000).toFixed(1)}M`
}

/** `512 B`, `1.4 GB`. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']
  let rest = value
  let unit = 0
  while (rest >= 1_000 && unit < units.length - 1) {
    rest /= 1_000
    unit++
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`
}

/** `72%`; `?` when the whole is unknown or nothing. */
export const percent = (part: number, whole: number): string =>
  whole > 0 ? `${Math.round((part / whole) * 100)}%` : '?'

/** `1 lane`, `2 lanes`. */
export const plural = (many: number, one: string, more = `${one}s`): string =>
  `${count(many)} ${many === 1 ? one : more}`
