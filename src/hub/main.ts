/** The hub as a process: takes the lock, opens the journal, serves, ends clean on a signal. */
import type { Chosen } from '../profile/choose.ts'
import { type Paths, privateDirectory, profileFiles } from '../profile/paths.ts'
import { startHub } from './hub.ts'
import { takeLock } from './lock.ts'
import { openHubJournal } from './open-journal.ts'

export interface HubProcess {
  paths: Paths
  version: string
  env: NodeJS.ProcessEnv
  /** A line for the hub's log file. */
  log(line: string): void
}

/** Exit code. 0 also when another hub holds the lock: it is the one that serves. */
export async function hubMain(chosen: Chosen, self: HubProcess): Promise<number> {
  process.title = `dockmaster-hub ${chosen.name}`
  const { paths, version, env, log } = self
  privateDirectory(paths.runtime)
  privateDirectory(paths.state)
  const files = profileFiles(paths, chosen.name)
  const lock = takeLock(files.lock)
  if (!lock) return 0
  try {
    const journal = openHubJournal(files.journal, log)
    const hub = await startHub({ chosen, version, env, journal, socketPath: files.socket })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, hub.stop)
    log(`hub ${version} of ${chosen.name} serves (pid ${process.pid})`)
    await hub.ended
    log('hub ended')
    return 0
  } finally {
    lock.release()
  }
}
