/** Wires one hub: link, probe, collectors, facts, journal, sessions. */

import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { homedir } from 'node:os'
import { FACT_KINDS } from '../../state/facts.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { runCollector } from '../collect/run-collector.ts'
import { findAsset } from '../profile/assets.ts'
import type { Chosen } from '../profile/choose.ts'
import { PROTOCOL } from '../rpc/hub-api.ts'
import { hubCollectors } from './collectors.ts'
import { newFactStore } from './fact-store.ts'
import { handoverOf } from './handover.ts'
import type { HubParts } from './hub-parts.ts'
import { journalRuns } from './journal-runs.ts'
import { journalWorld } from './journal-world.ts'
import { startLink } from './link.ts'
import { acceptHostKey, openHost } from './open-host.ts'
import { newProbeSession } from './probe-session.ts'
import { newRuns } from './runs.ts'
import { openSession, type Session } from './session.ts'

export interface HubOptions {
  chosen: Chosen
  version: string
  socketPath: string
  journal: Journal
  env: NodeJS.ProcessEnv
}

export interface Hub {
  /** Resolves when the hub has ended: stopped, or idle for as long as it may stay. */
  readonly ended: Promise<void>
  stop(): void
}

export async function startHub(options: HubOptions): Promise<Hub> {
  const { chosen, version, journal } = options
  const { profile } = chosen
  const startedAt = Date.now()
  const stopping = new AbortController()
  const facts = newFactStore(chosen.name)
  const sessions = new Set<Session>()

  journalWorld(facts, journal)
  const probe = newProbeSession({
    code: await findAsset('probe.cjs'),
    node: profile.node ?? null,
    config: { lanes: profile.lanes, spine: profile.spine, pkm: profile.pkm },
    put: (source, drafts) => facts.put(source, drafts),
    measured: (rttMs, skewMs) => link.measured(rttMs, skewMs),
    now: Date.now,
  })
  const host = openHost(profile, options.env)
  const link = startLink({
    open: host.open,
    serve: (transport, signal) => probe.serve(transport, signal),
    emit: value => facts.put('link', [{ kind: 'link', key: 'link', at: Date.now(), value }]),
    now: Date.now,
    target: profile.host,
    kind: host.kind,
  })
  for (const collector of hubCollectors(profile, {
    now: Date.now,
    home: homedir(),
    kind: host.kind,
  })) {
    const deps = { now: Date.now, emit: facts.put }
    void runCollector(collector, deps, stopping.signal)
  }
  const runs = newRuns({
    ready: () => link.ready(READY_MS),
    intend: journalRuns(journal, Date.now),
  })

  const parts: HubParts = {
    version,
    profile: chosen.name,
    configHash: chosen.hash,
    facts,
    journal,
    link,
    probe,
    runs,
    now: Date.now,
    status: () => ({
      pid: process.pid,
      version,
      protocol: PROTOCOL,
      profile: chosen.name,
      startedAt,
      clients: sessions.size,
      persistMs: chosen.persistMs,
      link: link.fact,
      probe: probe.state,
      journal: journal.status(),
      running: runs.running,
      waiting: runs.waiting,
    }),
    handover: (maxTokens, since) =>
      handoverOf({
        journal,
        facts: facts.all(FACT_KINDS),
        profile,
        name: chosen.name,
        maxTokens,
        since,
      }),
    acceptKey: fingerprint => acceptHostKey(host, link.unknownKey, fingerprint),
    stop: () => stopping.abort(),
  }

  const idle = newIdleTimer(chosen.persistMs, () => stopping.abort())
  const server = createServer(socket => {
    idle.cancel()
    const session = openSession(socket, parts)
    sessions.add(session)
    void session.closed.then(() => {
      sessions.delete(session)
      if (sessions.size === 0) idle.begin()
    })
  })
  await listenPrivately(server, options.socketPath)
  idle.begin()
  journal.append(sessionEntry(`hub ${version} started`, chosen.name))

  const ended = (async () => {
    await new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve()))
    idle.cancel()
    rmSync(options.socketPath, { force: true })
    server.close()
    for (const session of sessions) session.close()
    await link.stop()
    journal.append(sessionEntry(`hub ${version} stopped`, chosen.name))
    journal.close()
  })()
  return { ended, stop: () => stopping.abort() }
}

const READY_MS = 20_000

const sessionEntry = (text: string, subject: string) => ({
  at: Date.now(),
  kind: 'session' as const,
  author: 'hub',
  subject,
  text,
  data: { pid: process.pid },
})

/** Others could connect between bind and chmod, were it not for the 0700 directory and this umask. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true })
  const umask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(umask)
  }
  chmodSync(path, 0o600)
}

function newIdleTimer(ms: number, onIdle: () => void) {
  let timer: NodeJS.Timeout | undefined
  return {
    begin: () => {
      clearTimeout(timer)
      timer = setTimeout(onIdle, ms)
    },
    cancel: () => clearTimeout(timer),
  }
}
