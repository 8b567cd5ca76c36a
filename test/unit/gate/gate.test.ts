import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeGate } from '../../../src/engine/gate/gate.ts'
import type { GateInput } from '../../../src/engine/gate/input.ts'
import { type GateOverrides, policyOf } from '../../../state/gate-policy.ts'

const NOW = 1_800_000_000_000
const HOUR = 3_600_000

const good = (policy: GateOverrides = {}): GateInput => ({
  repo: 'acme/app',
  head: 'abcdef0123',
  author: 'codex-bot',
  isDraft: false,
  allowed: ['acme/app'],
  policy: policyOf({
    paths: ['docs/**', '*.md'],
    engines: { 'codex-bot': 'codex', 'codex-two': 'codex', 'claude-bot': 'claude' },
    bots: ['rabbit'],
    ...policy,
  }),
  policyFault: null,
  checks: [{ name: 'unit', state: 'passed', at: NOW - HOUR, commit: 'abcdef0123' }],
  reviews: [{ by: 'claude-bot', state: 'approved', commit: 'abcdef0123' }],
  paths: ['docs/a/b.md', 'README.md'],
  lines: 20,
  conflicts: [],
  marked: [],
  compaction: 'missing',
  isOptedIn: true,
  now: NOW,
})

const held = (change: Partial<GateInput>, policy: GateOverrides = {}) =>
  judgeGate({ ...good(policy), ...change }).held

describe('the gate', () => {
  it('lets through what passes every signal, each with its datum', () => {
    const { mayLand, held: why, signals } = judgeGate(good())
    expect({ mayLand, why }).toEqual({ mayLand: true, why: null })
    expect(signals.map(({ name, verdict, datum }) => `${name} ${verdict}: ${datum}`)).toEqual([
      'allowlist pass: acme/app is on the list',
      'conflicts pass: merges with the branch',
      'checks pass: 1 check green',
      'bots pass: none has spoken',
      'review pass: approved by claude-bot (claude), author codex-bot (codex)',
      'paths pass: 2 files, all of allowed kinds',
      'size pass: 20 lines in 2 files',
      'compaction pass: the repository has no phases',
      'soak pass: opted in',
    ])
  })

  it('[L07] holds a repository that is not listed, and names the one file outside the globs', () => {
    expect(held({ allowed: [] })).toBe(
      'allowlist: acme/app is not on the list of repositories that may land',
    )
    expect(held({ paths: ['README.md', 'docs/a.md', 'src/x.ts'] })).toBe(
      'paths: not allowed: src/x.ts',
    )
    expect(held({}, { paths: [] })).toBe('paths: not allowed: docs/a/b.md, README.md')
  })

  it('[F06] holds on what is missing, old or unreadable, and names it', () => {
    const at = NOW - 25 * HOUR
    const old = [{ name: 'unit', state: 'passed' as const, at, commit: 'abcdef0123' }]
    expect(held({ checks: null })).toBe('checks: the checks cannot be read')
    expect(held({ checks: [] })).toBe('checks: no check ran on abcdef01')
    expect(held({ checks: old })).toBe('checks: green 25 h ago, believed for 24 h')
    const ahead = [{ ...old[0], at: NOW + HOUR }] as typeof old
    expect(held({ checks: ahead })).toBe(
      'checks: a check ended at 2027-01-15T09:00:00.000Z, which is yet to come',
    )
    expect(held({}, { checks: ['unit', 'e2e'] })).toBe('checks: no e2e on abcdef01')
    expect(held({ reviews: null })).toBe('bots: the reviews cannot be read')
    expect(held({ paths: null })).toBe('paths: its files cannot be read')
    expect(held({ lines: null })).toBe('size: its size cannot be read')
    expect(held({ conflicts: null })).toBe('conflicts: the mirror could not merge it')
  })

  it('[F03] holds what leaves markers of a conflict, though it merges', () => {
    expect(held({ marked: ['docs/a.md'] })).toBe(
      'conflicts: markers of a conflict left in docs/a.md',
    )
  })

  it('[F04] holds what is red or not done, and counts checks of another head for nothing', () => {
    const check = { name: 'unit', at: NOW, commit: 'abcdef0123' }
    expect(held({ checks: [{ ...check, state: 'failed' }] })).toBe('checks: red: unit')
    expect(held({ checks: [{ ...check, state: 'pending', at: null }] })).toBe(
      'checks: not done: unit',
    )
    expect(held({ checks: [{ ...check, state: 'passed', commit: 'other' }] })).toBe(
      'checks: no check ran on abcdef01',
    )
  })

  it('[B13] takes no review by the author’s own engine, and shows both engines', () => {
    const commit = 'abcdef0123'
    expect(held({ reviews: [{ by: 'codex-two', state: 'approved', commit }] })).toBe(
      "review: approved by the author's own engine alone: codex-two (codex), author codex-bot (codex)",
    )
    expect(held({ reviews: [{ by: 'codex-bot', state: 'approved', commit }] })).toBe(
      'review: nobody has approved this head, author codex-bot (codex)',
    )
    expect(held({ reviews: [{ by: 'mia', state: 'approved', commit }] })).toBeNull()
    expect(held({ reviews: [{ by: 'mia', state: 'approved', commit: 'older' }] })).toBe(
      'review: nobody has approved this head, author codex-bot (codex)',
    )
  })

  it('[L06] holds while a review bot that spoke is not clean', () => {
    const approval = { by: 'mia', state: 'approved' as const, commit: 'abcdef0123' }
    const bot = { by: 'rabbit', commit: 'abcdef0123' }
    const reviews = [approval, { ...bot, state: 'changes-requested' as const }]
    expect(held({ reviews })).toBe('bots: asks for changes: rabbit')
    expect(held({ reviews: [...reviews, { ...bot, state: 'commented' as const }] })).toBeNull()
  })

  it('holds a draft, whatever else passes', () => {
    expect(held({ isDraft: true })).toBe('review: it is a draft')
    expect(held({ isDraft: true }, { review: 'none' })).toBe('review: it is a draft')
  })

  it('[L08] holds until the operator opted in, and counts what would have landed', () => {
    const verdict = judgeGate({ ...good(), isOptedIn: false })
    expect(verdict).toMatchObject({ mayLand: false, wouldLand: true })
    expect(judgeGate({ ...good(), isOptedIn: false, lines: 10_000 }).wouldLand).toBe(false)
  })

  it('[F06] never lets through with any one datum taken away', () => {
    const taken = fc.constantFrom<Partial<GateInput>>(
      { checks: null },
      { reviews: null },
      { paths: null },
      { lines: null },
      { conflicts: null },
      { allowed: [] },
      { policyFault: '.dockmaster.toml is broken' },
      { isOptedIn: false },
      { head: 'moved' },
    )
    fc.assert(
      fc.property(fc.array(taken, { minLength: 1 }), changes => {
        expect(judgeGate(Object.assign(good(), ...changes)).mayLand).toBe(false)
      }),
    )
  })
})
