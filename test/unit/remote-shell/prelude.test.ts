import { array, assert, integer, property } from 'fast-check'
import { expect, it } from 'vitest'
import { newPrelude, type Said } from '../../../adapters/prelude.ts'

const TOKEN = '0123456789abcdef'

/** Feeds a text in pieces cut at the given places. */
function hear(text: string, cuts: number[] = []) {
  const bytes = Buffer.from(text)
  const prelude = newPrelude(TOKEN)
  const said: Said[] = []
  const rest: Buffer[] = []
  let from = 0
  for (const to of [
    ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]) {
    const heard = prelude.push(bytes.subarray(from, to))
    said.push(...heard.said)
    rest.push(heard.rest)
    from = to
  }
  return { said, rest: Buffer.concat(rest).toString(), gone: prelude.gone }
}

const TEXT = `motd ü\nno newline${TOKEN} waiting 12 99 a label\n${TOKEN} go\n${TOKEN} go is the command's now\nend`

it('separates the guard from everybody else, however the bytes are cut', () => {
  assert(
    property(array(integer({ min: 0, max: 1_000 }), { maxLength: 8 }), cuts => {
      expect(hear(TEXT, cuts)).toEqual({
        said: [
          { word: 'waiting', text: '12 99 a label' },
          { word: 'go', text: '' },
        ],
        rest: `motd ü\nno newline${TOKEN} go is the command's now\nend`,
        gone: true,
      })
    }),
  )
})

it('holds back no more than could be the beginning of a token', () => {
  const prelude = newPrelude(TOKEN)
  const { rest } = prelude.push(Buffer.alloc(1_000_000, 'x'))
  expect(1_000_000 - rest.length).toBeLessThan(TOKEN.length)
})

it('does not wait for ever for the end of a line', () => {
  expect(hear(`${TOKEN} fault ${'x'.repeat(50_000)}`).said[0]?.word).toBe('fault')
})
