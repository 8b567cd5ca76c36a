/** Every collector that runs on the host, wired from the profile. */

import type { Collector } from '../../adapters/collector.ts'
import { cronCollector } from '../../adapters/cron/collector.ts'
import { itemsCollector } from '../../adapters/items/collector.ts'
import { lockFilesCollector } from '../../adapters/locks/collector.ts'
import { hasRules, modelsCollector } from '../../adapters/models/collector.ts'
import { runnerCollector } from '../../adapters/runner/collector.ts'
import { systemdCollector } from '../../adapters/systemd/collector.ts'
import { transcriptsCollector } from '../../adapters/transcripts/collector.ts'
import { vitalsCollector } from '../../adapters/vitals/collector.ts'
import { watchdogCollector } from '../../adapters/watchdog/collector.ts'
import type { LogWindow } from '../rpc/hub-api.ts'
import type { ProbeConfig } from '../rpc/probe-api.ts'
import { lanesCollector } from './lanes/collector.ts'
import { readProcesses } from './lanes/processes.ts'

export interface ProbeCollectors {
  readonly all: readonly Collector[]
  /** A window of a known lane's log. */
  window(lane: string, from: number | null, max: number): Promise<LogWindow>
}

export interface ProbeWorld {
  now(): number
  home: string
  /** IANA name of the host's time zone. */
  zone: string
}

export function probeCollectors(config: ProbeConfig, world: ProbeWorld): ProbeCollectors {
  const lanes = lanesCollector(config.lanes, world)
  const { items } = config
  const models = modelsCollector(config.models, {
    ...world,
    ...config.lanes,
    agents: async () => (await readProcesses(world.now()))?.agents ?? [],
    lanes: lanes.told,
  })
  return {
    all: [
      vitalsCollector(world),
      lanes,
      ...(hasRules(config.models) ? [models] : []),
      cronCollector(config.spine, world),
      systemdCollector(config.spine, world),
      watchdogCollector(config.spine, world),
      ...(config.spine.runner === undefined ? [] : [runnerCollector(config.spine, world)]),
      ...(config.locks.length === 0 ? [] : [lockFilesCollector(config.locks, world)]),
      transcriptsCollector(config.pkm, 'host', world),
      ...(items === null ? [] : [itemsCollector(items, world)]),
    ],
    window: lanes.window,
  }
}
