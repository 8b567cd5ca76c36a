/** Says how a user timer or service fares. Pure. */
import type { Instant, JobFact } from '../../state/facts.ts'
import { type Effect, graceMs } from '../effect.ts'
import type { Timer } from './timers.ts'
import type { Unit } from './units.ts'

type Standing = Pick<JobFact, 'state' | 'periodsLate' | 'message'>

/** A timer is due by systemd's own reckoning; that it did its work is for its effect to say. */
export function judgeTimer(
  timer: Timer,
  units: ReadonlyMap<string, Unit>,
  effect: Effect | null,
  now: Instant,
): JobFact {
  const unit = units.get(timer.unit)
  const service = timer.activates === null ? undefined : units.get(timer.activates)
  return {
    name: timer.unit.replace(/\.timer$/, ''),
    origin: 'timer',
    schedule: unit?.schedule ?? '',
    command: service?.command || (timer.activates ?? ''),
    next: timer.next,
    previousDue: timer.last,
    // Without a declared effect, all there is to show is when systemd last started it.
    last: effect === null ? timer.last : effect.kind === 'seen' ? effect.at : null,
    ...timerStanding(timer, service, effect, now),
  }
}

function timerStanding(
  timer: Timer,
  service: Unit | undefined,
  effect: Effect | null,
  now: Instant,
): Standing {
  const { next, last } = timer
  if (service && hasFailed(service)) return standing('failed', howItEnded(service))
  if (service && RUNNING.has(service.active)) return standing('running', service.sub)
  const grace = graceMs(next, last)
  if (next !== null && next < now - grace) return standing('late', 'it is due and did not start', 1)
  if (next === null && last === null) return standing('stopped', 'it is not waiting for any time')
  if (effect === null) {
    const message = 'no effect is declared for it (spine.effects)'
    return standing('unobservable', service ? `${howItEnded(service)}; ${message}` : message)
  }
  if (effect.kind === 'hidden') {
    return standing('unobservable', `its effect cannot be read: ${effect.path}`)
  }
  if (effect.kind === 'unseen') {
    return standing('late', `its effect was never seen: ${effect.path}`, 1)
  }
  if (last === null || last > now - grace || effect.at >= last) return standing('ok', null)
  const period = next === null ? Number.POSITIVE_INFINITY : next - last
  const periodsLate = 1 + Math.max(0, Math.floor((last - effect.at) / period))
  return standing('late', `it ran, and ${effect.path} did not change`, periodsLate)
}

const RUNNING = new Set(['active', 'activating', 'reloading', 'deactivating'])

/** A service by the name in the config. */
export function judgeService(name: string, unit: Unit | undefined, effect: Effect | null): JobFact {
  return {
    name: name.replace(/\.service$/, ''),
    origin: 'service',
    schedule: '',
    command: unit?.command ?? '',
    next: null,
    previousDue: null,
    last: effect?.kind === 'seen' ? effect.at : null,
    ...serviceStanding(name, unit),
  }
}

function serviceStanding(name: string, unit: Unit | undefined): Standing {
  if (!unit || unit.load === 'not-found') {
    return standing('unreadable', `systemd knows no user unit ${name} (spine.services)`)
  }
  if (unit.load === 'masked') return standing('stopped', 'it is masked')
  if (hasFailed(unit)) return standing('failed', howItEnded(unit))
  if (RUNNING.has(unit.active)) return standing('running', unit.sub)
  if (unit.active === 'inactive') return standing('stopped', unit.sub)
  return standing('unreadable', `its state is ${unit.active || 'unknown'} (${unit.sub})`)
}

/** Also one that systemd keeps starting again: it is up only between two failures. */
const hasFailed = (unit: Unit): boolean =>
  unit.active === 'failed' ||
  unit.sub === 'auto-restart' ||
  (unit.active === 'inactive' && unit.result !== '' && unit.result !== 'success')

const howItEnded = (unit: Unit): string =>
  unit.exitStatus === null ? unit.result : `${unit.result}, exit status ${unit.exitStatus}`

const standing = (state: JobFact['state'], message: string | null, periodsLate = 0): Standing => ({
  state,
  periodsLate,
  message,
})
