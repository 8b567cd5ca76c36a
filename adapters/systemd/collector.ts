/** The user's timers, and the services that the config names. Runs in the probe. */
import type { SpineConfig } from '../../state/config.ts'
import type { FactDraft, JobFact } from '../../state/facts.ts'
import { type Collector, failed, type Look, sawAll } from '../collector.ts'
import { type CommandRun, type RunCommand, runCommand } from '../command.ts'
import { declaredEffect, type Effect, lookForEffect } from '../effect.ts'
import { judgeService, judgeTimer } from './judge.ts'
import { parseTimers, type Timer } from './timers.ts'
import { parseUnits, UNIT_PROPERTIES, type Unit } from './units.ts'
import { userEnvironment } from './user-environment.ts'

const PERIOD_MS = 30_000
const MAX_UNITS = 500

export interface SystemdDeps {
  now(): number
  home: string
  run?: RunCommand
}

/** Facts of kind `job` under `timer/<unit>` and `service/<unit>`. */
export function systemdCollector(config: SpineConfig, deps: SystemdDeps): Collector {
  const services = config.services.map(name => (name.includes('.') ? name : `${name}.service`))
  let wasThere = false
  /** Many hosts run no systemd for this user: that is no failure until one was seen or is named. */
  const noBus = (look: Look): Look =>
    look.mend === START_BUS && !wasThere && services.length === 0
      ? { ...look, state: 'absent' }
      : look
  return {
    name: 'systemd',
    periodMs: PERIOD_MS,
    async look(_hints, signal) {
      if (!config.timers && services.length === 0) {
        const mend = 'set timers = true or name services in [spine]'
        return failed('absent', 'user timers and services are switched off', mend)
      }
      const systemctl = userSystemctl(deps.run ?? runCommand, signal)
      const timers = config.timers ? await listTimers(systemctl) : []
      if ('state' in timers) return noBus(timers)
      const units = await showUnits(systemctl, [...timers.flatMap(unitsOf), ...services])
      if ('state' in units) return units

      const effectOf = async (unit: string): Promise<Effect | null> => {
        const job = { name: nameOf(unit), text: `${unit} ${units.get(unit)?.command ?? ''}` }
        const place = declaredEffect(config.effects, job, deps.home)
        return place && (await lookForEffect(place, signal))
      }
      wasThere = true
      const now = deps.now()
      const jobs = await Promise.all([
        ...timers.map(async (timer): Promise<[string, JobFact]> => {
          const effect = (await effectOf(timer.unit)) ?? (await effectOf(timer.activates ?? ''))
          return [`timer/${timer.unit}`, judgeTimer(timer, units, effect, now)]
        }),
        ...services.map(
          async (name): Promise<[string, JobFact]> => [
            `service/${name}`,
            judgeService(name, units.get(name), await effectOf(name)),
          ],
        ),
      ])
      return sawAll(jobs.map(([key, value]): FactDraft => ({ kind: 'job', key, at: now, value })))
    },
  }
}

const nameOf = (unit: string): string => unit.replace(/\.\w+$/, '')

const unitsOf = (timer: Timer): string[] =>
  timer.activates === null ? [timer.unit] : [timer.unit, timer.activates]

type Systemctl = (...args: string[]) => Promise<CommandRun>

function userSystemctl(run: RunCommand, signal: AbortSignal): Systemctl {
  const env = userEnvironment()
  return (...args) => run('systemctl', ['--user', '--no-pager', ...args], { signal, env })
}

async function listTimers(systemctl: Systemctl): Promise<Timer[] | Look> {
  const run = await systemctl('list-timers', '--all', '--output=json')
  const text = outputOf(run)
  if (typeof text !== 'string') return text
  const parsed = parseTimers(text)
  if (!parsed) {
    const mend =
      'timers need systemd 246 or later, which prints JSON; or set timers = false in [spine]'
    return failed('error', 'systemctl list-timers printed no JSON list', mend)
  }
  if (parsed.skipped > 0 && parsed.timers.length === 0) {
    const message = `systemctl list-timers: ${parsed.skipped} entries of an unknown form`
    return failed('error', message, 'please report this with the output of the command')
  }
  return parsed.timers
}

async function showUnits(
  systemctl: Systemctl,
  names: readonly string[],
): Promise<ReadonlyMap<string, Unit> | Look> {
  if (names.length === 0) return new Map()
  const wanted = [...new Set(names)].slice(0, MAX_UNITS)
  const text = outputOf(await systemctl('show', `-p${UNIT_PROPERTIES.join(',')}`, '--', ...wanted))
  return typeof text === 'string' ? parseUnits(text) : text
}

const START_BUS = "start the user's systemd on the host: loginctl enable-linger"

const FAULTS: readonly {
  said: RegExp
  state: 'absent' | 'unreachable' | 'denied'
  mend: string
}[] = [
  {
    said: /not been booted with systemd/i,
    state: 'absent',
    mend: 'this host does not run systemd: set timers = false in [spine]',
  },
  {
    said: /permission denied|access denied|not permitted/i,
    state: 'denied',
    mend: 'let this user reach its systemd: see loginctl on the host',
  },
  {
    said: /failed to connect to (?:the )?(?:user scope )?bus|no medium found|XDG_RUNTIME_DIR/i,
    state: 'unreachable',
    mend: START_BUS,
  },
]

/** What systemctl printed, or what its failure means. */
function outputOf(run: CommandRun): string | Look {
  if (run.kind === 'missing') {
    const mend = 'this host does not run systemd: set timers = false in [spine]'
    return failed('absent', 'there is no systemctl program on the host', mend)
  }
  if (run.kind === 'broken') {
    return failed('unreachable', `systemctl --user: ${run.message}`, 'look at systemd on the host')
  }
  if (run.code === 0) return run.stdout
  const said = run.stderr.trim().split('\n', 1).join('').slice(0, 200)
  const fault = FAULTS.find(candidate => candidate.said.test(run.stderr))
  return fault
    ? failed(fault.state, `systemctl --user: ${said}`, fault.mend)
    : failed('error', `systemctl --user ended with ${run.code}: ${said}`, 'run it on the host')
}
