/** Asks the user's own systemd, by systemctl and loginctl: whether it can hold runs, and one unit. */
import { userInfo } from 'node:os'
import { type CommandRun, type RunCommand, runCommand } from '../command.ts'
import { userEnvironment } from './user-environment.ts'

/** The first that takes `--setenv=NAME`, which keeps values out of the command line. */
const LEAST_VERSION = 249

/** Why a unit of the user's would not hold a run that outlives every login; null when it would. */
export async function userSystemdFault(run: RunCommand = runCommand): Promise<string | null> {
  const user = userInfo().username
  const mend = `sudo loginctl enable-linger ${user}`
  const asked = await ask(run, 'systemctl', '--user', 'show', '--property=Version')
  if (asked.out === null) return `the systemd of ${user} does not answer (${asked.fault}): ${mend}`
  const version = Number(/^Version=(\d+)/m.exec(asked.out)?.[1])
  if (!(version >= LEAST_VERSION)) {
    return `its systemd is ${asked.out.trim().slice(0, 40)}; ${LEAST_VERSION} or later is needed`
  }
  const words = ['show-user', user, '--property=Linger', '--value']
  const lingers = await ask(run, 'loginctl', ...words)
  if (lingers.out?.trim() === 'yes') return null
  const why = lingers.out === null ? ` (${lingers.fault})` : ''
  return `the systemd of ${user} ends with the last login, and its runs with it${why}: ${mend}`
}

export interface UnitSeen {
  /** 0 when it has none. */
  mainPid: number
  /** One start of it; empty when it never was. */
  invocation: string
  /** False when systemd knows none of that name: only then can it be made. */
  isLoaded: boolean
}

export type UnitLook = { kind: 'seen'; unit: UnitSeen } | { kind: 'silent'; fault: string }

/** A unit that systemd does not know has no main process. */
export async function lookAtUnit(name: string, run: RunCommand = runCommand): Promise<UnitLook> {
  const properties = '--property=LoadState,MainPID,InvocationID'
  const shown = await ask(run, 'systemctl', '--user', 'show', properties, '--', name)
  if (shown.out === null) return { kind: 'silent', fault: shown.fault }
  const field = (property: string) =>
    new RegExp(`^${property}=(.*)$`, 'm').exec(shown.out)?.[1]?.trim() ?? ''
  const mainPid = Number.parseInt(field('MainPID'), 10) || 0
  const isLoaded = field('LoadState') !== 'not-found'
  return { kind: 'seen', unit: { mainPid, invocation: field('InvocationID'), isLoaded } }
}

/** Signals every process of its cgroup at once. A unit that is gone has none. */
export async function signalUnit(name: string, signal: string): Promise<void> {
  // --kill-whom=all is the default, and was named otherwise before 252.
  await ask(runCommand, 'systemctl', '--user', 'kill', `--signal=${signal}`, '--', name)
}

const ANSWERS_WITHIN_MS = 5_000

async function ask(
  run: RunCommand,
  program: string,
  ...words: string[]
): Promise<{ out: string } | { out: null; fault: string }> {
  const limits = { env: userEnvironment(), timeoutMs: ANSWERS_WITHIN_MS }
  const ran = await run(program, words, limits)
  if (ran.kind === 'exited' && ran.code === 0) return { out: ran.stdout }
  return { out: null, fault: faultOf(program, ran) }
}

/** Of a run that did not succeed. */
export function faultOf(program: string, ran: CommandRun): string {
  if (ran.kind === 'missing') return `${program} is not on the host`
  if (ran.kind === 'broken') return `${program}: ${ran.message}`
  const said = ran.stderr.trim().split('\n').at(-1)?.slice(0, 300)
  return said || `${program} ended with ${ran.code}`
}
