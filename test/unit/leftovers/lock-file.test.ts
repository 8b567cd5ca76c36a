/** Names of lock files, and which of them nobody needs any more. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inodesIn } from '../../../adapters/locks/held.ts'
import { FRESH_MS, judgeLock } from '../../../src/policy/lock-file.ts'
import { globOf, LockPattern, lockOf, PULL_STATES, repoOf } from '../../../state/lock-file.ts'

const PATTERN = '/srv/factory/.botfix-{repo}-{pull}.lock'
const DAY = 86_400_000

describe('a name of lock files', () => {
  it('[B18] finds them by glob, and tells repository and pull request', () => {
    expect(globOf(PATTERN)).toBe('/srv/factory/.botfix-*-*.lock')
    expect(lockOf(PATTERN, '/srv/factory/.botfix-acme-app-12.lock')).toEqual({
      named: 'acme-app',
      number: 12,
    })
  })

  it.each([
    '/srv/factory/.botfix-app.lock',
    '/srv/factory/.botfix-app-x.lock',
    '/srv/factory/.botfix-app-0.lock',
    '/srv/factory/.botfix-app-12.lock.bak',
    '/srv/factory/.botfix-a b-12.lock',
  ])('[B18] is not that of %s', path => {
    expect(lockOf(PATTERN, path)).toBeNull()
  })

  it('takes whatever stands in it as it is written', () => {
    expect(lockOf('/a/x+({repo})_{pull}', '/a/x+(app)_7')).toEqual({ named: 'app', number: 7 })
  })

  it.each(['/a/{repo}.lock', '/a/{pull}.lock', '/{repo}/{pull}', '/a/*{repo}-{pull}', ''])(
    'is refused as %j',
    text => {
      expect(LockPattern.safeParse(text).success).toBe(false)
    },
  )

  it('[B18] means the one repository that goes by it', () => {
    const repos = ['acme/app', 'acme/web', 'other/web']
    expect(repoOf('app', repos)).toBe('acme/app')
    expect(repoOf('Acme-App', repos)).toBe('acme/app')
    expect(repoOf('web', repos)).toBeNull()
    expect(repoOf('acme-web', repos)).toBe('acme/web')
    expect(repoOf('none', repos)).toBeNull()
  })
})

describe('a lock file', () => {
  const asked = fc.record({
    isHeld: fc.constantFrom(true, false, null),
    pull: fc.constantFrom(...PULL_STATES),
    old: fc.integer({ min: -DAY, max: 40 * DAY }),
    maxAgeMs: fc.integer({ min: FRESH_MS, max: 20 * DAY }),
  })

  it('[B18] is left over only when nobody holds it, it is not fresh, and it is settled or too old', () => {
    fc.assert(
      fc.property(asked, ({ isHeld, pull, old, maxAgeMs }) => {
        const now = 100 * DAY
        const lock = { number: 12, madeAt: now - old, isHeld }
        const { leftover, kept } = judgeLock({ lock, pull, maxAgeMs, now })
        const isSettled = pull === 'merged' || pull === 'closed'
        const may = isHeld === false && old >= FRESH_MS && (isSettled || old > maxAgeMs)
        expect(leftover !== null).toBe(may)
        expect(kept === null).toBe(may)
      }),
    )
  })
})

it("[B18] the kernel's list of locks tells the inodes that are held", () => {
  const text = [
    '1: FLOCK  ADVISORY  WRITE 4711 08:01:131083 0 EOF',
    '1: -> FLOCK  ADVISORY  WRITE 4712 08:01:131083 0 EOF',
    '2: POSIX  ADVISORY  READ 99 00:2f:77 128 128',
    'what is no lock',
    '',
  ].join('\n')
  expect([...inodesIn(text)]).toEqual(['131083', '77'])
})
