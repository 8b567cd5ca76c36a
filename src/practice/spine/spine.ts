/** Keeps the practice spine alive: as time passes, what is in time takes effect. */
import { appendFile, mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cron } from 'croner'
import type { Layout } from '../layout.ts'
import type { Random } from '../random.ts'
import { crontabText } from './crontab.ts'
import { CRON_JOBS, type CronJob, TIMERS, type TimerJob } from './jobs.ts'
import { installShims } from './shims.ts'
import { timersJson, unitFiles } from './units.ts'
import { untilNextEvent, watchdogHistory, watchdogLine } from './watchdog.ts'

export interface SpineOptions {
  layout: Layout
  random: Random
  now: () => number
  speed: number
  trouble: (text: string) => void
}

export interface Spine {
  stop(): Promise<void>
}

/** A job takes effect this long after it was due, in ms. */
const RUN_TIME = 4_000

/** The two times of a schedule around `now`, in the host's zone. */
function dueTimes(schedule: string, now: number): { previous: number; next: number } {
  const cron = new Cron(schedule, { paused: true })
  const at = new Date(now)
  const previous = cron.previousRuns(1, at)[0]
  const next = cron.nextRun(at)
  if (!previous || !next) throw new Error(`the schedule ${schedule} is never due`)
  return { previous: previous.getTime(), next: next.getTime() }
}

export async function startSpine(options: SpineOptions): Promise<Spine> {
  const { layout, random, now, speed } = options
  const stopping = new AbortController()
  const { signal } = stopping

  const touch = async (path: string, at: number): Promise<void> => {
    const file = join(layout.home, path)
    await mkdir(dirname(file), { recursive: true })
    await appendFile(file, '')
    await utimes(file, at / 1000, at / 1000)
  }
  const writeTimers = () => {
    const at = now()
    const runs = TIMERS.map(job => {
      const { previous, next } = dueTimes(job.schedule, at)
      return { job, last: previous, next }
    })
    return writeFile(layout.timers, timersJson(runs))
  }

  /** Sets the effect of a job to where it stands at the start. */
  const settle = async ({ schedule, effect, behaviour }: CronJob): Promise<void> => {
    if (effect === null) return
    const { previous, next } = dueTimes(schedule, now())
    const periods = behaviour.kind === 'late' ? behaviour.periods : 0
    const at = previous - periods * (next - previous) + RUN_TIME
    await touch(effect, Math.min(at, now()))
  }

  const run = async (job: CronJob | TimerJob, act: (at: number) => Promise<void>) => {
    while (!signal.aborted) {
      const { previous, next } = dueTimes(job.schedule, now())
      // Faster than life, it also runs between the times that the clock gives it.
      const wait = Math.min(next - now(), (next - previous) / speed) + RUN_TIME / speed
      await sleep(wait, undefined, { signal })
      await act(now())
    }
  }
  const watch = async () => {
    while (!signal.aborted) {
      await sleep(untilNextEvent(random) / speed, undefined, { signal })
      await appendFile(join(layout.logs, 'watchdog.log'), watchdogLine(random, now()))
    }
  }
  const guarded = async (task: Promise<void>): Promise<void> => {
    try {
      await task
    } catch (error) {
      if (!signal.aborted) options.trouble(`spine: ${String(error)}`)
    }
  }

  await mkdir(layout.units, { recursive: true })
  await mkdir(layout.logs, { recursive: true })
  await Promise.all([
    installShims(layout.bin),
    writeFile(layout.crontab, crontabText()),
    writeTimers(),
    ...[...unitFiles()].map(([name, text]) => writeFile(join(layout.units, name), text)),
    writeFile(join(layout.logs, 'watchdog.log'), watchdogHistory(random, now())),
    writeFile(join(layout.logs, 'marshal.log'), 'marshal: looks every 10 minutes\n'),
  ])
  await Promise.all(CRON_JOBS.map(settle))
  await Promise.all(
    TIMERS.map(({ effect, schedule, exit }) => {
      const { previous, next } = dueTimes(schedule, now())
      return touch(effect, exit === 0 ? previous + RUN_TIME : previous - (next - previous))
    }),
  )

  const tasks = [
    watch(),
    ...CRON_JOBS.filter(job => job.behaviour.kind === 'in-time').map(job =>
      run(job, at => touch(job.effect ?? '', at)),
    ),
    ...TIMERS.map(job =>
      run(job, async at => {
        if (job.exit === 0) await touch(job.effect, at)
        await writeTimers()
      }),
    ),
  ].map(guarded)
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(tasks)
    },
  }
}
