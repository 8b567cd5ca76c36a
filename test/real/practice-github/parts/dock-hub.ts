/** The dock's own collectors over a GitHub-like server, as the hub runs them, turn by turn. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { BoxFault } from '../../../../adapters/box.ts'
import type { Collector, Look } from '../../../../adapters/collector.ts'
import { dockerHost } from '../../../../adapters/docker/client.ts'
import { githubCollectors } from '../../../../adapters/github/collector.ts'
import { readSecret } from '../../../../adapters/secret.ts'
import { newBoxDesk } from '../../../../src/hub/box-desk.ts'
import { dockActs } from '../../../../src/hub/dock/dock-acts.ts'
import { type DocksDeps, docksOf } from '../../../../src/hub/dock/docks.ts'
import { newFactStore } from '../../../../src/hub/fact-store.ts'
import { newPauses } from '../../../../src/hub/pauses.ts'
import { RpcFault } from '../../../../src/rpc/peer.ts'
import { type DockRepo, ProfileConfig, type SecretSource } from '../../../../state/config.ts'
import type { FactDraft } from '../../../../state/facts.ts'
import type { GateOverrides } from '../../../../state/gate-policy.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import { isCurrent } from '../../../../state/words.ts'
import { type DockServer, TOKEN } from './dock-server.ts'

/** What lets everything that is green land. */
export const OPEN_GATE: GateOverrides = { review: 'none', paths: ['**'] }

export function dockHub(
  dock: DockServer,
  repo: Partial<DockRepo>,
  more: Pick<DockHubOptions, 'works' | 'ask' | 'launch' | 'boxes'> = {},
) {
  const profile = ProfileConfig.parse({
    host: 'local',
    launch: { repos: [{ path: '/srv/app', remote: dock.remote, branch: 'main' }] },
    github: { repos: ['acme/app'], api: dock.server.url, token: { env: 'T' }, poll: '5s' },
    dock: {
      mergeToken: { env: 'T' },
      repos: [{ repo: 'acme/app', backend: 'train', lands: true, gate: OPEN_GATE, ...repo }],
    },
  })
  const { dir, env, clock } = dock
  return hubOf(profile, 'acme/app', {
    dir,
    env: { ...env, T: TOKEN },
    now: () => clock.now,
    ...more,
  })
}

export interface DockHubOptions {
  /** Of its journal and its mirrors. */
  dir: string
  env?: NodeJS.ProcessEnv
  now(): number
  /** What live lanes work on; else the host has not told. */
  works?: DocksDeps['works']
  /** Its host; else nobody answers there. */
  ask?: DocksDeps['ask']
  /** Launches a lane; else none can be. */
  launch?: DocksDeps['launch']
  boxes?: DocksDeps['boxes']
}

export const noLaunch: DocksDeps['launch'] = async () => ({
  kind: 'unreachable',
  message: 'no probe on the host',
})

export const noHost: DocksDeps['ask'] = async () => {
  throw new RpcFault('no probe on the host')
}

/** Of a host that has no engine. */
export const noBoxes = ({ docker, boxes, launch }: ProfileConfig): DocksDeps['boxes'] =>
  newBoxDesk({
    ask: noHost,
    host: dockerHost({
      connect: async () => {
        throw new BoxFault('no engine here', { state: 'absent', mend: 'none', isAnswer: false })
      },
    }),
    docker,
    profiles: boxes,
    launch,
    now: Date.now,
  })

/** How it fares, as the runner of collectors tells. */
export const sourceOf = ({ name: key, periodMs }: Collector, look: Look, at: number): FactDraft => {
  const { state, message, mend } = look
  const value = { state, since: at, lookedAt: at, periodMs, message, mend }
  return { kind: 'source', key, at, value }
}

/** Looks at one repository of a profile, turn by turn. */
export function hubOf(profile: ProfileConfig, repo: string, options: DockHubOptions) {
  const { dir, env = process.env, now, works = () => null, ask = noHost } = options
  const { launch = noLaunch, boxes = noBoxes(profile) } = options
  mkdirSync(dir, { recursive: true })
  const facts = newFactStore('local')
  const journal = openJournal(join(dir, 'journal.db'))
  const ending = new AbortController()
  const secret = (source: SecretSource) => readSecret(source, { env, home: dir })
  const named = <T extends { name: string }>(all: readonly T[], name: string): T => {
    const found = all.find(one => one.name === name)
    if (!found) throw new Error(`the profile has no ${name}`)
    return found
  }
  const github = named(githubCollectors(profile.github, { now, secret }), `github:${repo}`)
  const { signal } = ending
  const mirrors = join(dir, 'mirrors')
  const deps = { profile, facts, journal, secret, signal, fetch, now }
  const pauses = newPauses({ facts, journal, now })
  const acts = dockActs(deps)
  const docks = docksOf({
    ...deps,
    ...acts,
    pauses,
    works,
    ask,
    launch,
    boxes,
    hostNow: now,
    mirrors,
    env,
  })
  const dock = named(docks, `dock:${repo}`)

  /** What a whole look does not name any more is gone. */
  const goneAfter = ({ state, extent, drafts }: Look): FactDraft[] => {
    if (!isCurrent(state) || extent !== 'all') return []
    const keys = new Set(drafts.map(({ kind, key }) => `${kind} ${key}`))
    return facts
      .all(['pr'])
      .filter(({ key }) => !keys.has(`pr ${key}`))
      .map(({ key }) => ({ kind: 'pr', key, at: now(), value: null }))
  }

  return {
    facts,
    journal,
    pauses,
    priorities: acts.priorities,
    /** One look at GitHub, and one at the dock: what its look came to. */
    turn: async (): Promise<Look> => {
      const seen = await github.look(null, signal)
      facts.put(github.name, [sourceOf(github, seen, now()), ...seen.drafts, ...goneAfter(seen)])
      const look = await dock.look(null, signal)
      facts.put(dock.name, look.drafts)
      return look
    },
    close: () => {
      ending.abort()
      pauses.stop()
      journal.close()
    },
  }
}
