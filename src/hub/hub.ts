/** Wires one hub: link, probe, collectors, facts, journal, sessions. */

import { homedir } from 'node:os'
import { limitGate } from '../../adapters/github/limit-gate.ts'
import { readSecret } from '../../adapters/secret.ts'
import type { SecretSource } from '../../state/config.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { withoutSecrets } from '../../state/printable.ts'
import { runCollector } from '../collect/run-collector.ts'
import { findAsset } from '../profile/assets.ts'
import type { Chosen } from '../profile/choose.ts'
import { PROTOCOL } from '../rpc/hub-api.ts'
import { newAccess } from './access.ts'
import { accountLimits } from './account-limits.ts'
import { boxCollectors } from './box-collector.ts'
import { newBoxDesk } from './box-desk.ts'
import { boxHostOf } from './box-host.ts'
import { newCanon } from './canon.ts'
import { hubCollectors } from './collectors.ts'
import { keepDeadlines } from './deadlines.ts'
import { newDispatcher } from './dispatch.ts'
import { dockActs } from './dock/dock-acts.ts'
import { dockCollectors } from './dock/docks.ts'
import { lineSubjects, pullTimeline } from './dock/pull-look.ts'
import { newFactStore, onSource } from './fact-store.ts'
import { handoverOf } from './handover.ts'
import type { HubParts } from './hub-parts.ts'
import { journalRuns, settleLostIntents } from './journal-runs.ts'
import { journalWorld } from './journal-world.ts'
import { knownLanes } from './known-lanes.ts'
import { type LaneActs, newLaneActs } from './lane-acts.ts'
import { newLaneChecks } from './lane-check.ts'
import { newLaneValidations } from './lane-validate.ts'
import { newLeftovers } from './leftovers/leftovers.ts'
import { lockWatch } from './leftovers/lock-watch.ts'
import { newPullStates } from './leftovers/pull-states.ts'
import { startLink } from './link.ts'
import { noteSession } from './note-session.ts'
import { acceptWaiting, hostOf } from './open-host.ts'
import { newPauses } from './pauses.ts'
import { performer } from './perform.ts'
import { newProbeSession, type ProbeSession } from './probe-session.ts'
import { boxRunner } from './runners/box-runner.ts'
import { probeRunners } from './runners/probe-runner.ts'
import { newRuns } from './runs.ts'
import { serveClients } from './serve-clients.ts'
import { openSession } from './session.ts'
import { settled } from './settled.ts'
import { newTerminals } from './terminals.ts'
import { tokenCollectors } from './token-watch.ts'
import { newUndo } from './undo.ts'
import { verdictsOf } from './verdicts.ts'
import { watchedLanes } from './watched-lanes.ts'

export interface HubOptions {
  chosen: Chosen
  version: string
  socketPath: string
  /** Directory of the mirrors of repositories. */
  mirrors: string
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

  settleLostIntents(journal, startedAt)
  const verdicts = verdictsOf(journal)
  journalWorld(facts, journal, Date.now)
  const probe = newProbeSession({
    code: await findAsset('probe.cjs'),
    node: profile.node ?? null,
    config: {
      lanes: watchedLanes(profile),
      spine: profile.spine,
      pkm: profile.pkm,
      locks: profile.leftovers.locks,
      items: profile.dispatch.file ?? null,
      models: profile.models,
    },
    put: (source, drafts) => facts.put(source, verdicts.settled(drafts)),
    measured: (rttMs, skewMs) => {
      link.measured(rttMs, skewMs)
      lanes.hostIsThere()
      leftovers.hostIsThere()
    },
    now: Date.now,
  })
  const host = hostOf(profile, options.env)
  const link = startLink({
    open: host.open,
    serve: (transport, signal) => probe.serve(transport, signal),
    emit: value => facts.put('link', [{ kind: 'link', key: 'link', at: Date.now(), value }]),
    now: Date.now,
    target: profile.host,
    kind: host.kind,
  })
  const home = homedir()
  const { env, mirrors } = options
  const ask: ProbeSession['request'] = (method, params) => probe.request(method, params)
  const boxHost = boxHostOf(profile.docker, { link, ask })
  const hostNow = () => Math.round(Date.now() + (link.fact.skewMs ?? 0))
  const base = {
    profile,
    facts,
    journal,
    secret: (source: SecretSource) => readSecret(source, { env, home }),
    signal: stopping.signal,
    fetch: limitGate(fetch, Date.now),
    now: Date.now,
  }
  const boxes = newBoxDesk({
    ask,
    host: boxHost,
    docker: profile.docker,
    profiles: profile.boxes,
    launch: profile.launch,
    now: Date.now,
  })
  const pauses = newPauses({ facts, journal, now: Date.now })
  const acts = dockActs(base)
  const { backends, pulls, priorities } = acts
  const launch: LaneActs['launch'] = wish => lanes.launch(wish)
  const pullStates = newPullStates(base)
  const collectors = [
    ...hubCollectors(profile, { now: Date.now, home, env, kind: host.kind, fetch: base.fetch }),
    ...lockWatch({ leftovers: profile.leftovers, facts, pulls: pullStates, now: hostNow }),
    ...dockCollectors({ ...base, ...acts, pauses, launch, ask, boxes, hostNow, mirrors, env }),
    ...boxCollectors({ host: boxHost, ask, profiles: profile.boxes, now: hostNow }),
    ...tokenCollectors(profile, {
      ...base,
      find: async sha256 => {
        await settled({ link, probe, facts, own: [] }, READY_MS)
        return await probe.request('tokens.find', { sha256 })
      },
      onHost: tell => onSource(facts, 'probe', tell),
    }),
  ]
  for (const collector of collectors) {
    void runCollector(collector, { now: Date.now, emit: facts.put }, stopping.signal)
  }
  const runs = newRuns({
    ready: () => link.ready(READY_MS),
    intend: journalRuns(journal, Date.now),
  })
  const barrier = async () => {
    await parts.settled(READY_MS)
    const { state, message } = link.fact
    return state === 'up' ? await probe.ready(READY_MS) : (message ?? state)
  }
  const { items } = profile.dispatch
  const limits = accountLimits({ facts, journal, pauses, items, now: Date.now })
  const deadlines = keepDeadlines({ facts, journal, now: Date.now })
  const canon = newCanon({ specs: profile.canon.canon, journal, ask, barrier, now: Date.now })
  const lanes = newLaneActs({
    ...base,
    profile: chosen.name,
    launch: profile.launch,
    models: profile.models,
    ask,
    boxes,
    runners: { ...probeRunners(ask), box: boxRunner(ask, boxes) },
    lanes: () => knownLanes(facts),
    pauses: pauses.inForce,
    unlocked: canon.edits,
    accountOf: limits.accountOf,
    barrier,
  })
  const leftovers = newLeftovers({
    ...base,
    config: profile.leftovers,
    ask,
    pulls: pullStates,
    host: boxHost,
    lanes,
    hostNow,
  })
  const { checkLimit: limitMs } = profile.launch
  const checks = newLaneChecks({ ...base, verdicts, ask, limitMs, barrier })
  const validations = newLaneValidations({
    ...base,
    ask,
    desk: boxes,
    box: profile.launch.box ?? null,
    limitMs,
    barrier,
  })
  const dispatch = newDispatcher({
    ...base,
    config: profile.dispatch,
    logs: profile.launch.logs,
    repos: profile.launch.repos,
    unlocked: canon.edits,
    ask,
    launch: (planned, author) => lanes.dispatch(planned, author),
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
    lanes,
    dispatch,
    checks,
    validations,
    pauses,
    pulls,
    pullTimeline: asked =>
      pullTimeline(journal, asked, lineSubjects(profile.dock.repos, asked.repo)),
    backends,
    leftovers,
    priorities,
    canon,
    access: newAccess({ facts, journal, now: Date.now, isReadOnly: profile.readOnly }),
    undo: newUndo(journal, performer(lanes, pauses, { pulls, backends, leftovers, priorities })),
    terminals: newTerminals({ ask, profile, facts, link, host: boxHost }),
    unattended: profile.answers.withoutTerminal,
    now: Date.now,
    status: () =>
      withoutSecrets({
        pid: process.pid,
        version,
        protocol: PROTOCOL,
        profile: chosen.name,
        startedAt,
        clients: clients.count,
        persistMs: chosen.persistMs,
        link: link.fact,
        probe: probe.state,
        journal: journal.status(),
        running: runs.running,
        waiting: runs.waiting,
      }),
    settled: ms => settled({ link, probe, facts, own: collectors.map(({ name }) => name) }, ms),
    handover: async params => {
      const { specs } = await canon.look()
      return handoverOf({ profile: chosen.name, config: profile, journal, facts, specs }, params)
    },
    acceptKey: fingerprint => acceptWaiting(link.unknownKey, fingerprint),
    stop: () => stopping.abort(),
  }

  const clients = await serveClients(options.socketPath, {
    open: socket => openSession(socket, parts),
    idleMs: chosen.persistMs,
    onIdle: () => stopping.abort(),
  })
  noteSession(journal, `hub ${version} started`, chosen.name)

  const ended = (async () => {
    await new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve()))
    clients.close()
    limits.stop()
    pauses.stop()
    pulls.stop()
    deadlines.stop()
    await link.stop()
    noteSession(journal, `hub ${version} stopped`, chosen.name)
    journal.close()
  })()
  return { ended, stop: () => stopping.abort() }
}

const READY_MS = 20_000
