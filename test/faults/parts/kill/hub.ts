/**
 * The hub's part of an act, in this process: the product's own acts and reconciliation over a real
 * journal, a real probe, and a client on a real socket. A dead hub stays where it stood: no line
 * of it runs on, no entry is written, and nothing is taken back.
 */
import { connect, createServer, type Socket } from 'node:net'
import { newBoxDesk } from '../../../../src/hub/box-desk.ts'
import { newDispatcher } from '../../../../src/hub/dispatch.ts'
import { settleLostIntents } from '../../../../src/hub/journal-runs.ts'
import { knownLanes } from '../../../../src/hub/known-lanes.ts'
import { type LaneActs, newLaneActs } from '../../../../src/hub/lane-acts.ts'
import { openLaneIntents } from '../../../../src/hub/lane-journal.ts'
import { boxRunner } from '../../../../src/hub/runners/box-runner.ts'
import { probeRunners } from '../../../../src/hub/runners/probe-runner.ts'
import { HUB_DISPATCH_METHODS } from '../../../../src/rpc/dispatch-api.ts'
import type { HubParams, HubResult } from '../../../../src/rpc/hub-api.ts'
import { HUB_LANE_METHODS } from '../../../../src/rpc/lane-api.ts'
import { openPeer, RpcGone } from '../../../../src/rpc/peer.ts'
import { PROBE_METHODS, type ProbeMethod } from '../../../../src/rpc/probe-api.ts'
import { parseResult, serve } from '../../../../src/rpc/serve.ts'
import type { Fact } from '../../../../state/facts.ts'
import { type Journal, openJournal } from '../../../../state/journal/journal.ts'
import { withoutBoxes } from '../../../setup/no-boxes.ts'
import { dispatchWorld } from '../dispatch-world.ts'
import { type EngineLine, strikable, type UnderWay } from './engine-line.ts'
import type { Factory, FactoryBoxes } from './factory.ts'
import type { ProbeProcess } from './probe-process.ts'

const METHODS = { ...HUB_LANE_METHODS, 'dispatch.run': HUB_DISPATCH_METHODS['dispatch.run'] }
type Method = keyof typeof METHODS

export interface Client {
  request<M extends Method>(method: M, params: HubParams<M>): Promise<HubResult<M>>
  die(): void
}

export interface HubInProcess {
  readonly acts: LaneActs
  readonly journal: Journal
  readonly isDead: boolean
  /** Null while the link is down. */
  probe: ProbeProcess | null
  client(): Client
  /** As SIGKILL would: whoever hung on it hears that it is gone. */
  die(): void
  /** Nothing under way. */
  isDone(): boolean
  /** And nothing open. */
  isAtRest(): boolean
}

export interface HubOptions {
  factory: Factory
  /** Its journal and its socket. */
  dir: string
  probe: ProbeProcess
  lanes: readonly Fact[]
  items: readonly object[]
  /** What the engine was asked, whoever heard its answer. */
  underWay: UnderWay
  /** Called at each point where it can be struck: around every entry and every message. */
  pass(point: string): void
}

class Dead extends Error {
  override readonly name = 'Dead'
}
const never = <T>() => new Promise<T>(() => undefined)
let sockets = 0

export function startHubInProcess(options: HubOptions): HubInProcess {
  const { factory, dir, pass, lanes, items } = options
  const real = openJournal(`${dir}/journal.db`)
  settleLostIntents(real, Date.now())
  let probe: ProbeProcess | null = options.probe
  let isDead = false

  const passAlive = (point: string) => {
    pass(point)
    if (isDead) throw new Dead('killed')
  }
  const written = <T>(name: string, write: () => T): T => {
    passAlive(`${name} before`)
    const rows = write()
    passAlive(`${name} after`)
    return rows
  }
  const journal: Journal = {
    ...real,
    append: entry => written(`append ${entry.kind}`, () => real.append(entry)),
    appendAll: entries => written('append both', () => real.appendAll(entries)),
  }
  const asked = async (method: ProbeMethod, params: object): Promise<unknown> => {
    pass(`${method} before`)
    if (isDead) return await never()
    const asking = probe
    if (asking === null) throw new RpcGone('the link is down')
    try {
      const request = asking.peer.request(method, params)
      request.catch(() => undefined)
      pass(`${method} sent`)
      const answer = await request
      if (isDead) return await never()
      pass(`${method} answered`)
      if (probe !== asking) throw new RpcGone('the link fell with the answer')
      if (isDead) return await never()
      return parseResult(PROBE_METHODS, method, answer)
    } catch (error) {
      if (isDead) return await never()
      throw error
    }
  }
  const ask = asked as Parameters<typeof newLaneActs>[0]['ask']
  const boxesOf = ({ host, docker, profiles }: FactoryBoxes) => {
    const { launch } = factory
    const reached = { host: strikable(host, line), docker, profiles, launch }
    const boxes = newBoxDesk({ ...reached, ask, now: Date.now })
    return { boxes, runners: { ...probeRunners(ask), box: boxRunner(ask, boxes) } }
  }
  const line: EngineLine = {
    pass,
    link: () => probe,
    isDead: () => isDead,
    underWay: options.underWay,
  }
  const acts = newLaneActs({
    profile: 'here',
    launch: factory.launch,
    models: { allowed: [], banned: [] },
    journal,
    ask,
    ...(factory.boxes === null ? withoutBoxes(ask) : boxesOf(factory.boxes)),
    now: Date.now,
    lanes: () => knownLanes({ all: () => [...lanes] }),
    pauses: () => [],
    unlocked: async () => [],
    accountOf: ({ engine }) => engine,
    barrier: async () => (probe === null ? 'the link is down' : null),
  })
  const clients = new Set<Socket>()
  const { config, facts } = dispatchWorld(items, `${dir}/brief.md`)
  const dispatcher = newDispatcher({
    repos: [],
    config,
    logs: factory.launch.logs,
    facts: { all: () => [...facts] },
    journal,
    ask,
    unlocked: async () => [],
    now: Date.now,
    launch: acts.dispatch,
  })
  const isDone = () => dispatcher.running + acts.pending === 0
  const handlers = serve(METHODS, {
    'lane.launch': acts.launch,
    'lane.target': acts.target,
    'lane.stop': acts.stop,
    'lane.resume': acts.resume,
    'dispatch.run': wish => dispatcher.run(wish, () => undefined, new AbortController().signal),
  })
  const server = createServer(socket => {
    clients.add(socket)
    openPeer({ input: socket, output: socket, destroy: () => socket.destroy() }, handlers)
  })
  sockets += 1
  const path = `${dir}/${sockets}.sock`
  server.listen(path)
  server.unref()
  const die = () => {
    isDead = true
    server.close()
    for (const socket of clients) socket.destroy()
    real.close()
  }
  return {
    acts,
    journal: real,
    get isDead() {
      return isDead
    },
    get probe() {
      return probe
    },
    set probe(next) {
      probe = next
    },
    client: () => {
      const socket = connect(path)
      const wire = { input: socket, output: socket, destroy: () => socket.destroy() }
      const peer = openPeer(wire, {})
      return {
        request: async (method, params) =>
          parseResult(METHODS, method, await peer.request(method, params)),
        die: () => void socket.destroy(),
      }
    },
    die,
    isDone,
    isAtRest: () => isDone() && openLaneIntents(real).length === 0,
  }
}
