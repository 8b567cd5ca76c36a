/** A lock file that is removed is removed once, wherever the act is cut, and what nobody decided is only told. */
import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lockFilesCollector } from '../../adapters/locks/collector.ts'
import { newFactStore } from '../../src/hub/fact-store.ts'
import { newLeftovers } from '../../src/hub/leftovers/leftovers.ts'
import { lockFiles } from '../../src/probe/lock-files.ts'
import { RpcGone } from '../../src/rpc/peer.ts'
import { openJournal } from '../../state/journal/journal.ts'
import { eventually } from '../setup/eventually.ts'
import { scratch } from '../setup/scratch.ts'

const BY = { user: 'robin', host: 'yard', pid: 9, tty: null, parents: [] }

it.each([
  ['before', true, 'undone'],
  ['after', false, 'removed'],
] as const)(
  '[B18] cut %s its effect it is looked into by the next hub',
  async (when, isLeft, end) => {
    const dir = scratch()
    const path = join(dir, '.mend-app-7.lock')
    writeFileSync(path, '')
    utimesSync(path, 1_700_000_000, 1_700_000_000)
    const cut = { isOn: true }
    const hub = async () => {
      const journal = openJournal(join(dir, 'journal.db'))
      onTestFinished(() => journal.close())
      const facts = newFactStore('here')
      const probe = lockFilesCollector([join(dir, '.mend-{repo}-{pull}.lock')], {
        now: Date.now,
        home: dir,
      })
      facts.put('lock-files', (await probe.look(null, new AbortController().signal)).drafts)
      const asked = async (method: keyof typeof lockFiles, params: never) => {
        const isHere = cut.isOn && method === 'lock-file.remove'
        if (isHere && when === 'before') throw new RpcGone('cut')
        const answer = await lockFiles[method](params)
        if (isHere) throw new RpcGone('cut')
        return answer
      }
      const leftovers = newLeftovers({
        config: { lockAge: 1 },
        facts,
        journal,
        ask: asked as never,
        pulls: { of: async all => all.map(() => ({ repo: null, pull: 'unknown', fault: null })) },
        host: {} as never,
        lanes: { inTurn: act => act() },
        now: Date.now,
        hostNow: Date.now,
      })
      return { journal, leftovers }
    }
    const first = await hub()
    const wish = { kind: 'lock', key: path, file: null, isDryRun: false, by: BY } as const
    expect(await first.leftovers.remove(wish)).toMatchObject({ kind: 'unknown' })
    first.journal.close()
    cut.isOn = false
    const next = await hub()
    next.leftovers.hostIsThere()
    await eventually('it is settled', () => next.journal.unsettled('intent').length === 0)
    expect(next.journal.list({ kinds: ['outcome'] }).map(({ data }) => data['outcome'])).toEqual([
      end,
    ])
    expect(existsSync(path)).toBe(isLeft)
  },
)
