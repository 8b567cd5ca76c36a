import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimsIn } from '../../../src/lanes/claims.ts'

const told = (text: string) =>
  claimsIn(text, 'message').map(({ check, subject }) => `${check} ${subject}`)

describe('claims in a text', () => {
  it.each([
    ['Committed abc1234.', ['commit abc1234']],
    ['HEAD is now at `1a2b3c4d`', ['commit 1a2b3c4d']],
    [`Commits: ${'9'.repeat(40)}`, [`commit ${'9'.repeat(40)}`]],
    [
      'I committed `deadbee1` and pushed it to origin/lane/fix.',
      ['commit deadbee1', 'push lane/fix'],
    ],
    ['Pushed branch `lane/x`. All tests pass.', ['push lane/x', 'none tests pass']],
    ['Pushed.', ['push ']],
    ['Opened PR #13, see https://x.test/a/b/pull/12', ['pr 13', 'pr 12']],
    ['Wrote out/REPORT.md', ['report out/REPORT.md']],
  ])('[B04] %s', (text, claims) => {
    expect(told(text)).toEqual(claims)
  })

  it.each([
    'Not pushed.',
    'I have not committed abc1234, and the tests do not pass.',
    'I will push it once tests pass.',
    "It wasn't pushed.",
    'To be pushed by the lead.',
    'Committed 20261121 rows; a defaced commit.',
    'Nothing was pushed',
  ])('[B04] are none in what is denied, planned or something else: %s', text => {
    expect(told(text)).toEqual([])
  })

  it('[B04] are bounded, each subject once, and found in time that follows the text', () => {
    expect(told('Pushed. Pushed. Committed abc1234, committed abc1234.')).toEqual([
      'commit abc1234',
      'push ',
    ])
    const many = Array.from({ length: 50 }, (_, index) => `PR #${index + 1}`).join('\n')
    expect(told(many)).toHaveLength(12)
    const started = performance.now()
    for (const part of ['committed ', 'wrote a/', 'pushed ', 'tests ', 'PR ', 'a'])
      told(part.repeat(9_000))
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('[B04] are short whatever an agent wrote', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000, unit: 'binary' }), text => {
        const claims = claimsIn(`${text} committed abc1234 ${text}`, 'report')
        expect(JSON.stringify(claims).length).toBeLessThan(12 * 4_000)
      }),
    )
  })
})
