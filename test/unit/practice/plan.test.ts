import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { importStream } from '../../../src/practice/history/fast-import.ts'
import { planRepositories } from '../../../src/practice/history/plan.ts'
import { seeded } from '../../../src/practice/random.ts'

const plan = (seed: string) => planRepositories(seeded(seed))

it('draws the same history from the same seed', () => {
  expect(plan('1')).toEqual(plan('1'))
  expect(plan('2')).not.toEqual(plan('1'))
})

it('holds for every seed: parents come first, ages fall as numbers rise, all characters are there', () => {
  fc.assert(
    fc.property(fc.string(), seed => {
      for (const { commits, pulls, landings } of plan(seed)) {
        for (const { mark, parents } of commits) {
          expect(parents.every(parent => parent < mark)).toBe(true)
        }
        const ages = [
          ...pulls.map(({ number, ageMs }) => ({ number, ageMs })),
          ...landings.map(({ number, ageMs, openMs }) => ({ number, ageMs: ageMs + openMs })),
        ].sort((a, b) => a.number - b.number)
        expect(ages.map(({ ageMs }) => ageMs)).toEqual(
          ages.map(({ ageMs }) => ageMs).sort((a, b) => b - a),
        )
        expect(landings.every(({ openMs }) => openMs > 0)).toBe(true)
        expect(pulls.every(({ idleMs, ageMs }) => idleMs <= ageMs)).toBe(true)
      }
      const characters = plan(seed).flatMap(({ pulls }) => pulls.map(({ character }) => character))
      expect(new Set(characters)).toEqual(
        new Set(['clean', 'dirty', 'clashing', 'red', 'pending', 'behind', 'draft', 'unreviewed']),
      )
    }),
    { numRuns: 30 },
  )
})

it('counts bytes, not characters, in what it hands to git', () => {
  const commit = {
    mark: 1,
    branch: 'main',
    parents: [],
    author: 'odile',
    at: 0,
    message: 'é',
    changes: [],
  }
  expect(importStream([commit])).toContain('data 2\né\n')
})
