/** All that looks at docks: runners, what lanes work on, and each repository. */
import type { Collector } from '../../../adapters/collector.ts'
import { type DocksDeps, docksOf } from './docks.ts'
import { newLaneWorks } from './lane-work.ts'
import { runnerWatch } from './runner-watch.ts'

export function dockCollectors(deps: Omit<DocksDeps, 'works'>): Collector[] {
  const works = newLaneWorks(deps)
  return [
    ...runnerWatch(deps),
    ...(deps.profile.dock.repos.length > 0 ? [works.collector] : []),
    ...docksOf({ ...deps, works: works.of }),
  ]
}
