/** The crontab of the user on the host, each line judged by its effect. Runs in the probe. */
import os from 'node:os'
import type { SpineConfig } from '../../state/config.ts'
import type { FactDraft, JobFact } from '../../state/facts.ts'
import { type Collector, failed, failedAt, type Look, sawAll } from '../collector.ts'
import { type RunCommand, runCommand } from '../command.ts'
import { declaredEffect, type EffectPlace, lookForEffect } from '../effect.ts'
import { expandHome } from '../glob.ts'
import { lastLine, readWhole } from '../read-part.ts'
import { jobName, outputFile } from './command-line.ts'
import { type CronJob, parseCrontab } from './crontab.ts'
import { judgeJob, type Sighting, unreadableJob } from './judge.ts'

const PERIOD_MS = 30_000
const MAX_BYTES = 2 ** 20

export interface CronDeps {
  now(): number
  home: string
  zone: string
  run?: RunCommand
  /** When the machine booted: what `@reboot` was due at. */
  bootAt?: number
}

/** Facts of kind `job` under `cron/<name>`; lines that cron would refuse under `cron/line-<n>`. */
export function cronCollector(config: SpineConfig, deps: CronDeps): Collector {
  const bootAt = deps.bootAt ?? deps.now() - Math.round(os.uptime()) * 1_000
  return {
    name: 'cron',
    periodMs: PERIOD_MS,
    async look(_hints, signal) {
      if (!config.cron)
        return failed('absent', 'cron is switched off', 'set cron = true in [spine]')
      const text = await readCrontab(config, deps, signal)
      if (typeof text !== 'string') return text
      const { jobs, unreadable } = parseCrontab(text)
      const named = nameJobs(jobs)
      const now = deps.now()
      const judged = await Promise.all(
        named.map(async ({ key, name, job }): Promise<[string, JobFact]> => {
          const seen = await lookAtJob({ name, job }, config, deps.home, signal)
          return [key, judgeJob(job, name, seen, { now, zone: deps.zone, bootAt })]
        }),
      )
      const refused = unreadable.map((line): [string, JobFact] => [
        `cron/line-${line.line}`,
        unreadableJob(line),
      ])
      return sawAll(
        [...judged, ...refused].map(
          ([key, value]): FactDraft => ({ kind: 'job', key, at: now, value }),
        ),
      )
    },
  }
}

/** One name may stand on several lines: the second is `name#2`. */
function nameJobs(jobs: readonly CronJob[]): { key: string; name: string; job: CronJob }[] {
  const times = new Map<string, number>()
  return jobs.map(job => {
    const name = jobName(job.command)
    const count = (times.get(name) ?? 0) + 1
    times.set(name, count)
    return { key: count === 1 ? `cron/${name}` : `cron/${name}#${count}`, name, job }
  })
}

async function lookAtJob(
  { name, job }: { name: string; job: CronJob },
  config: SpineConfig,
  home: string,
  signal: AbortSignal,
): Promise<Sighting> {
  const declared = declaredEffect(config.effects, { name, text: job.command }, home)
  if (declared) {
    return { effect: await lookForEffect(declared, signal), origin: 'declared', says: null }
  }
  const log = outputFile(job.command, home, job.env)
  if (log === null) return { effect: null, origin: 'redirect', says: null }
  const place: EffectPlace = { path: log, whenEmpty: 'does-not-count' }
  const effect = await lookForEffect(place, signal)
  const says = effect.kind === 'seen' ? await lastLine(log) : null
  return { effect, origin: 'redirect', says }
}

async function readCrontab(
  config: SpineConfig,
  deps: CronDeps,
  signal: AbortSignal,
): Promise<string | Look> {
  if (config.crontabFile) return await readCrontabFile(expandHome(config.crontabFile, deps.home))
  const { run = runCommand } = deps
  const listed = await run('crontab', ['-l'], { signal, maxBytes: MAX_BYTES })
  if (listed.kind === 'missing') {
    return failed('absent', 'there is no crontab program on the host', INSTALL)
  }
  if (listed.kind === 'broken') return failed('error', `crontab -l: ${listed.message}`, TRY)
  if (listed.code === 0) return listed.stdout
  const said = listed.stderr.trim().slice(0, 200)
  if (/no crontab for/i.test(said)) return ''
  if (/not allowed|permission denied/i.test(said)) {
    return failed(
      'denied',
      `crontab -l: ${said}`,
      'let this user use cron: see cron.allow on the host',
    )
  }
  return failed('error', `crontab -l ended with ${listed.code}: ${said}`, TRY)
}

const INSTALL = 'install cron, or set cron = false in [spine] if this host has none'
const TRY = 'run crontab -l on the host'

const readCrontabFile = (path: string): Promise<string | Look> =>
  readWhole(path, MAX_BYTES).then(
    text => text.toString('utf8'),
    (error: unknown) => failedAt(path, error, 'mend spine.crontabFile in the config'),
  )
