/** The newest events of the watchdog's log, read from its end. Runs in the probe. */
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { SpineConfig } from '../../state/config.ts'
import type { FactDraft, JobFact } from '../../state/facts.ts'
import { type Collector, failed, failedAt, sawAll } from '../collector.ts'
import { expandHome } from '../glob.ts'
import { readLastLines } from '../read-part.ts'
import { watchDirectory } from '../watch-directory.ts'
import { parseWatchdog, type WatchdogEvent } from './events.ts'

const PERIOD_MS = 15_000
const TAIL_BYTES = 128 * 1_024
const NEWEST = 50
/** What was under way and never told its end is not under way any more. */
const UNDER_WAY_MS = 15 * 60_000
const RECENT_MS = 24 * 3_600_000

export interface WatchdogDeps {
  now(): number
  home: string
}

/** Facts of kind `job`, origin `watchdog`: the newest 50 events of the last 24 hours. */
export function watchdogCollector(config: SpineConfig, deps: WatchdogDeps): Collector {
  const path = config.watchdogLog && expandHome(config.watchdogLog, deps.home)
  return {
    name: 'watchdog',
    periodMs: PERIOD_MS,
    watch(poke, signal) {
      if (!path) return
      // A log is rotated: its directory stays.
      const note = (name: string) => name === basename(path) && poke(path)
      watchDirectory(dirname(path), note, signal)
    },
    async look() {
      if (!path) {
        return failed('absent', 'no watchdog log is named', 'set watchdogLog in [spine]')
      }
      const lines = await readLastLines(path, TAIL_BYTES).catch((error: unknown) =>
        failedAt(path, error, 'mend spine.watchdogLog'),
      )
      if ('state' in lines) return lines
      const now = deps.now()
      const { events, unreadable } = parseWatchdog(lines)
      const recent = events.filter(event => event.at > now - RECENT_MS).slice(-NEWEST)
      const jobs = new Map(recent.map(event => [keyOf(event), jobOf(event, path, now)]))
      if (unreadable > 0) jobs.set('watchdog/unreadable', unreadableJob(unreadable, path))
      return sawAll(
        [...jobs].map(([key, value]): FactDraft => ({ kind: 'job', key, at: now, value })),
      )
    },
  }
}

const keyOf = ({ at, text }: WatchdogEvent): string => {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return `watchdog/${new Date(at).toISOString()}-${hash}`
}

const jobOf = (event: WatchdogEvent, path: string, now: number): JobFact => ({
  name: event.subject,
  origin: 'watchdog',
  schedule: '',
  command: path,
  next: null,
  previousDue: null,
  last: event.at,
  state: event.state === 'running' && event.at < now - UNDER_WAY_MS ? 'unobservable' : event.state,
  periodsLate: 0,
  message: event.text,
})

const unreadableJob = (count: number, path: string): JobFact => ({
  name: 'watchdog log',
  origin: 'watchdog',
  schedule: '',
  command: path,
  next: null,
  previousDue: null,
  last: null,
  state: 'unreadable',
  periodsLate: 0,
  message: `${count} of its latest lines begin with no time`,
})
