/**
 * When a cron line is due, in a zone. Croner does the calendar; this holds it to Vixie's rules: no
 * seconds, none of croner's extensions, and a day field that begins with `*` must match beside the
 * other one, while two plain day fields match either.
 */
import { Cron } from 'croner'
import type { Instant } from '../../state/facts.ts'

export type Schedule = { kind: 'reboot' } | { kind: 'fields'; fields: string }

export interface DueTimes {
  /** The first due time after `now`. */
  next: Instant | null
  /** The latest due time up to and with `now`. */
  previous: Instant | null
}

const MINUTE_MS = 60_000
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'
const DAYS = 'sun|mon|tue|wed|thu|fri|sat'

/** One field: `*`, `*\/n`, `a`, `a-b`, `a-b/n`, or a list of them. Values are checked by croner. */
const field = (value: string) => {
  const item = `(?:\\*|(?:${value})(?:-(?:${value}))?)(?:/\\d{1,3})?`
  return new RegExp(`^${item}(?:,${item})*$`)
}
const NUMBER = '\\d{1,2}'
const FIELDS = [
  { name: 'minute', form: field(NUMBER) },
  { name: 'hour', form: field(NUMBER) },
  { name: 'day of month', form: field(NUMBER) },
  { name: 'month', form: field(`${NUMBER}|${MONTHS}`) },
  { name: 'day of week', form: field(`${NUMBER}|${DAYS}`) },
]

const parsed = new Map<string, Cron | null>()
const MAX_PARSED = 1_000

/** Why cron would refuse the fields, or null when it would not. */
export function scheduleFault(schedule: Schedule): string | null {
  if (schedule.kind === 'reboot') return null
  const values = schedule.fields.split(' ')
  const wrong = FIELDS.findIndex(({ form }, index) => !form.test(values[index] ?? ''))
  const fault = FIELDS[wrong]
  if (fault) return `its ${fault.name} ${JSON.stringify(values[wrong] ?? '')} is not cron's`
  return pattern(schedule.fields, 'UTC') ? null : 'a field is out of its range'
}

/** Whether this machine knows a zone's name, e.g. `Europe/Lisbon`. */
export function isZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** The due times around `now`. A reboot job was due at `bootAt` and is never due again. */
export function dueTimes(
  schedule: Schedule,
  zone: string,
  now: Instant,
  bootAt: Instant,
): DueTimes {
  if (schedule.kind === 'reboot') return { next: null, previous: bootAt }
  const cron = pattern(schedule.fields, zone)
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS
  return {
    next: cron?.nextRun(new Date(minute))?.getTime() ?? null,
    previous: previousRuns(cron, 1, minute + MINUTE_MS)[0] ?? null,
  }
}

/** How many due times lie after `last` and up to `until`: counted to `max`. */
export function dueBetween(
  schedule: Schedule,
  zone: string,
  { last, until, bootAt, max }: { last: Instant; until: Instant; bootAt: Instant; max: number },
): number {
  if (schedule.kind === 'reboot') return last < bootAt && bootAt <= until ? 1 : 0
  const cron = pattern(schedule.fields, zone)
  let count = 0
  let before = until + 1
  // In small steps: most jobs are in time, and each step back costs.
  for (let step = 1; count < max; step = Math.min(step * 4, max - count)) {
    const runs = previousRuns(cron, step, before).filter(run => run > last)
    count += runs.length
    if (runs.length < step) break
    before = runs.at(-1) ?? last
  }
  return count
}

/** Up to `count` due times before `before`, the latest first. Due times are whole minutes. */
function previousRuns(cron: Cron | null, count: number, before: Instant): Instant[] {
  const edge = Math.ceil(before / 1_000) * 1_000
  return cron?.previousRuns(count, new Date(edge)).map(run => run.getTime()) ?? []
}

/** Croner's form of a pattern, kept: parsing costs more than asking. Null when it refuses it. */
function pattern(fields: string, zone: string): Cron | null {
  const key = `${zone} ${fields}`
  const kept = parsed.get(key)
  if (kept !== undefined) return kept
  if (parsed.size >= MAX_PARSED) parsed.clear()
  const cron = parse(fields, zone)
  parsed.set(key, cron)
  return cron
}

function parse(fields: string, zone: string): Cron | null {
  const [, , dayOfMonth = '', , dayOfWeek = ''] = fields.split(' ')
  try {
    return new Cron(fields, {
      timezone: zone,
      mode: '5-part',
      // As cron: a fixed time that the clock skips runs once after it, one that comes twice once.
      fixedTimeRule: 'no-wildcard',
      domAndDow: dayOfMonth.startsWith('*') || dayOfWeek.startsWith('*'),
      paused: true,
    })
  } catch {
    return null
  }
}
