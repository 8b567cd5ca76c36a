/** One client of the hub: answers its requests, sends it what changes, ends what it started. */
import type { Socket } from 'node:net'
import type { FactKind } from '../../state/facts.ts'
import { onlyLooks } from '../policy/access.ts'
import type { Dispatched } from '../rpc/dispatch-api.ts'
import { HUB_METHODS, type HubEvents, PROTOCOL } from '../rpc/hub-api.ts'
import { openPeer, type Peer, RpcFault } from '../rpc/peer.ts'
import { type Implementation, serve } from '../rpc/serve.ts'
import { answerDecision } from './answer-decision.ts'
import type { Change } from './fact-store.ts'
import type { HubParts } from './hub-parts.ts'
import { laneLook } from './lane-look.ts'
import { pause, unpause } from './perform.ts'
import { newStreams } from './streams.ts'

export interface Session {
  readonly closed: Promise<void>
  close(): void
}

/** How long a client waits for a link that is still opening. */
const READY_MS = 20_000

export function openSession(socket: Socket, parts: HubParts): Session {
  const { facts, journal, link } = parts
  const listening: (() => void)[] = []
  let unfollow: (() => void) | null = null
  const gone = new AbortController()
  const access = parts.access.client()
  let peer: Peer

  const send = <E extends keyof HubEvents>(event: E, payload: HubEvents[E]): boolean =>
    peer.notify(event, payload)
  const sink = {
    send: (id: string, fd: 1 | 2, chunk: Buffer) => {
      send('output', { id, fd, data: chunk.toString('base64') })
      return peer.drained()
    },
    hold: (until: Promise<unknown>) => {
      socket.pause()
      until.catch(() => undefined).finally(() => socket.resume())
    },
  }
  const streams = newStreams(parts, sink, READY_MS)

  /** A client that stopped reading gets one whole picture when it reads again, not a backlog. */
  const subscribe = (kinds: FactKind[] | undefined): void => {
    const wanted = kinds && new Set(kinds)
    let lagging = false
    const catchUp = async () => {
      await peer.drained()
      lagging = false
      send('facts', { extent: 'all', facts: facts.all(kinds) })
    }
    const onChange = (changes: readonly Change[]) => {
      if (lagging) return
      const some = changes
        .map(change => change.next)
        .filter(fact => !wanted || wanted.has(fact.kind))
      if (some.length === 0 || send('facts', { extent: 'some', facts: some })) return
      lagging = true
      void catchUp()
    }
    listening.push(facts.onChange(onChange))
    send('facts', { extent: 'all', facts: facts.all(kinds) })
  }

  const implementation: Implementation<typeof HUB_METHODS> = {
    hello: async ({ readOnly }) => {
      access.greet(readOnly)
      return {
        protocol: PROTOCOL,
        version: parts.version,
        profile: parts.profile,
        pid: process.pid,
        configHash: parts.configHash,
        busy:
          parts.runs.running + parts.runs.waiting + parts.lanes.pending > 0 ||
          parts.dispatch.running + parts.checks.pending > 0 ||
          parts.terminals.open + parts.validations.pending + parts.pulls.pending > 0,
        others: parts.status().clients - 1,
      }
    },
    status: async () => parts.status(),
    subscribe: async ({ kinds }) => {
      subscribe(kinds)
      return {}
    },
    prewarm: async ({ timeoutMs }) => {
      link.nudge()
      await parts.settled(timeoutMs)
      return parts.status()
    },
    acceptKey: async ({ fingerprint }) => {
      await parts.acceptKey(fingerprint)
      link.nudge()
      return {}
    },
    run: async ({ id, ...request }) => await streams.run(id, request),
    rsh: async ({ id, command }) => await streams.rsh(id, command),
    terminal: async asked => await streams.terminal(asked),
    log: async ({ lane, from, max }) => await parts.probe.request('log', { lane, from, max }),
    ...laneLook(parts),
    'journal.append': async entry => {
      // What the hub does by the journal's word must have been written by the hub.
      if ('act' in entry.data) throw new RpcFault('only the hub writes acts into the journal')
      return journal.append({ ...entry, at: parts.now() })
    },
    answer: async asked => await answerDecision(parts, asked),
    'lane.launch': async wish => await parts.lanes.launch(wish),
    'lane.target': async asked => await parts.lanes.target(asked),
    'lane.stop': async asked => await parts.lanes.stop(asked),
    'lane.check': async asked => await parts.checks.check(asked),
    'lane.validate': async asked => await parts.validations.validate(asked),
    'lane.resume': async asked => await parts.lanes.resume(asked),
    'lane.discard': async asked => await parts.lanes.discard(asked),
    'canon.look': async () => await parts.canon.look(),
    'canon.lock': async asked => await parts.canon.lock(asked),
    'pull.timeline': async asked => parts.pullTimeline(asked),
    'pull.approve': async asked => await parts.pulls.approve(asked),
    'pull.reject': async asked => await parts.pulls.reject(asked),
    'pull.merge': async asked => await parts.pulls.merge(asked),
    'pull.dequeue': async asked => await parts.pulls.dequeue(asked),
    'pull.jump': async asked => await parts.pulls.jump(asked),
    'dock.priority': async asked => parts.priorities.set(asked),
    'dock.switch': async asked => parts.backends.switch(asked),
    'leftover.remove': async asked => await parts.leftovers.remove(asked),
    undo: async asked => await parts.undo(asked),
    pause: async asked => pause(parts.pauses, asked, asked),
    unpause: async asked => unpause(parts.pauses, asked, asked),
    access: async asked => access.set(asked),
    'journal.list': async filter => ({ rows: journal.list(filter) }),
    'journal.follow': async filter => {
      const rows = journal.list(filter)
      unfollow?.()
      unfollow = journal.follow(filter, row => send('journal', { row }))
      return { rows }
    },
    'journal.unfollow': async () => {
      unfollow?.()
      return {}
    },
    'journal.verify': async () => journal.verify(),
    'journal.backup': async ({ to }) => await journal.backup(to),
    handover: async params => {
      // A hub that just started has not seen the world yet.
      await parts.settled(READY_MS)
      return await parts.handover(params)
    },
    'dispatch.plan': async params => {
      // A hub that just started has not seen what is held and how full the dock is.
      await parts.settled(READY_MS)
      return await parts.dispatch.plan(params.override)
    },
    'dispatch.run': async ({ id, ...wish }) => {
      await parts.settled(READY_MS)
      const told = (item: Dispatched) => void send('dispatched', { id, item })
      return await parts.dispatch.run(wish, told, gone.signal)
    },
    'dispatch.unlock': async asked => await parts.dispatch.unlock(asked),
    stop: async () => {
      setImmediate(parts.stop)
      return { text: `hub ${process.pid} of ${parts.profile} stops` }
    },
  }

  peer = openPeer(
    { input: socket, output: socket, destroy: () => socket.destroy() },
    {
      ...serve(HUB_METHODS, implementation, (method, params) => {
        const refusal = onlyLooks(method, params) ? null : access.refusal()
        if (refusal !== null) throw new RpcFault(refusal, { refused: true })
      }),
      input: params => streams.input(params),
      resize: params => streams.resize(params),
      cancel: params => streams.cancel(params),
    },
  )
  void peer.closed.then(() => {
    for (const stop of listening) stop()
    unfollow?.()
    gone.abort()
    streams.endAll()
  })
  return { closed: peer.closed, close: () => peer.close() }
}
