/** The newest events of the watchdog's log, read from its end. Runs in the probe. */
import { createHash } from 'node:crypto'
import { watch } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { SpineConfig } from '../../state/config.ts'
import type { FactDraft, JobFact } from '../../state/facts.ts'
import { type Collector, failed, sawAll } from '../collector.ts'
import { codeOf, expandHome, isAbsence } from '../glob.ts'
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
      if (path) watchLog(path, poke, signal)
    },
    async look() {
      if (!path) {
        return failed('absent', 'no watchdog log is named', 'set watchdogLog in [spine]')
      }
      const lines = await readTail(path).catch(codeOf)
      if (typeof lines === 'string') {
        const state = isAbsence(lines) ? 'absent' : lines === 'EACCES' ? 'denied' : 'error'
        return failed(state, `${path} cannot be read (${lines})`, 'mend spine.watchdogLog')
      }
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

/** The whole lines at the end of a file, within 128 KiB; one that is longer is not read. */
async function readTail(path: string): Promise<string[]> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    // The first may be cut by our window, the last is not finished yet.
    return lines.slice(size > buffer.length ? 1 : 0, -1)
  } finally {
    await file.close()
  }
}

/** Its directory is watched, for a log is rotated; when it cannot be, the re-scan stands behind. */
function watchLog(path: string, poke: (hint: string) => void, signal: AbortSignal): void {
  try {
    const watcher = watch(dirname(path), { signal }, (_event, name) => {
      if (name === basename(path)) poke(path)
    })
    watcher.on('error', () => watcher.close())
  } catch {
    // No such directory yet, or no watches left: the period alone finds what is new.
  }
}
