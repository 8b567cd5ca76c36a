/** A dock whose backend is GitHub's own queue, over a GitHub-like server and real git. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import * as z from 'zod'
import { openMirror } from '../../../../adapters/git/mirror.ts'
import { githubActs } from '../../../../adapters/github/acts.ts'
import { githubCollectors } from '../../../../adapters/github/collector.ts'
import { readCommitChecks, readDetails } from '../../../../adapters/github/details.ts'
import { readRequiredChecks } from '../../../../adapters/github/required-checks.ts'
import { newWritePace } from '../../../../adapters/github/write-pace.ts'
import { newBackends } from '../../../../src/hub/dock/backends.ts'
import { dockCollector } from '../../../../src/hub/dock/dock.ts'
import { DockRepo, GithubConfig } from '../../../../state/config.ts'
import type { LineFact } from '../../../../state/dock.ts'
import type { PrFact } from '../../../../state/facts.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import { scratch } from '../../../setup/scratch.ts'
import { type DockServerPlan, dockServer, TOKEN } from '../../practice-github/parts/dock-server.ts'

const Step = z.object({ do: z.string(), car: z.object({ pr: z.number() }), outcome: z.string() })

export const REPO = 'acme/app'
const QUEUE = { method: 'merge', maxEntriesToBuild: 3, maxEntriesToMerge: 3 } as const
const CI = { runners: 3 }

export async function nativeDock(plan: DockServerPlan, config: Partial<DockRepo> = {}) {
  const server = await dockServer({ ci: CI, rules: { queue: QUEUE }, ...plan })
  onTestFinished(() => server.close())
  const dir = scratch()
  const now = () => server.clock.now
  const wait = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, Math.min(ms, 5)))
  const repo = DockRepo.parse({
    repo: REPO,
    backend: 'native',
    lands: true,
    retries: 0,
    gate: { paths: ['**'], review: 'none', checksMaxAgeHours: 1_000_000 },
    ...config,
  })
  const world = { frozen: null as string | null, told: [] as string[], held: new Set<number>() }
  const github = GithubConfig.parse({ repos: [REPO], api: server.server.url, token: { env: 'T' } })

  const hub = () => {
    const journal = openJournal(join(dir, 'journal.db'))
    onTestFinished(() => journal.close())
    const backends = newBackends({
      repos: [repo],
      limits: { openPrs: 10, inReview: 10 },
      journal,
      counts: () => ({ openPrs: 3, inReview: 0 }),
      now,
    })
    let pulls: PrFact[] = []
    const dock = dockCollector({
      repo,
      backend: () => backends.of(REPO),
      author: { name: 'Dock', email: 'dock@factory.test' },
      allowed: [REPO],
      journal,
      mirror: () =>
        openMirror({
          dir: join(dir, 'mirror.git'),
          remote: server.remote,
          env: server.env,
          access: async () => server.headerOf(TOKEN),
        }),
      landings: () => [],
      works: () => null,
      pullsRead: async () => true,
      pulls: () => pulls.filter(({ number }) => !world.held.has(number)),
      details: () => readDetails(server.client),
      boxTests: () => null,
      tellRebased: async () => undefined,
      rebaseLane: {
        launch: async () => ({ kind: 'refused', why: 'no host' }),
        endedFor: () => null,
      },
      tellSkipped: async () => null,
      requiredChecks: () => readRequiredChecks(server.client, 'main'),
      checks: commits => readCommitChecks(server.client, commits),
      githubNow: now,
      tellEjected: async (pr, _, why) => {
        world.told.push(`#${pr} ${why}`)
        return null
      },
      mend: async () => null,
      console: 'robin@yard',
      queueActs: async () => {
        const pace = newWritePace({ now, wait })
        return githubActs({ client: server.client, token: TOKEN, pace, now, wait })
      },
      priority: () => 0,
      onPulls: () => () => undefined,
      freeze: reason => void (world.frozen = reason),
      frozen: () => (world.frozen === null ? null : { by: 'robin', reason: world.frozen, at: 0 }),
      now,
    })
    const idle = new AbortController().signal
    const look = async () => {
      // A new one each time reads all, whatever ETags say.
      const [looks] = githubCollectors(github, { now, secret: async () => TOKEN, recheckMs: [] })
      const seen = await looks?.look(null, idle)
      pulls = (seen?.drafts ?? []).flatMap(draft =>
        draft.kind === 'pr' && draft.value ? [draft.value] : [],
      )
      const found = await dock.look(null, idle)
      const facts = found.drafts.flatMap(({ kind, value }) =>
        kind === 'dock' && value ? [value] : [],
      )
      const line = found.drafts.find(({ kind }) => kind === 'line')?.value as LineFact | undefined
      const of = (number: number) => facts.find(fact => fact.number === number)
      return { found, facts, line, of }
    }
    const steps = () =>
      journal.list({ kinds: ['outcome'] }).flatMap(({ data }) => {
        const step = Step.safeParse(data).data
        return step ? [`${step.do} #${step.car.pr} ${step.outcome}`] : []
      })
    return { journal, backends, look, steps }
  }
  const landings = () =>
    server
      .git('log', '--first-parent', '--reverse', '--format=%s', 'main')
      .split('\n')
      .slice(1)
      .map(subject => Number(/#(\d+)/.exec(subject)?.[1]))
  /** What a person does on GitHub. */
  const person = githubActs({
    client: server.client,
    token: TOKEN,
    pace: newWritePace({ now, wait }),
    now,
    wait,
  })
  const entries = async () => (await person.queue('main'))?.map(({ number }) => number)
  return { server, hub, world, landings, person, entries }
}
