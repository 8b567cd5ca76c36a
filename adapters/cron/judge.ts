/** Says how a cron job fares, from its due times and its effect. Pure. */

import type { Instant, JobFact } from '../../state/facts.ts'
import { type Effect, graceMs } from '../effect.ts'
import type { CronJob, UnreadableLine } from './crontab.ts'
import { dueBetween, dueTimes, isZone } from './schedule.ts'

export interface Sighting {
  effect: Effect | null
  /** Whether the config declares the effect, or the command's own redirect names it. */
  origin: 'declared' | 'redirect'
  /** The last line of the log it writes. */
  says: string | null
}

export interface HostClock {
  now: Instant
  zone: string
  bootAt: Instant
}

/** Beyond this, how late no longer matters. */
const MAX_PERIODS_LATE = 99

/** The fact of one job: late when its effect is older than a due time that had time to take effect. */
export function judgeJob(job: CronJob, name: string, seen: Sighting, clock: HostClock): JobFact {
  const { now, bootAt } = clock
  // cronie's own variable; Debian's cron takes it for one of the job's.
  const zone = job.env.get('CRON_TZ') ?? clock.zone
  const base = { name, origin: 'cron', schedule: job.expression, command: job.command } as const
  if (!isZone(zone)) {
    const message = `line ${job.line}: there is no time zone ${JSON.stringify(zone)}`
    return { ...base, ...UNKNOWN_TIMES, last: null, state: 'unreadable', message }
  }
  const { next, previous: previousDue } = dueTimes(job.schedule, zone, now, bootAt)
  const times = { next, previousDue }
  const { effect } = seen
  if (effect?.kind !== 'seen') {
    return { ...base, ...times, last: null, ...withoutEffect(effect, seen.origin) }
  }
  const last = effect.at
  const until = now - graceMs(next, previousDue)
  const span = { last, until, bootAt, max: MAX_PERIODS_LATE }
  const periodsLate = dueBetween(job.schedule, zone, span)
  const state = periodsLate > 0 ? 'late' : 'ok'
  return { ...base, ...times, last, state, periodsLate, message: seen.says }
}

/** A line that cron would refuse, as a job that says so. */
export function unreadableJob({ line, text, why }: UnreadableLine): JobFact {
  return {
    ...UNKNOWN_TIMES,
    name: `crontab line ${line}`,
    origin: 'cron',
    schedule: '',
    command: text,
    last: null,
    state: 'unreadable',
    message: `line ${line}: ${why}`,
  }
}

const UNKNOWN_TIMES = { next: null, previousDue: null, periodsLate: 0 } as const

function withoutEffect(
  effect: Exclude<Effect, { kind: 'seen' }> | null,
  origin: Sighting['origin'],
): Pick<JobFact, 'state' | 'periodsLate' | 'message'> {
  if (!effect) {
    const message = 'it writes no log and no effect is declared for it (spine.effects)'
    return { state: 'unobservable', periodsLate: 0, message }
  }
  if (effect.kind === 'hidden') {
    const message = `its effect cannot be read: ${effect.path}`
    return { state: 'unobservable', periodsLate: 0, message }
  }
  // A script may have nothing to say for years; a declared effect has to be there.
  return origin === 'declared'
    ? { state: 'late', periodsLate: 1, message: `its effect was never seen: ${effect.path}` }
    : { state: 'unobservable', periodsLate: 0, message: `it never wrote to ${effect.path}` }
}
