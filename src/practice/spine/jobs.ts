/** The spine of the practice factory, as data: what should run, and whether it takes effect. */

/** `late`: its effect is that many periods old and stays so. */
export type Behaviour = { kind: 'in-time' } | { kind: 'late'; periods: number } | { kind: 'unseen' }

export interface CronJob {
  name: string
  schedule: string
  /** As it stands in the crontab. */
  command: string
  /** The file that proves a run, from the host's home; null when nothing does. */
  effect: string | null
  behaviour: Behaviour
}

export const CRON_JOBS: readonly CronJob[] = [
  {
    name: 'watchdog',
    schedule: '*/15 * * * *',
    command: '$HOME/bin/watchdog >> $HOME/logs/watchdog.log 2>&1',
    effect: 'logs/watchdog.log',
    behaviour: { kind: 'in-time' },
  },
  {
    name: 'marshal',
    schedule: '*/10 * * * *',
    command: '$HOME/bin/marshal --merge clean >> $HOME/logs/marshal.log 2>&1',
    effect: 'logs/marshal.log',
    behaviour: { kind: 'in-time' },
  },
  {
    name: 'snapshot',
    schedule: '*/15 * * * *',
    command: '$HOME/bin/snapshot --stamp "$(date +\\%F)" > /dev/null 2>&1',
    effect: 'state/snapshot.json',
    behaviour: { kind: 'late', periods: 3 },
  },
  {
    name: 'utilisation',
    schedule: '0 */2 * * *',
    command: '$HOME/bin/utilisation --quiet > /dev/null 2>&1',
    effect: null,
    behaviour: { kind: 'unseen' },
  },
  {
    name: 'janitor',
    schedule: '0 4 * * *',
    command: 'cd $HOME && bin/janitor --keep 7 > /dev/null 2>&1',
    effect: 'state/janitor.stamp',
    behaviour: { kind: 'late', periods: 2 },
  },
  {
    name: 'autosync',
    schedule: '15 9 * * *',
    command: '$HOME/bin/autosync transcripts > /dev/null 2>&1',
    effect: 'state/autosync.stamp',
    behaviour: { kind: 'in-time' },
  },
]

export interface TimerJob {
  name: string
  /** As systemd tells it, and the same for cron's reckoning. */
  calendar: string
  schedule: string
  command: string
  effect: string
  /** Exit status of its last run. */
  exit: number
}

export const TIMERS: readonly TimerJob[] = [
  {
    name: 'index-transcripts',
    calendar: '*-*-* *:00:00',
    schedule: '0 * * * *',
    command: '/usr/local/bin/index-transcripts --incremental',
    effect: 'state/index.stamp',
    exit: 0,
  },
  {
    name: 'backup-repos',
    calendar: '*-*-* 03:30:00',
    schedule: '30 3 * * *',
    command: '/usr/local/bin/backup-repos --all',
    effect: 'state/backup.stamp',
    exit: 2,
  },
]

export const SERVICES: readonly { name: string; command: string }[] = [
  { name: 'runner', command: '/usr/local/bin/runner-listener' },
  { name: 'gateway', command: '/usr/local/bin/gateway --port 9119' },
]
