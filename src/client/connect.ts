/**
 * Finds the profile's hub or starts it, and agrees on versions. Ten clients that start at once
 * start ten candidates; the hub's lock lets one live.
 */
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Chosen } from '../profile/choose.ts'
import { type Paths, privateDirectory, profileFiles } from '../profile/paths.ts'
import { clientOver, type SocketClient } from '../rpc/client.ts'
import { type HubResult, PROTOCOL } from '../rpc/hub-api.ts'

export interface ConnectDeps {
  paths: Paths
  version: string
  /** The command line that starts this profile's hub: `[node, main.js, 'hub', …]`. */
  hubCommand: readonly string[]
  /** A line for the operator while something takes its time. */
  say(line: string): void
}

export class HubUnavailable extends Error {
  override readonly name = 'HubUnavailable'
}

const START_LIMIT_MS = 15_000
const POLL_MS = 25

/** Rejects with HubUnavailable or UnsafeDirectory, whose messages say what to do. */
export async function connectHub(chosen: Chosen, deps: ConnectDeps): Promise<SocketClient> {
  privateDirectory(deps.paths.runtime)
  privateDirectory(deps.paths.state)
  const files = profileFiles(deps.paths, chosen.name)
  let waited = false
  for (;;) {
    const client = clientOver((await tryConnect(files.socket)) ?? (await startHub(files, deps)))
    const { version, hash: configHash } = { version: deps.version, hash: chosen.hash }
    const name = deps.hubCommand[1] ?? 'client'
    const hub = await client.request('hello', { protocol: PROTOCOL, version, name, configHash })
    const fate = judgeHub(hub, { version: deps.version, configHash })
    if (fate.kind === 'use') return client
    if (fate.kind === 'refuse') {
      client.close()
      throw new HubUnavailable(fate.message)
    }
    if (hub.busy) {
      if (!waited) deps.say(`${fate.message}; it is busy, so this waits until it is not`)
      waited = true
      client.close()
      await delay(500)
      continue
    }
    await client.request('stop', {})
    await client.closed
  }
}

export type HubFate =
  | { kind: 'use' }
  | { kind: 'replace'; message: string }
  | { kind: 'refuse'; message: string }

/** Whether a running hub serves this client: decided by protocol first, then version and config. */
export function judgeHub(
  hub: Pick<HubResult<'hello'>, 'protocol' | 'version' | 'configHash' | 'pid'>,
  mine: { version: string; configHash: string },
): HubFate {
  if (hub.protocol > PROTOCOL) {
    const message = `the running hub (pid ${hub.pid}, ${hub.version}) is newer than this program (${mine.version}): update this one, or end the hub with the newer program's \`dockmaster stop\``
    return { kind: 'refuse', message }
  }
  if (hub.protocol < PROTOCOL || compareVersions(hub.version, mine.version) < 0) {
    return { kind: 'replace', message: `an older hub (${hub.version}) runs` }
  }
  if (hub.configHash !== mine.configHash) {
    return { kind: 'replace', message: 'a hub on an earlier configuration runs' }
  }
  return { kind: 'use' }
}

const numbersOf = (version: string) =>
  version.split(/[.-]/).map(part => Number.parseInt(part, 10) || 0)

/** Numeric, part by part; a missing part counts as 0. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Null when nothing listens there. Throws HubUnavailable when something does but not for us. */
export function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null)
      else reject(new HubUnavailable(`${path}: ${error.message}: remove it if it is not yours`))
    })
  })
}

async function startHub(
  files: ReturnType<typeof profileFiles>,
  deps: ConnectDeps,
): Promise<Socket> {
  const [program = process.execPath, ...args] = deps.hubCommand
  const log = openSync(files.log, 'a', 0o600)
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], cwd: '/' })
  child.unref()
  let exit: number | null = null
  child.once('exit', code => {
    exit = code ?? 1
  })
  const until = Date.now() + START_LIMIT_MS
  while (Date.now() < until) {
    const socket = await tryConnect(files.socket)
    if (socket) return socket
    // Exit 0 means that another candidate holds the lock: its socket comes any moment.
    if (exit !== null && exit !== 0) break
    await delay(POLL_MS)
  }
  throw new HubUnavailable(`the hub did not start: ${files.log} says why`)
}
