import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { collected, parseInstant, wholeNumber } from '../../../src/commands/parse-option.ts'

const NOW = Date.UTC(2026, 10, 21, 12)

describe('parseInstant', () => {
  it.each<[string, -1 | 1, number]>([
    ['2h', -1, NOW - 7_200_000],
    ['2h', 1, NOW + 7_200_000],
    ['1500ms', -1, NOW - 1_500],
    ['2026-11-21T12:00:00Z', -1, NOW],
    ['2026-11-21T13:00:00+01:00', 1, NOW],
    [String(NOW), -1, NOW],
    ['99999d', -1, 0],
  ])('reads %j in direction %i', (text, direction, at) => {
    expect(parseInstant(text, NOW, direction)).toBe(at)
  })

  it.each([
    '',
    'soon',
    '2 h',
    '-5',
    '12',
    '9999999999999999',
    '1969-01-01T00:00:00Z',
    '999999999d',
  ])('refuses %j and says what it takes', text => {
    const direction = text.endsWith('d') ? 1 : -1
    expect(() => parseInstant(text, NOW, direction)).toThrow(InvalidArgumentError)
  })
})

describe('wholeNumber', () => {
  it.each([
    ['1', 1],
    ['0200', 200],
    ['10000', 10_000],
  ])('reads %j', (text, value) => {
    expect(wholeNumber(1, 10_000)(text)).toBe(value)
  })

  it.each(['', '0', '10001', '-1', '1.5', '1e3', '0x10', 'many'])(
    'refuses %j and says the range',
    text => {
      expect(() => wholeNumber(1, 10_000)(text)).toThrow('give a whole number, 1 to 10000')
    },
  )
})

it('collects an option that stands more than once', () => {
  expect(collected('b', collected('a'))).toEqual(['a', 'b'])
})
