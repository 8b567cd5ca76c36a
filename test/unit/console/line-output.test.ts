import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import Output from '../../../node_modules/ink/build/output.js'
import LineOutput from '../../../src/console/line-output.ts'
import { paint, type Span } from '../../../views/parts/theme.ts'

const SIZE = { width: 40, height: 6 }
const TONES = ['plain', 'bad', 'wait', 'good', 'dim', 'accent'] as const

interface Write {
  readonly x: number
  readonly y: number
  readonly text: string
}

const span: fc.Arbitrary<Span> = fc.record({
  text: fc.string({ unit: fc.constantFrom('a', ' ', '│', '…', '界', '▲'), maxLength: 6 }),
  tone: fc.constantFrom(...TONES),
  strong: fc.boolean(),
})
const line = fc
  .tuple(fc.array(span, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([spans, selected]) => paint(spans, { colour: true, ascii: false }, selected))

function drawn(kind: typeof Output, writes: readonly Write[], clip = false) {
  const output = new kind(SIZE)
  if (clip) output.clip({ x1: 0, x2: 5, y1: 0, y2: 2 })
  for (const { x, y, text } of writes) output.write(x, y, text, { transformers: [] })
  if (clip) output.unclip()
  return output.get()
}

/** What Ink makes of lines that stand below one another: one spelling for each look. */
const asInkSpells = (text: string) =>
  drawn(
    Output,
    text.split('\n').map((row, y) => ({ x: 0, y, text: row })),
  )

describe('a frame of whole lines', () => {
  it('[P02] looks as Ink draws it', () => {
    const rows = fc.array(line, { maxLength: SIZE.height })
    fc.assert(
      fc.property(rows, texts => {
        const writes = texts.map((text, y) => ({ x: 0, y, text }))
        const ours = drawn(LineOutput, writes)
        expect(ours.height).toBe(SIZE.height)
        expect(asInkSpells(ours.output)).toEqual(drawn(Output, writes))
      }),
    )
  })

  it('applies what Ink does to a text', () => {
    const output = new LineOutput(SIZE)
    output.write(0, 0, 'ink', { transformers: [text => `${text}!`, text => `<${text}>`] })
    expect(output.get().output.split('\n')[0]).toBe('<ink!>')
  })
})

describe('any other frame', () => {
  it.each<[string, readonly Write[]]>([
    [
      'a text beside another',
      [
        { x: 0, y: 0, text: 'left' },
        { x: 9, y: 0, text: 'right' },
      ],
    ],
    [
      'a text over another',
      [
        { x: 0, y: 1, text: 'below' },
        { x: 0, y: 1, text: 'top' },
      ],
    ],
    ['a text of many lines', [{ x: 0, y: 1, text: 'one\ntwo' }]],
  ])('%s is drawn by Ink', (_, writes) => {
    expect(drawn(LineOutput, writes)).toEqual(drawn(Output, writes))
  })

  it('what is clipped is drawn by Ink', () => {
    const writes = [{ x: 0, y: 0, text: 'longer than the clip' }]
    expect(drawn(LineOutput, writes, true)).toEqual(drawn(Output, writes, true))
    expect(drawn(LineOutput, writes, true).output).toMatch(/^longe\n/)
  })
})
