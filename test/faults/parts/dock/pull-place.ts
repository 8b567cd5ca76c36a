/** A hub's acts on pull requests, against a GitHub-like server over real git. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { githubActs } from '../../../../adapters/github/acts.ts'
import { newWritePace } from '../../../../adapters/github/write-pace.ts'
import { answerDecision } from '../../../../src/hub/answer-decision.ts'
import { newPullActs } from '../../../../src/hub/dock/pull-acts.ts'
import { TokenFault } from '../../../../src/hub/dock/pull-steps.ts'
import { newFactStore } from '../../../../src/hub/fact-store.ts'
import { settleLostIntents } from '../../../../src/hub/journal-runs.ts'
import { journalWorld } from '../../../../src/hub/journal-world.ts'
import { performer } from '../../../../src/hub/perform.ts'
import { newUndo } from '../../../../src/hub/undo.ts'
import type { Done } from '../../../../src/rpc/act-api.ts'
import { UnattendedAct } from '../../../../state/answers-config.ts'
import { DockRepo } from '../../../../state/config.ts'
import type { Signal } from '../../../../state/dock.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import {
  type DockServerPlan,
  dockServer,
  TOKEN,
} from '../../../real/practice-github/parts/dock-server.ts'
import { dockedValue, pullValue } from '../../../setup/fact-values.ts'
import { NO_DOCK } from '../../../setup/no-dock.ts'
import { scratch } from '../../../setup/scratch.ts'

/** A person at a terminal. */
export const BY = {
  user: 'robin',
  host: 'yard',
  pid: 9,
  tty: '/dev/pts/1',
  parents: ['dockmaster'],
}
export const AGENT = { ...BY, tty: null }
export const REPO = 'acme/app'
const REVIEWER = 'ghp_reviewer000000000000000000000000001'
const tokens = [{ token: REVIEWER, login: 'odile', role: 'review' }] as const
const NAMES = ['allowlist', 'conflicts', 'checks', 'review', 'paths', 'compaction'] as const

export async function pullPlace(plan: DockServerPlan = { pulls: 1 }) {
  const server = await dockServer({ tokens, ...plan })
  onTestFinished(() => server.close())
  const path = join(scratch(), 'journal.db')
  const head = (number: number) => server.git('rev-parse', `refs/pull/${number}/head`)
  const wait = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, Math.min(ms, 10)))
  const landings = () =>
    server.git('log', '--first-parent', '--format=%s', 'main').split('\n').length - 1

  const hub = ({ hasMergeToken = true } = {}) => {
    const journal = openJournal(path)
    onTestFinished(() => journal.close())
    settleLostIntents(journal, Date.now())
    const facts = newFactStore('here')
    journalWorld(facts, journal, Date.now)
    const pulls = newPullActs({
      repos: [DockRepo.parse({ repo: REPO, backend: 'train' })],
      facts,
      journal,
      frozen: () => null,
      acts: async (_, purpose) => {
        if (purpose === 'merge' && !hasMergeToken) {
          throw new TokenFault('held: dock.mergeToken is not there')
        }
        const token = purpose === 'merge' ? TOKEN : REVIEWER
        const now = () => server.clock.now
        const client = server.clientWith(token)
        return githubActs({ client, token, pace: newWritePace({ now, wait }), now, wait })
      },
      wait,
      now: Date.now,
    })
    onTestFinished(() => pulls.stop())
    const undo = newUndo(
      journal,
      performer({} as Parameters<typeof performer>[0], {} as Parameters<typeof performer>[1], {
        ...NO_DOCK,
        pulls,
      }),
    )
    const see = (number: number, signals: Partial<Record<Signal['name'], string>> = {}) => {
      const key = `${REPO}#${number}`
      const at = Date.now()
      const headSha = head(number)
      const told = server.model.pulls().find(pull => pull.number === number)
      const { title = '' } = told ?? {}
      const seen = { title, headSha, createdAt: at, updatedAt: at, mergeStateSince: at }
      const signalOf = (name: (typeof NAMES)[number]): Signal => ({
        name,
        verdict: signals[name] === undefined ? 'pass' : 'fail',
        datum: signals[name] ?? 'well',
      })
      const place = { head: headSha, state: 'waiting', position: 1 } as const
      facts.put('github', [
        { kind: 'pr', key, at, value: pullValue(number, seen) },
        {
          kind: 'dock',
          key,
          at,
          value: dockedValue(number, { ...place, signals: NAMES.map(signalOf) }),
        },
      ])
      return { repo: REPO, number, head: headSha, by: BY }
    }
    const decide = async (came: Done, answer = 'Merge it', by: typeof BY | typeof AGENT = BY) => {
      const decision = came.kind === 'asks' ? came.decision : 0
      const { leftovers } = NO_DOCK
      const parts = {
        facts,
        journal,
        lanes: NO_DOCK.pulls as never,
        pulls,
        leftovers,
        // All that a profile can name: none of it is a merge.
        unattended: UnattendedAct.options,
        now: Date.now,
      }
      return await answerDecision(parts, { decision, answer, reason: '', by })
    }
    const outcomes = () => journal.list({ kinds: ['outcome'] }).map(({ data }) => data['outcome'])
    return { journal, facts, pulls, undo, see, decide, outcomes }
  }
  return { server, hub, head, landings }
}
