/** Self-hosted runners of GitHub on this machine: process, settings and log. Runs in the probe. */
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { SpineConfig } from '../../state/config.ts'
import type { FactDraft } from '../../state/facts.ts'
import type { RunnerHostFact } from '../../state/runner.ts'
import { type Collector, failed, sawAll } from '../collector.ts'
import { asObject, asWord } from '../foreign.ts'
import { expandGlob, expandHome } from '../glob.ts'
import { readLastLines, readWhole } from '../read-part.ts'
import { watchDirectory } from '../watch-directory.ts'
import { lastSaid } from './diag.ts'

const PERIOD_MS = 15_000
const TAIL_BYTES = 128 * 1_024
const LONGEST_SETTINGS = 64 * 1_024

export interface RunnerDeps {
  now(): number
  home: string
  /** Where processes are; a test's own. */
  proc?: string
}

/** Facts of kind `runner-host`, by directory. */
export function runnerCollector(config: SpineConfig, deps: RunnerDeps): Collector {
  const pattern = expandHome(config.runner ?? '', deps.home)
  return {
    name: 'runner',
    periodMs: PERIOD_MS,
    watch: async (poke, signal) => {
      const { paths } = await expandGlob(pattern, signal)
      for (const dir of paths) watchDirectory(join(dir, '_diag'), () => poke(dir), signal)
    },
    look: async (_hints, signal) => {
      const { paths, denied } = await expandGlob(pattern, signal)
      if (paths.length === 0) {
        return failed(
          denied.length > 0 ? 'denied' : 'absent',
          `no runner is at ${pattern}`,
          'mend spine.runner in the profile: it is the directory of the runner on the host',
        )
      }
      const at = deps.now()
      const listeners = await listenersIn(deps.proc ?? '/proc')
      const all = await Promise.all(paths.map(dir => lookAt(dir, listeners)))
      return sawAll(
        all.map((value): FactDraft => ({ kind: 'runner-host', key: value.dir, at, value })),
      )
    },
  }
}

async function lookAt(
  dir: string,
  listeners: ReadonlyMap<string, number> | null,
): Promise<RunnerHostFact> {
  const real = await realpath(dir).catch(() => dir)
  const settings = await settingsOf(dir)
  const url = asWord(settings?.['gitHubUrl']) ?? asWord(settings?.['serverUrlV2'])
  return {
    dir,
    name: asWord(settings?.['agentName']),
    scope: url === null ? null : scopeOf(url),
    pid: listeners === null ? null : (listeners.get(real) ?? listeners.get(dir) ?? 0),
    diag: lastSaid(await newestLines(join(dir, '_diag')).catch(() => [])),
  }
}

function scopeOf(url: string): string | null {
  try {
    return new URL(url).pathname.replace(/^\/|\/$/g, '') || null
  } catch {
    return null
  }
}

/** `.runner` begins with a byte order mark where the runner wrote it. */
async function settingsOf(dir: string) {
  try {
    const text = await readWhole(join(dir, '.runner'), LONGEST_SETTINGS)
    return asObject(JSON.parse(text.toString('utf8').replace(/^﻿/, '')))
  } catch {
    return null
  }
}

const LISTENER = '/bin/Runner.Listener'

/** Directory of a runner → pid of its listener; null where there is no /proc. */
async function listenersIn(proc: string): Promise<Map<string, number> | null> {
  const names = await readdir(proc).catch(() => null)
  if (names === null) return null
  const found = new Map<string, number>()
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(join(proc, name, 'cmdline'), 'utf8').catch(() => '')
    const [program = ''] = line.split('\0')
    if (program.endsWith(LISTENER)) found.set(program.slice(0, -LISTENER.length), Number(name))
  }
  return found
}

/** The end of the newest log: its names hold their time, so that they sort. */
async function newestLines(dir: string): Promise<string[]> {
  const names = (await readdir(dir)).filter(name => /^Runner_.*\.log$/.test(name)).toSorted()
  const newest = names.at(-1)
  if (newest === undefined) return []
  return await readLastLines(join(dir, newest), TAIL_BYTES)
}
