import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newBackends } from '../../../src/hub/dock/backends.ts'
import { judgeSwitch, switchNumbers } from '../../../src/policy/pull.ts'
import { DockRepo } from '../../../state/config.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { scratch } from '../../setup/scratch.ts'

const LIMITS = { openPrs: 10, inReview: 10 }
const BY = { user: 'robin', host: 'yard', pid: 9, tty: '/dev/pts/1', parents: [] }
const count = fc.option(fc.integer({ min: 0, max: 30 }))

describe('the switch to GitHub’s queue', () => {
  it('[F08] stays off until both numbers are known and low, and shows both', () => {
    fc.assert(
      fc.property(count, count, (openPrs, inReview) => {
        const counts = { openPrs, inReview }
        const isLow = openPrs !== null && openPrs < 10 && inReview !== null && inReview < 10
        const problems = judgeSwitch('native', counts, LIMITS)
        expect(problems.length === 0).toBe(isLow)
        expect(switchNumbers(counts, LIMITS)).toContain(`in review ${inReview ?? '?'}`)
        expect(switchNumbers(counts, LIMITS)).toContain(`open pull requests ${openPrs ?? '?'}`)
        expect(judgeSwitch('train', counts, LIMITS)).toEqual([])
      }),
    )
  })

  it('[F08] [O10] is refused over a full dock, to a process, and where the config only looks', () => {
    const journal = openJournal(`${scratch()}/journal.db`)
    const counts = { openPrs: 30, inReview: 56 }
    const repos = [
      DockRepo.parse({ repo: 'acme/app', backend: 'train' }),
      DockRepo.parse({ repo: 'acme/old' }),
    ]
    const backends = newBackends({
      repos,
      limits: LIMITS,
      journal,
      counts: () => counts,
      now: Date.now,
    })
    const asked = { repo: 'acme/app', to: 'native' as const, isDryRun: false, by: BY }
    expect(backends.switch(asked)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/in review 56, must be below 10; open pull requests 30/),
    })
    Object.assign(counts, { openPrs: 3, inReview: 2 })
    expect(backends.switch({ ...asked, by: { ...BY, tty: null } })).toMatchObject({
      message: expect.stringMatching(/person at a terminal/),
    })
    expect(backends.switch({ ...asked, isDryRun: true })).toMatchObject({ kind: 'plan' })
    expect(backends.of('acme/app')).toBe('train')
    expect(backends.switch({ ...asked, repo: 'acme/old' })).toMatchObject({
      message: expect.stringMatching(/only looks/),
    })
    expect(backends.switch(asked)).toMatchObject({ kind: 'done' })
    expect(backends.of('acme/app')).toBe('native')
    journal.close()
  })
})
