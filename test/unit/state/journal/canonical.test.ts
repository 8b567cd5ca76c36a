import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  brokenLink,
  canonicalJson,
  chainHash,
  GENESIS,
} from '../../../../state/journal/canonical.ts'
import type { JournalRow } from '../../../../state/journal-entry.ts'

/** The same value with the names of every object in the opposite order of insertion. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, item]) => [name, turned(item)]),
  )
}

describe('canonical JSON', () => {
  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('does not depend on the order of names', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(canonicalJson(turned(value))).toBe(canonicalJson(value))
      }),
    )
  })

  it('has no blanks and sorts by code unit', () => {
    expect(canonicalJson({ b: [1, { z: null, a: 'ü' }], B: true, 10: 0 })).toBe(
      '{"10":0,"B":true,"b":[1,{"a":"ü","z":null}]}',
    )
  })
})

describe('the chain', () => {
  const entry: Omit<JournalRow, 'hash'> = {
    seq: 1,
    at: 5,
    kind: 'note',
    author: 'a',
    subject: 's',
    text: 't',
    data: { n: 1 },
  }
  const row: JournalRow = { ...entry, hash: chainHash(GENESIS, entry) }

  it('[O03] can be computed by anybody from an exported line', () => {
    const content =
      '{"at":5,"author":"a","data":{"n":1},"kind":"note","seq":1,"subject":"s","text":"t"}'
    const expected = createHash('sha256')
      .update(`${'0'.repeat(64)}\n${content}`)
      .digest('hex')
    expect(row.hash).toBe(expected)
    expect(brokenLink(row, 0, GENESIS)).toBeNull()
  })

  it.each<[string, Partial<JournalRow>]>([
    ['at', { at: 6 }],
    ['kind', { kind: 'answer' }],
    ['author', { author: 'b' }],
    ['subject', { subject: '' }],
    ['text', { text: 't ' }],
    ['data', { data: { n: 2 } }],
    ['hash', { hash: GENESIS }],
  ])('[O03] a changed %s breaks the link', (_name, change) => {
    expect(brokenLink({ ...row, ...change }, 0, GENESIS)).toBe('entry 1 is not what was written')
  })

  it('[O03] a missing entry breaks the link', () => {
    expect(brokenLink({ ...row, seq: 3 }, 1, GENESIS)).toBe('entry 2 is missing: 3 follows 1')
  })
})
