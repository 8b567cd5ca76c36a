/** Which runner holds a lane: as told, or systemd where that works and a session where not. */
import type { RunnerWish } from '../../state/config.ts'
import type { RunnerKind, RunnerSpec, Survey } from '../rpc/lane-api.ts'

export type RunnerChoice =
  | { kind: 'chosen'; runner: RunnerKind; why: string }
  | { kind: 'refused'; message: string }

/** `asked` is this launch's own wish, and goes before the profile's. */
export function chooseRunner(
  asked: RunnerWish | null,
  configured: RunnerWish,
  { systemd, hostname }: Pick<Survey, 'systemd' | 'hostname'>,
): RunnerChoice {
  const wish = asked ?? configured
  const { fault } = systemd
  if (wish === 'auto') {
    return fault === null
      ? { kind: 'chosen', runner: 'systemd', why: `systemd works on ${hostname}` }
      : { kind: 'chosen', runner: 'session', why: `no systemd on ${hostname}: ${fault}` }
  }
  if (wish === 'systemd' && fault !== null) {
    return { kind: 'refused', message: `the runner systemd does not work on ${hostname}: ${fault}` }
  }
  const why = asked === null ? 'the profile says so (launch.runner)' : 'it was asked for'
  return { kind: 'chosen', runner: wish, why }
}

/** How the run is named on the host, before it is made there. `key` is the launch's own. */
export const specOf = (
  runner: Exclude<RunnerKind, 'box'>,
  stem: string,
  key: string,
): RunnerSpec =>
  runner === 'systemd'
    ? { kind: runner, unit: `dockmaster-${stem}-${key.slice(0, 12)}.service` }
    : { kind: runner }
