import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { seeded } from '../../../src/practice/random.ts'

const draw = (seed: string) => {
  const random = seeded(seed)
  return Array.from({ length: 20 }, () => random.next())
}

it('gives the same numbers for the same seed, and others for another', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(draw(one)).toEqual(draw(one))
      if (one !== other) expect(draw(one)).not.toEqual(draw(other))
    }),
  )
})

it('forks by name alone, whatever was drawn before', () => {
  const used = seeded('s')
  used.next()
  expect(used.fork('lane').next()).toBe(seeded('s').fork('lane').next())
  expect(seeded('s').fork('lane').next()).not.toBe(seeded('s').fork('spine').next())
})

it('keeps whole numbers within their bounds, and reaches both', () => {
  const random = seeded('bounds')
  const drawn = Array.from({ length: 500 }, () => random.int(-2, 2))
  expect(new Set(drawn)).toEqual(new Set([-2, -1, 0, 1, 2]))
})

it('shuffles without losing or adding', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.string(), (list, seed) => {
      const shuffled = seeded(seed).shuffle(list)
      expect(shuffled.sort((a, b) => a - b)).toEqual([...list].sort((a, b) => a - b))
    }),
  )
})

it('picks nothing from nothing aloud', () => {
  expect(() => seeded('s').pick([])).toThrow(RangeError)
})
