import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClaimFact } from '../../../state/claim.ts'
import { claimKey } from '../../../state/claim.ts'
import type { Fact, FactValue } from '../../../state/facts.ts'
import { EMPTY_WORLD, reduce, worldOf } from '../../../state/reduce.ts'
import { claimsOf } from '../../../state/select/claims.ts'
import { laneRow } from '../../../state/select/lane.ts'
import { isNoOp } from '../../../state/select/risk.ts'
import { shippedOf } from '../../../state/shipped.ts'
import type { World } from '../../../state/world.ts'
import { fact, landing, lane, NOW, pr } from '../../terminal/parts/facts.ts'

const SHA = 'c'.repeat(40)
const END = NOW - 1_000

const ended = (change: Partial<FactValue<'lane'>> = {}): Fact =>
  lane('night', {
    status: 'ended',
    result: 'pushed',
    endedAt: END,
    evidence: [
      { kind: 'commit', ref: SHA, at: END },
      { kind: 'push', ref: 'origin/lane/night', at: null },
    ],
    ...change,
  })

const claim = (change: Partial<ClaimFact> = {}): Fact => {
  const value: ClaimFact = {
    lane: 'night',
    origin: 'message',
    text: 'Committed 0badc0de1.',
    check: 'commit',
    subject: '0badc0de1',
    state: 'refuted',
    output: 'there is no commit 0badc0de1',
    madeAt: END,
    checkedAt: NOW,
    ...change,
  }
  return fact('claim', claimKey(value), value)
}

const valueOf = (world: World) => {
  const seen = world.lane.get('night')
  if (!seen) throw new Error('the lane is gone')
  return seen.value
}
const resultOf = (...facts: Fact[]) => valueOf(worldOf(facts)).result
const landed = (change: Partial<FactValue<'landing'>>): Fact => {
  const { value, key } = landing(7, 1)
  return fact('landing', key, { ...(value as FactValue<'landing'>), headSha: SHA, ...change })
}

describe('a lane beside pull requests', () => {
  it('[F11] is in review by its commit, queued by its place, landed only as it was tested', () => {
    expect(resultOf(ended(), pr(7, 'x', { headSha: SHA }))).toBe('in-review')
    expect(resultOf(ended({ result: 'local' }), pr(7, 'x', { headSha: SHA }))).toBe('in-review')
    expect(resultOf(ended(), pr(7, 'x', { headSha: SHA, queuePosition: 2 }))).toBe('queued')
    expect(resultOf(ended(), landed({ tested: true }))).toBe('landed')
    for (const tested of [false, null]) {
      const { result, why } = valueOf(worldOf([ended(), landed({ tested })]))
      expect(result).toBe('pushed')
      expect(why.at(-1)).toMatch(/is merged as .*, but .*tested/)
    }
  })

  it('[C04] [F11] has landed only while git finds its SHA on the branch, whoever tested it', () => {
    const { repo, number, sha } = landing(7, 1).value as FactValue<'landing'>
    const arrival = (change: Partial<FactValue<'arrival'>>) => {
      const value = { repo, number, sha, isOnBranch: true, isTested: false, ...change }
      return fact('arrival', `${repo}#${number}`, value)
    }
    expect(resultOf(ended(), landed({ tested: true }), arrival({}))).toBe('landed')
    // GitHub saw no check of it; our line had tested the very tree.
    expect(resultOf(ended(), landed({ tested: null }), arrival({ isTested: true }))).toBe('landed')
    expect(resultOf(ended(), landed({ tested: null }), arrival({}))).toBe('pushed')
    const gone = arrival({ isOnBranch: false, isTested: true })
    const world = worldOf([ended(), landed({ tested: true }), gone])
    const value = valueOf(world)
    expect(value.result).toBe('pushed')
    expect(value.why.at(-1)).toContain('the branch does not hold that any more')
    expect(shippedOf(world, value)).toEqual({ state: 'recoverable', pr: `${repo}#7`, sha })
    // Of another merge of that number it says nothing.
    const other = arrival({ sha: 'f'.repeat(40), isOnBranch: false })
    expect(resultOf(ended(), landed({ tested: true }), other)).toBe('landed')
  })

  it('[C04] [F11] is recoverable by what it left, until that has landed', () => {
    const shipped = (...facts: Fact[]) => {
      const world = worldOf(facts)
      return shippedOf(world, valueOf(world))
    }
    const none = { pr: null, sha: null }
    expect(shipped(ended())).toEqual({ state: 'recoverable', ...none })
    expect(shipped(ended({ result: 'failed' }))).toEqual({ state: 'recoverable', ...none })
    expect(shipped(ended({ evidence: [] }))).toBeNull()
    expect(shipped(ended({ status: 'working' }))).toBeNull()
    const open = pr(7, 'x', { headSha: SHA })
    expect(shipped(ended(), open)).toEqual({ state: 'recoverable', pr: open.key, sha: null })
    const there = landed({ tested: true })
    const { sha } = there.value as FactValue<'landing'>
    expect(shipped(ended(), there)).toEqual({ state: 'landed', pr: there.key, sha })
  })

  it('is in review by its branch too, when one pull request alone has that name', () => {
    const mine = pr(7, 'x', { branch: 'lane/night' })
    const theirs = pr(8, 'y', { branch: 'lane/night' })
    expect(resultOf(ended(), mine)).toBe('in-review')
    expect(resultOf(ended(), mine, theirs)).toBe('pushed')
    expect(resultOf(ended(), pr(9, 'z', { branch: 'lane/other' }))).toBe('pushed')
  })

  it('is what it was once the pull request is gone', () => {
    const open = pr(7, 'x', { headSha: SHA })
    const world = worldOf([ended(), open])
    const after = reduce(world, [fact('pr', open.key, null)])
    expect(after.lane.get('night')).toBe(after.toldLane.get('night'))
    expect(valueOf(after)).toMatchObject({ result: 'pushed', why: [] })
  })

  it('is the same object until something of it changes', () => {
    const world = worldOf([ended(), claim(), pr(7, 'x', { headSha: SHA }), lane('other')])
    const next = reduce(world, [pr(9, 'z', { branch: 'elsewhere' })])
    expect(next.lane).toBe(world.lane)
    const grown = reduce(world, [lane('other', { tokens: 9 })])
    expect(grown.lane.get('night')).toBe(world.lane.get('night'))
  })
})

describe('a lane beside its claims', () => {
  it('[B04] is refuted by one that is, with what the check found', () => {
    for (const result of ['none', 'claimed', 'local', 'pushed'] as const) {
      const value = valueOf(worldOf([ended({ result }), claim()]))
      expect(value.result).toBe('refuted')
      expect(laneRow(value).fact).toContain('there is no commit 0badc0de1')
    }
    expect(resultOf(ended(), claim(), pr(7, 'x', { headSha: SHA }))).toBe('refuted')
    for (const result of ['failed', 'crashed', 'interrupted'] as const) {
      expect(resultOf(ended({ result }), claim())).toBe(result)
    }
    expect(resultOf(ended(), claim(), landed({ tested: true }))).toBe('landed')
  })

  it('[B10] is a no-op still, when all that it left is a claim that is refuted', () => {
    const value = valueOf(worldOf([ended({ result: 'none', evidence: [], tokens: 9 }), claim()]))
    expect(value.result).toBe('refuted')
    expect(isNoOp(value, END - 1)).toBe(true)
    expect(isNoOp(valueOf(worldOf([ended({ tokens: 9 }), claim()])), END - 1)).toBe(false)
  })

  it('[B04] is not judged by claims of an earlier end, nor while it runs', () => {
    expect(resultOf(ended(), claim({ madeAt: END - 1 }))).toBe('pushed')
    expect(resultOf(ended({ status: 'working', result: 'none' }), claim())).toBe('none')
  })

  it('[B04] tells on its row how many nobody has checked', () => {
    const open = claim({
      check: 'command',
      subject: 'npm test',
      text: 'npm test',
      state: 'unverified',
      output: null,
    })
    const report = { path: '/srv/REPORT.md', state: 'absent' } as const
    const { fact: told } = laneRow(valueOf(worldOf([ended({ report }), open])))
    expect(told).toBe('origin/lane/night · no report · claims: 1 unverified')
  })

  it('settles a claim of a pull request by those that are seen, and never refutes it', () => {
    const said = claim({
      check: 'pr',
      subject: '7',
      text: 'Opened PR #7.',
      state: 'unverified',
      output: null,
    })
    const stateIn = (...facts: Fact[]) => {
      const world = worldOf([ended(), said, ...facts])
      const seen = world.lane.get('night')
      return seen && claimsOf(world, seen)[0]?.state
    }
    expect(stateIn()).toBe('unverified')
    expect(stateIn(pr(7, 'x'))).toBe('verified')
    expect(stateIn(landed({}))).toBe('verified')
    const namesake = fact('pr', 'yard/crane#7', {
      ...(pr(7, 'x').value as FactValue<'pr'>),
      repo: 'yard/crane',
    })
    expect(stateIn(pr(7, 'x'), namesake)).toBe('unverified')
  })
})

describe('the join', () => {
  it('comes to the same in whatever order and pieces its facts come', () => {
    const facts: Fact[] = [
      ended(),
      claim({ state: 'verified' }),
      claim({ check: 'push', subject: '', text: 'Pushed.' }),
      pr(7, 'x', { headSha: SHA }),
      landed({ tested: true }),
      lane('other', {
        status: 'ended',
        result: 'local',
        endedAt: END,
        evidence: [{ kind: 'commit', ref: SHA, at: END }],
      }),
    ]
    const whole = worldOf(facts)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(facts, { minLength: facts.length }),
        fc.array(fc.nat(5), { maxLength: 4 }),
        (shuffled, cuts) => {
          const bounds = [0, ...cuts.toSorted((a, b) => a - b), shuffled.length]
          const world = bounds
            .slice(1)
            .reduce(
              (seen, to, index) => reduce(seen, shuffled.slice(bounds[index], to)),
              EMPTY_WORLD,
            )
          // Maps are compared as sets of pairs: order is no part of it.
          expect(world.lane).toEqual(whole.lane)
        },
      ),
    )
  })
})
