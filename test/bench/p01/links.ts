/** The ways to one real sshd that are compared: loopback, and a link with a long round trip. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SocketClient } from '../../../src/rpc/client.ts'
import { type Relay, startRelay } from '../../real/parts/relay.ts'
import { clientConfig, type Sshd, startSshd } from '../../real/parts/sshd.ts'
import type { Defer } from '../parts/defer.ts'
import { type LaneLogs, makeLaneLogs } from '../parts/lane-logs.ts'
import { type Mux, startMux } from '../parts/mux.ts'
import { newOperator, type Operator } from '../parts/operator.ts'

export interface Link {
  readonly title: string
  readonly profile: string
  readonly configFile: string
  readonly client: SocketClient
  readonly hubPid: number
  readonly mux: Mux
  /** Counts the bytes of this link; null where nothing stands in between. */
  readonly relay: Relay | null
}

export interface Links {
  readonly near: Link
  readonly far: Link
  readonly operator: Operator
  readonly sshd: Sshd
  readonly logs: LaneLogs
}

const ROUND_TRIP_MS = 50
const ALIAS = 'factory'
const LANES = 10

export async function openLinks(defer: Defer): Promise<Links> {
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-links-'))
  defer(() => rmSync(dir, { recursive: true, force: true }))
  // The host's user reads the logs below.
  chmodSync(dir, 0o755)
  const logs = makeLaneLogs(join(dir, 'logs'), LANES)
  const sshd = await startSshd()
  defer(sshd.remove)
  const relay = await startRelay({ host: '127.0.0.1', port: sshd.port })
  defer(relay.stop)
  relay.delay(ROUND_TRIP_MS)

  const farConfig = join(dir, 'far_config')
  const farHosts = join(dir, 'far_known_hosts')
  writeFileSync(farHosts, `[127.0.0.1]:${relay.port} ${sshd.hostKey()}\n`)
  writeFileSync(
    farConfig,
    clientConfig({ ...sshd, alias: ALIAS, port: relay.port, knownHosts: farHosts }),
  )
  const ways = [
    { title: 'loopback', profile: 'near', configFile: sshd.configFile, relay: null },
    { title: `${ROUND_TRIP_MS} ms link`, profile: 'far', configFile: farConfig, relay },
  ] as const

  const profileOf = (sshConfig: string) => ({
    host: ALIAS,
    sshConfig,
    node: process.execPath,
    lanes: { logs: [logs.glob] },
  })
  const operator = newOperator(
    Object.fromEntries(ways.map(way => [way.profile, profileOf(way.configFile)])),
    defer,
  )
  const open = async (way: (typeof ways)[number]): Promise<Link> => {
    const hubPid = await operator.prewarm(way.profile)
    const client = await operator.connect(way.profile)
    const mux = await startMux({ configFile: way.configFile, dir, name: way.profile }, defer)
    return { ...way, hubPid, client, mux }
  }
  return { near: await open(ways[0]), far: await open(ways[1]), operator, sshd, logs }
}
