import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { GitFault } from '../../../adapters/git/git.ts'
import { DEAD_MS, RENEW_MS } from '../../../src/engine/queue/hold.ts'
import { type LineHoldDeps, newLineHold } from '../../../src/hub/dock/line-hold.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { scratch } from '../../setup/scratch.ts'

type Loss = 'none' | 'question' | 'answer'

/** One ref of a repository, moved by lease; `loss` says what becomes of the next push. */
function newRepository() {
  const messages = new Map<string, string>()
  let ref: string | null = null
  let loss: Loss = 'none'
  const mirror: LineHoldDeps['mirror'] = {
    treeOf: async tip => tip,
    commit: async ({ message }) => {
      const name = `c${messages.size}`
      messages.set(name, message)
      return name
    },
    messageOf: async commit => messages.get(commit) ?? '',
    holds: async () => new Map(ref === null ? [] : [['main', ref]]),
    moveHold: async (_branch, commit, expected) => {
      if (loss === 'question') throw new GitFault('push', null, 'the connection was cut')
      if (ref !== expected) return { kind: 'raced', message: 'stale info' }
      ref = commit
      if (loss === 'answer') throw new GitFault('push', null, 'the connection was cut')
      return { kind: 'pushed' }
    },
  }
  return {
    mirror,
    lose: (what: Loss) => {
      loss = what
    },
  }
}

interface Turn {
  who: 'a' | 'b'
  ms: number
  isWanted: boolean
  isNew: boolean
  loss: Loss
}
const Turn: fc.Arbitrary<Turn> = fc.record({
  who: fc.constantFrom('a', 'b'),
  ms: fc.nat(DEAD_MS / 2),
  isWanted: fc.boolean(),
  isNew: fc.boolean(),
  loss: fc.constantFrom<Loss>('none', 'none', 'question', 'answer'),
})

const turn = { ms: 0, isWanted: true, isNew: false, loss: 'none' } as const
/** b moves the ref and is not told: its silence counts from then on, not from when it looked. */
const lostWhenTaken: Turn[] = [
  { ...turn, who: 'b', loss: 'answer' },
  { ...turn, who: 'a', isWanted: false },
  { ...turn, who: 'b', ms: DEAD_MS / 2 },
  { ...turn, who: 'a', ms: DEAD_MS / 2 },
]

it('[F05] however two take turns, die and lose answers, never do both hold a line', async () => {
  const journal = openJournal(`${scratch()}/journal.db`)
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(Turn, { maxLength: 60 }), async turns => {
      runs += 1
      let now = 0
      const { mirror, lose } = newRepository()
      const open = (who: string) =>
        newLineHold({
          mirror,
          journal,
          subject: `${runs}/${who}`,
          base: 'main',
          author: { name: who, email: `${who}@example.org` },
          name: who,
          now: () => now,
        })
      const holds = { a: open('a'), b: open('b') }
      const until = { a: 0, b: 0 }
      for (const { who, ms, isWanted, isNew, loss } of turns) {
        now += ms
        lose(loss)
        if (isNew) holds[who] = open(who)
        // Whoever asks again, or is anew, believes the new answer alone; a fault lets it move nothing.
        until[who] = 0
        const answer = await holds[who].ask('tip', isWanted).catch((error: unknown) => {
          if (!(error instanceof GitFault)) throw error
          return null
        })
        if (answer?.kind !== 'ours') continue
        expect(until[who === 'a' ? 'b' : 'a']).toBeLessThanOrEqual(now)
        until[who] = now + (DEAD_MS - RENEW_MS)
      }
    }),
    { examples: [[lostWhenTaken]] },
  )
  journal.close()
})
