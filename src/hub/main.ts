/** The hub as a process: takes the lock, opens the journal, serves, ends clean on a signal. */
import { setTimeout as delay } from 'node:timers/promises'
import { tryConnect } from '../client/connect.ts'
import type { Chosen } from '../profile/choose.ts'
import { type Paths, privateDirectory, profileFiles } from '../profile/paths.ts'
import { startHub } from './hub.ts'
import { type HeldLock, takeLock } from './lock.ts'
import { openHubJournal } from './open-journal.ts'

export interface HubProcess {
  paths: Paths
  version: string
  env: NodeJS.ProcessEnv
  /** A line for the hub's log file. */
  log(line: string): void
}

/** Exit code. 0 also when another hub serves: one is enough. */
export async function hubMain(chosen: Chosen, self: HubProcess): Promise<number> {
  process.title = `dockmaster-hub ${chosen.name}`
  const { paths, version, env, log } = self
  privateDirectory(paths.runtime)
  privateDirectory(paths.state)
  const files = profileFiles(paths, chosen.name)
  const turn = await takeTurn(files)
  if (turn === 'served') return 0
  if (turn === 'stuck') {
    log(`another hub holds ${files.lock} and does not serve: end that process, then try again`)
    return 1
  }
  try {
    const journal = openHubJournal(files.journal, log)
    const { socket: socketPath, mirrors } = files
    const hub = await startHub({ chosen, version, env, journal, socketPath, mirrors })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, hub.stop)
    log(`hub ${version} of ${chosen.name} serves (pid ${process.pid})`)
    await hub.ended
    log('hub ended')
    return 0
  } finally {
    turn.release()
  }
}

const TURN_LIMIT_MS = 10_000
const TURN_POLL_MS = 50

/** A holder of the lock that does not serve is only beginning, or about to end: that is waited for. */
async function takeTurn(files: {
  lock: string
  socket: string
}): Promise<HeldLock | 'served' | 'stuck'> {
  const until = Date.now() + TURN_LIMIT_MS
  while (Date.now() < until) {
    const lock = takeLock(files.lock)
    if (lock) return lock
    const socket = await tryConnect(files.socket)
    socket?.destroy()
    if (socket) return 'served'
    await delay(TURN_POLL_MS)
  }
  return 'stuck'
}
