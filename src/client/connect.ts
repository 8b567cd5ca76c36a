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
  /** It only looks: the hub refuses its acts. */
  readOnly?: boolean
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
const BUSY_POLL_MS = 500

/** Rejects with HubUnavailable or UnsafeDirectory, whose messages say what to do. */
export async function connectHub(chosen: Chosen, deps: ConnectDeps): Promise<SocketClient> {
  privateDirectory(deps.paths.runtime)
  privateDirectory(deps.paths.state)
  const files = profileFiles(deps.paths, chosen.name)
  let told = false
  for (;;) {
    const client = clientOver((await tryConnect(files.socket)) ?? (await startHub(files, deps)))
    const mine = {
      version: deps.version,
      configHash: chosen.hash,
      readOnly: deps.readOnly ?? false,
    }
    const hub = await greet(client, mine)
    const fate = judgeHub(hub, mine)
    if (fate.kind === 'use') {
      if (fate.message) deps.say(fate.message)
      return client
    }
    if (fate.kind === 'refuse') {
      client.close()
      throw new HubUnavailable(fate.message)
    }
    if (fate.kind === 'wait') {
      if (!told) deps.say(fate.message)
      told = true
      client.close()
      await delay(BUSY_POLL_MS)
      continue
    }
    await client.request('stop', {})
    await client.closed
  }
}

/** A hub whose answer makes no sense to us is none that we can use. */
async function greet(
  client: SocketClient,
  mine: { version: string; configHash: string; readOnly: boolean },
): Promise<HubResult<'hello'>> {
  try {
    return await client.request('hello', { protocol: PROTOCOL, name: 'client', ...mine })
  } catch (error) {
    client.close()
    const why = (error as Error).message
    const mend = '`dockmaster stop` ends it, then this starts a new one'
    throw new HubUnavailable(`the running hub is not understood (${why}): ${mend}`)
  }
}

export type HubFate =
  | { kind: 'use'; message: string | null }
  | { kind: 'replace' }
  | { kind: 'wait'; message: string }
  | { kind: 'refuse'; message: string }

type Hub = Pick<
  HubResult<'hello'>,
  'protocol' | 'version' | 'configHash' | 'pid' | 'busy' | 'others'
>

/**
 * Whether a running hub serves this client. An older one is replaced once it is idle. One that
 * differs only in build or config is replaced only while nobody else uses it: two consoles that
 * differ must not take the hub from one another for ever. Another build's facts may have another
 * shape, so it is refused rather than half understood; another config only shows another world.
 */
export function judgeHub(hub: Hub, mine: { version: string; configHash: string }): HubFate {
  const age = Math.sign(hub.protocol - PROTOCOL) || compareVersions(hub.version, mine.version)
  if (hub.protocol > PROTOCOL) {
    const message = `the running hub (pid ${hub.pid}, ${hub.version}) is newer than this program (${mine.version}): update this one, or end the hub with the newer program's \`dockmaster stop\``
    return { kind: 'refuse', message }
  }
  if (age < 0) {
    const message = `an older hub (pid ${hub.pid}, ${hub.version}) is busy: waiting until it is not`
    return hub.busy ? { kind: 'wait', message } : { kind: 'replace' }
  }
  const isOtherBuild = age === 0 && hub.version !== mine.version
  const isOtherConfig = hub.configHash !== mine.configHash
  if (!isOtherBuild && !isOtherConfig) return { kind: 'use', message: null }
  if (!hub.busy && hub.others === 0) return { kind: 'replace' }
  return isOtherBuild
    ? { kind: 'refuse', message: inUse('build') }
    : { kind: 'use', message: inUse('configuration') }
}

const inUse = (what: string) =>
  `the running hub has another ${what} and is in use: \`dockmaster stop\` ends it`

/** What follows a `+` names the build, which is no age. */
const numbersOf = (version: string) =>
  (version.split('+')[0] ?? '').split(/[.-]/).map(part => Number.parseInt(part, 10) || 0)

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
    // Exit 0 means that another one serves already.
    if (exit !== null && exit !== 0) break
    await delay(POLL_MS)
  }
  throw new HubUnavailable(`the hub did not start: ${files.log} says why`)
}
