/**
 * The dock as a hub runs it, in this process and over a GitHub-like server, that can be struck at
 * any entry of its journal and any word with the world. A dead hub stays where it stood: no line
 * of it runs on, and what it had sent goes on without it.
 */
import { join } from 'node:path'
import { githubCollectors } from '../../../../adapters/github/collector.ts'
import { limitGate } from '../../../../adapters/github/limit-gate.ts'
import { readSecret } from '../../../../adapters/secret.ts'
import { dockCollector } from '../../../../src/hub/dock/dock.ts'
import { dockActs } from '../../../../src/hub/dock/dock-acts.ts'
import { dockDeps } from '../../../../src/hub/dock/docks.ts'
import { newFactStore } from '../../../../src/hub/fact-store.ts'
import { settleLostIntents } from '../../../../src/hub/journal-runs.ts'
import { journalWorld } from '../../../../src/hub/journal-world.ts'
import { newPauses } from '../../../../src/hub/pauses.ts'
import { type DockRepo, ProfileConfig, type SecretSource } from '../../../../state/config.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import {
  noBoxes,
  noHost,
  noLaunch,
  OPEN_GATE,
  sourceOf,
} from '../../../real/practice-github/parts/dock-hub.ts'
import { type DockServer, TOKEN } from '../../../real/practice-github/parts/dock-server.ts'

export interface MortalHubOptions {
  server: DockServer
  /** Of its journal and its mirror. */
  dir: string
  repo: Partial<DockRepo>
  /** Of its console. */
  console?: string
  /** What may merge; else the token that reads does. */
  mergeToken?: string
  /** Of git, besides the server's. */
  env?: NodeJS.ProcessEnv
  /** The clock of its machine. */
  now?(): number
  /** Called at each point where it can be struck; true strikes it there. */
  strikes(point: string): boolean
}

const REPO = 'acme/app'

class Dead extends Error {
  override readonly name = 'Dead'
}
const never = <T>() => new Promise<T>(() => undefined)

export function startMortalHub(options: MortalHubOptions) {
  const { server, dir, repo: wish, strikes, now = () => server.clock.now } = options
  const { mergeToken = TOKEN, env = {} } = options
  const train = { repo: REPO, backend: 'train', lands: true, gate: OPEN_GATE }
  const profile = ProfileConfig.parse({
    host: 'local',
    github: { repos: [REPO], api: server.server.url, token: { env: 'T' }, poll: '5s' },
    dock: { mergeToken: { env: 'M' }, repos: [{ ...train, ...wish }] },
  })
  const [repo] = profile.dock.repos
  if (repo === undefined) throw new Error('the profile has no dock')
  const real = openJournal(join(dir, 'journal.db'))
  const facts = newFactStore('here')
  const ending = new AbortController()
  let isDead = false
  let fell: () => void
  const death = new Promise<void>(resolve => {
    fell = resolve
  })

  const pass = (point: string) => {
    if (isDead || !strikes(point)) return
    isDead = true
    ending.abort()
    pauses.stop()
    real.close()
    fell()
  }
  const passAlive = (point: string) => {
    pass(point)
    if (isDead) throw new Dead('killed')
  }
  const written = <T>(write: () => T): T => {
    passAlive('entry before')
    const rows = write()
    passAlive('entry after')
    return rows
  }
  const journal = {
    ...real,
    append: (entry: Parameters<typeof real.append>[0]) => written(() => real.append(entry)),
    appendAll: (entries: Parameters<typeof real.appendAll>[0]) =>
      entries.length === 0 ? [] : written(() => real.appendAll(entries)),
  }
  /** Before it is sent, once it is sent, and once it is answered. */
  const spoken =
    <A extends unknown[], T>(name: string, say: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      pass(`${name} before`)
      if (isDead) return await never()
      const going = say(...args)
      going.catch(() => undefined)
      pass(`${name} sent`)
      const settled = await Promise.allSettled([going])
      if (isDead) return await never()
      pass(`${name} answered`)
      if (isDead) return await never()
      const [came] = settled
      if (came.status === 'rejected') throw came.reason
      return came.value
    }

  const secret = (source: SecretSource) =>
    readSecret(source, { env: { ...server.env, T: TOKEN, M: mergeToken }, home: dir })
  const asking = limitGate(fetch, now)
  const deps = { profile, facts, journal, secret, signal: ending.signal, fetch: asking, now }
  settleLostIntents(journal, now())
  journalWorld(facts, journal, now)
  const pauses = newPauses({ facts, journal, now })
  const whole = dockDeps(repo, {
    ...deps,
    ...dockActs(deps),
    pauses,
    works: () => null,
    ask: noHost,
    launch: noLaunch,
    boxes: noBoxes(profile),
    hostNow: now,
    ...(options.console === undefined ? {} : { console: options.console }),
    mirrors: join(dir, 'mirrors'),
    env: { ...server.env, ...env },
  })
  const dock = dockCollector({
    ...whole,
    mirror: async () => {
      const mirror = await whole.mirror()
      return {
        ...mirror,
        fetch: spoken('fetch', mirror.fetch),
        push: spoken('push', mirror.push),
        moveHold: spoken('hold', mirror.moveHold),
        deleteBranch: spoken('delete', mirror.deleteBranch),
        commit: spoken('commit', mirror.commit),
      }
    },
    details: spoken('details', whole.details),
    checks: spoken('checks', whole.checks),
    tellEjected: spoken('tell', whole.tellEjected),
    queueActs: async () => {
      const acts = await whole.queueActs()
      return {
        ...acts,
        pull: spoken('pull', acts.pull),
        queue: spoken('queue', acts.queue),
        enqueue: spoken('enqueue', acts.enqueue),
        dequeue: spoken('dequeue', acts.dequeue),
      }
    },
  })

  const turn = async () => {
    const [looks] = githubCollectors(profile.github, { now, secret, recheckMs: [], fetch: asking })
    const seen = await looks?.look(null, ending.signal)
    const pulls = seen?.state === 'ok' ? seen.drafts : []
    const open = new Set(pulls.map(({ key }) => key))
    const gone = facts.all(['pr']).filter(({ key }) => !open.has(key))
    facts.put('github', [
      ...(looks && seen ? [sourceOf(looks, seen, now())] : []),
      ...pulls,
      ...gone.map(({ key }) => ({ kind: 'pr' as const, key, at: now(), value: null })),
    ])
    const look = await dock.look(null, ending.signal)
    if (!isDead) facts.put(dock.name, look.drafts)
    return look
  }

  return {
    journal: real,
    facts,
    get isDead() {
      return isDead
    },
    /** One look at GitHub and one at the dock; null when it died in it. */
    turn: () =>
      Promise.race([
        turn().catch((error: unknown) => {
          if (error instanceof Dead) return null
          throw error
        }),
        death.then(() => null),
      ]),
    close: () => {
      if (isDead) return
      ending.abort()
      pauses.stop()
      real.close()
    },
  }
}
