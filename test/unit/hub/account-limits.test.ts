import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { accountLimits } from '../../../src/hub/account-limits.ts'
import { newFactStore } from '../../../src/hub/fact-store.ts'
import { newPauses } from '../../../src/hub/pauses.ts'
import type { FactValue } from '../../../state/facts.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { scratch } from '../../setup/scratch.ts'
import { lane, link, NOW } from '../../terminal/parts/facts.ts'

const HOUR = 3_600_000

/** One life of a hub over a journal that outlives it. */
function hubOver(path: string) {
  const journal = openJournal(path)
  const facts = newFactStore('yard')
  const deps = { facts, journal, now: () => NOW }
  const pauses = newPauses(deps)
  const limits = accountLimits({ ...deps, pauses, items: [] })
  const end = () => {
    limits.stop()
    pauses.stop()
    journal.close()
  }
  const see = (name: string, change: Partial<FactValue<'lane'>>) => {
    const { kind, key, at, value } = lane(name, change)
    facts.put('lanes', [{ kind, key, at, value }] as Parameters<typeof facts.put>[1])
  }
  const ahead = (skewMs: number) => {
    const { kind, key, at, value } = link({ skewMs })
    facts.put('link', [{ kind, key, at, value }] as Parameters<typeof facts.put>[1])
  }
  const entries = () => journal.list({ kinds: ['intent'], subject: 'pause' })
  return { pauses, limits, see, ahead, entries, end }
}

const QUOTA = { status: 'quota', endedAt: NOW - 1_000, resetAt: NOW + HOUR } as const

describe('an account whose lane hit its limit', () => {
  it('[B15] is paused once, also over a restart of the hub', () => {
    const path = join(scratch(), 'journal.db')
    const first = hubOver(path)
    first.see('works', { status: 'working' })
    expect(first.pauses.inForce()).toEqual([])
    first.see('night', QUOTA)
    first.see('sibling', { ...QUOTA, endedAt: NOW })
    expect(first.pauses.inForce()).toMatchObject([
      { target: { kind: 'account', name: 'codex' }, by: 'hub', until: NOW + HOUR },
    ])
    expect(first.entries()).toHaveLength(1)
    first.end()
    const second = hubOver(path)
    onTestFinished(second.end)
    expect(second.pauses.inForce()).toHaveLength(1)
    second.see('night', QUOTA)
    expect(second.entries()).toHaveLength(1)
  })

  it.each([NOW + HOUR, null])(
    '[B15] is paused once when the lane ends moments after it hit it, until %s',
    resetAt => {
      const hub = hubOver(join(scratch(), 'journal.db'))
      onTestFinished(hub.end)
      hub.see('night', { ...QUOTA, resetAt, endedAt: null, activeAt: NOW - 1_004 })
      hub.see('night', { ...QUOTA, resetAt })
      expect(hub.entries()).toHaveLength(1)
    },
  )

  it('[B15] is paused by our clock, whatever part of a millisecond the host is ahead', () => {
    const hub = hubOver(join(scratch(), 'journal.db'))
    onTestFinished(hub.end)
    hub.ahead(1_500.37)
    hub.see('night', QUOTA)
    expect(hub.pauses.inForce()).toMatchObject([{ until: NOW + HOUR - 1_500 }])
  })

  it('[B15] stays as a person left it: ended by hand, or paused for longer', () => {
    const hub = hubOver(join(scratch(), 'journal.db'))
    onTestFinished(hub.end)
    hub.see('night', QUOTA)
    const target = { kind: 'account', name: 'codex' } as const
    hub.pauses.unpause(target, 'credits were bought', { author: 'robin@yard' })
    hub.see('sibling', { ...QUOTA, endedAt: NOW })
    expect(hub.pauses.inForce()).toEqual([])
    const wish = { target, reason: 'audit', until: null, review: null }
    hub.pauses.pause(wish, { author: 'robin@yard' })
    hub.see('later', { ...QUOTA, resetAt: NOW + 2 * HOUR })
    expect(hub.pauses.inForce()).toMatchObject([{ by: 'robin@yard', until: null }])
  })
})
