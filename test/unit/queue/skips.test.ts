import { join } from 'node:path'
import { expect, it, onTestFinished, describe as suite } from 'vitest'
import { type Skip, skipsOf } from '../../../src/engine/queue/skips.ts'
import { lineSubjects, pullTimeline } from '../../../src/hub/dock/pull-look.ts'
import { isSkipIntent, newSkipTeller } from '../../../src/hub/dock/skip-teller.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { scratch } from '../../setup/scratch.ts'
import { found, holding } from './parts/found.ts'

const RED = { name: 'checks', verdict: 'fail', datum: 'red: unit' } as const
const one = found(1, { gate: holding(RED) })
const open = new Map([[1, { isDraft: false }]])
const told = (isSettled: boolean) => new Map([['1 h', { isSettled, why: 'run 7 is red' }]])
const NOBODY = new Map()

suite('who is passed by', () => {
  it('[F04] is who is red, and who changes what another one changes', () => {
    const why = 'checks: red: unit; run 7 is red'
    expect(skipsOf([one], open, told(true))).toEqual([{ pr: 1, head: 'h', why }])
    expect(skipsOf([{ ...one, gate: holding(), duplicateOf: 7 }], open, NOBODY)).toMatchObject([
      { why: 'it changes the same as #7, which goes on' },
    ])
  })

  it('is not who waits, is a draft, or is run again first', () => {
    expect(skipsOf([one], open, NOBODY)).toEqual([])
    expect(skipsOf([one], new Map([[1, { isDraft: true }]]), told(true))).toEqual([])
    expect(skipsOf([one], new Map(), told(true))).toEqual([])
    expect(skipsOf([one], open, told(false))).toEqual([])
    expect(skipsOf([{ ...one, head: 'i' }], open, told(true))).toEqual([])
  })
})

suite('that one is passed by', () => {
  const skip: Skip = { pr: 1, head: 'h', why: 'checks: red: unit' }

  function dock(fails: { next: boolean } = { next: false }) {
    const path = join(scratch(), 'journal.db')
    const journal = openJournal(path)
    onTestFinished(() => journal.close())
    const said: Skip[] = []
    const teller = () =>
      newSkipTeller({
        journal,
        subject: 'acme/app@main skips',
        tell: async each => {
          if (fails.next) throw new Error('gone')
          said.push(each)
          return null
        },
        now: () => 1_700_000_000_000,
      })
    return { journal, said, teller }
  }

  it('[F04] is said once a head, by this hub and the next', async () => {
    const { journal, said, teller } = dock()
    const first = teller()
    await first.tick([skip])
    await first.tick([skip])
    await teller().tick([skip])
    expect(said).toEqual([skip])
    await first.tick([{ ...skip, head: 'i' }])
    expect(said).toHaveLength(2)
    expect(journal.unsettled('intent')).toEqual([])
  })

  it('is told in the timeline of the pull request, and of no other', async () => {
    const { journal, teller } = dock()
    await teller().tick([skip])
    const lines = lineSubjects([{ repo: 'acme/app', base: 'main' }], 'acme/app')
    const timeline = (number: number) => pullTimeline(journal, { repo: 'acme/app', number }, lines)
    expect(timeline(1).entries.map(({ text }) => text)).toEqual([
      'tell on #1 that it is passed by: checks: red: unit',
      'told on #1',
    ])
    expect(timeline(11).entries).toEqual([])
  })

  it('is said later when it could not be said, unless that is past', async () => {
    const fails = { next: true }
    const { journal, said, teller } = dock(fails)
    const first = teller()
    await first.tick([skip, { ...skip, pr: 2 }])
    expect(first.trouble).toBe('#1 is not told: gone')
    expect(journal.unsettled('intent').every(isSkipIntent)).toBe(true)
    expect(said).toEqual([])
    fails.next = false
    const next = teller()
    await next.tick([skip])
    expect(next.trouble).toBeNull()
    expect(said).toEqual([skip])
    expect(journal.unsettled('intent')).toEqual([])
  })
})
