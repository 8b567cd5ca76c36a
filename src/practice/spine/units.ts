/** Timers and units in the words of systemd 252: `list-timers --output=json` and `show`. */
import { SERVICES, TIMERS, type TimerJob } from './jobs.ts'

export interface TimerRun {
  job: TimerJob
  /** Unix milliseconds. */
  last: number
  next: number
}

const micros = (ms: number): number => ms * 1000

/** `left` and `passed` repeat the absolute times, as this version prints them. */
export const timersJson = (runs: readonly TimerRun[]): string =>
  `${JSON.stringify(
    runs.map(({ job, last, next }) => ({
      next: micros(next),
      left: micros(next),
      last: micros(last),
      passed: micros(last),
      unit: `${job.name}.timer`,
      activates: `${job.name}.service`,
    })),
  )}\n`

const execStart = (command: string, status: number): string =>
  `{ path=${command.split(' ')[0]} ; argv[]=${command} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=exited ; status=${status} }`

/** File name → what `systemctl show` prints of that unit. */
export function unitFiles(): Map<string, string> {
  const files = new Map<string, string>()
  const put = (id: string, properties: Record<string, string | number>) => {
    const all = { ...properties, Id: id, LoadState: 'loaded' }
    files.set(
      id,
      Object.entries(all)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
  }
  for (const { name, calendar, command, exit } of TIMERS) {
    const failed = exit !== 0
    put(`${name}.timer`, {
      TimersCalendar: `{ OnCalendar=${calendar} ; next_elapse=n/a }`,
      Result: 'success',
      ActiveState: 'active',
      SubState: 'waiting',
    })
    put(`${name}.service`, {
      Result: failed ? 'exit-code' : 'success',
      ExecMainStatus: exit,
      ExecStart: execStart(command, exit),
      ActiveState: failed ? 'failed' : 'inactive',
      SubState: failed ? 'failed' : 'dead',
    })
  }
  for (const { name, command } of SERVICES) {
    put(`${name}.service`, {
      Result: 'success',
      ExecMainStatus: 0,
      ExecStart: execStart(command, 0),
      ActiveState: 'active',
      SubState: 'running',
    })
  }
  return files
}
