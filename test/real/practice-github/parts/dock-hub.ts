/** The dock's own collectors over a GitHub-like server, as the hub runs them, turn by turn. */
import { join } from 'node:path'
import { githubCollectors } from '../../../../adapters/github/collector.ts'
import { docksOf } from '../../../../src/hub/dock/docks.ts'
import { newFactStore } from '../../../../src/hub/fact-store.ts'
import { type DockRepo, ProfileConfig } from '../../../../state/config.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import { type DockServer, TOKEN } from './dock-server.ts'

/** What lets everything that is green land. */
export const OPEN_GATE = { review: 'none', paths: ['**'] } as const

export function dockHub(dock: DockServer, repo: Partial<DockRepo>) {
  const profile = ProfileConfig.parse({
    host: 'local',
    github: { repos: ['acme/app'], api: dock.server.url, token: { env: 'T' }, poll: '5s' },
    dock: {
      repos: [{ repo: 'acme/app', backend: 'train', lands: true, gate: OPEN_GATE, ...repo }],
    },
  })
  const facts = newFactStore('local')
  const journal = openJournal(join(dock.dir, 'journal.db'))
  const ending = new AbortController()
  const now = () => dock.clock.now
  const secret = async () => TOKEN
  const [github] = githubCollectors(profile.github, { now, secret })
  const [line] = docksOf({
    profile,
    facts,
    journal,
    mirrors: join(dock.dir, 'mirrors'),
    env: dock.env,
    secret,
    signal: ending.signal,
    now,
  })
  if (!github || !line) throw new Error('the profile has no dock')

  return {
    facts,
    journal,
    /** One look at GitHub, and one at the dock: what its look came to. */
    turn: async () => {
      const seen = await github.look(null, ending.signal)
      if (seen.state === 'ok') {
        // What a whole look does not name any more is gone.
        const keys = new Set(seen.drafts.map(({ kind, key }) => `${kind} ${key}`))
        const gone = facts
          .all(['pr'])
          .filter(({ kind, key }) => seen.extent === 'all' && !keys.has(`${kind} ${key}`))
          .map(({ key, kind }) => ({ kind, key, at: now(), value: null }) as const)
        facts.put(github.name, [
          ...seen.drafts,
          ...gone.flatMap(one => (one.kind === 'pr' ? [one] : [])),
        ])
      }
      const look = await line.look(null, ending.signal)
      facts.put(line.name, look.drafts)
      return look
    },
    close: () => {
      ending.abort()
      journal.close()
    },
  }
}
