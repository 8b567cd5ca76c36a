import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeJson, jsonLine, printable, redactShown } from '../../../state/printable.ts'

const TOKEN = `ghp_${'a1B2'.repeat(9)}`
const UNITS = fc.string({ unit: 'binary', maxLength: 60 })

describe('what may be printed', () => {
  it('[O04] holds no control but the ends of lines, whatever comes', () => {
    fc.assert(
      fc.property(UNITS, text => {
        expect(printable(text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }),
    )
    expect(printable('one\u001b[2J\r\ntwo\u009b31m\u202e')).toBe('one \ntwo')
  })

  it('[O06] holds no secret, of one line or of many, in the open or behind escapes', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'c2VjcmV0'.repeat(8)}\n-----END PRIVATE KEY-----`
    for (const text of [TOKEN, `${TOKEN.slice(0, 9)}\u001b[01;31m\u200b${TOKEN.slice(9)}`, key]) {
      expect(printable(`a ${text} b`)).toBe('a [redacted] b')
      expect(redactShown(`a ${text} b`)).toBe('a [redacted] b')
    }
  })

  it('[O06] leaves what hides no secret as it came, for those who read the value', () => {
    for (const text of ['/srv/a\nb.jsonl', '\u001b[31mred\u001b[0m', 'plain']) {
      expect(redactShown(text)).toBe(text)
    }
  })
})

describe('JSON that is printed', () => {
  it('[O04] says the same with nothing in it that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.dictionary(UNITS, UNITS), value => {
        const line = jsonLine(value)
        expect(JSON.parse(line)).toEqual(value)
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
    expect(escapeJson('"\u009b\u{e0041}"\n')).toBe('"\\u009b\\udb40\\udc41"\n')
  })
})
