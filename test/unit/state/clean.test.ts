import { Unicode11Addon } from '@xterm/addon-unicode11'
import type { IUnicodeVersionProvider, Terminal } from '@xterm/headless'
import * as fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { CLEAN_LIMIT, clean } from '../../../state/clean.ts'
import { cut, fit, fitRight, width } from '../../../state/width.ts'

/** Nothing that a terminal acts on, reorders by, or hides. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
const OVERLONG = /\p{M}{3,}/u

/** Pieces that attacks and accidents are made of. */
const PIECES = [
  '\x1b[31m',
  '\x1b]0;title\x07',
  '\x1b]8;;http://a\x1b\\',
  '\x1bP+q\x1b\\',
  '\x1b',
  '\x9b2J',
  '\x9d52;c;aaaa\x9c',
  '\x1b[?1049l',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\ud83d',
  '\udc69',
  '\u{1f469}\u200d\u{1f4bb}',
  '\u{1f1e9}\u{1f1ea}',
  'क्षि',
  '한',
  '\u1112\u1161',
  '漢字',
  'e\u0301\u0301\u0301\u0301',
  '\r\n',
  '\t',
  '\0',
  '\b\b',
  'plain text',
  'é',
  '●',
  '\u{1fae0}',
  'ำ',
]

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 12,
  })
  .map(parts => parts.join(''))

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe('clean', () => {
  it.each([
    ['plain', 'plain'],
    ['\x1b[1;31mred\x1b[0m', 'red'],
    ['\x1b]0;evil\x07after', 'after'],
    ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['a\u202eb\u2066c', 'abc'],
    ['two\nlines\tand', 'two lines and'],
    ['lone \ud83d half', 'lone  half'],
    ['\u{1f469}\u200d\u{1f4bb}', '\u{1f469}\u{1f4bb}'],
    ['\u{1f1e9}\u{1f1ea}', 'DE'],
    ['z\u0335\u0321\u0327\u0322\u031b', 'z\u0335\u0321'],
    ['e\u0301', '\u00e9'],
    ['漢字', '漢字'],
  ])('%j becomes %j', (dirty, tidy) => {
    expect(clean(dirty)).toBe(tidy)
  })

  it('bounds what it works on', () => {
    expect(clean(`\u202e${'x'.repeat(10_000_000)}`).length).toBeLessThan(CLEAN_LIMIT)
  })

  it('leaves clean text as it is', () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(clean(clean(text))).toBe(clean(text))
      }),
      { examples: [['🇩🇪\u001be\u0301\u0301\u0301'], ['e\u094d\u0301']] },
    )
  })

  it('[O04] lets no control, bidi override or overlong mark run through: 1,000,000 inputs', () => {
    const random = mulberry32(20_261_121)
    const pick = (): string =>
      random() < 0.6
        ? (PIECES[Math.floor(random() * PIECES.length)] ?? '')
        : String.fromCharCode(Math.floor(random() * 0x10000))
    for (let round = 0; round < 1_000_000; round++) {
      const dirty = pick() + pick() + pick() + pick()
      const tidy = clean(dirty)
      if (FORBIDDEN.test(tidy) || OVERLONG.test(tidy)) {
        expect.fail(`${JSON.stringify(dirty)} became ${JSON.stringify(tidy)}`)
      }
    }
  }, 60_000)
})

/** The table that xterm.js measures by. */
function unicode11(): IUnicodeVersionProvider {
  const seen: IUnicodeVersionProvider[] = []
  const terminal: Pick<Terminal, 'unicode'> = {
    unicode: {
      register: provider => void seen.push(provider),
      versions: [],
      activeVersion: '11',
    },
  }
  new Unicode11Addon().activate(terminal)
  const [provider] = seen
  if (!provider) throw new Error('the addon registered no table')
  return provider
}

const table = unicode11()
const terminalWidth = (text: string): number =>
  Array.from(text, char => table.wcwidth(char.codePointAt(0) ?? 0)).reduce<number>(
    (a, b) => a + b,
    0,
  )

describe('width', () => {
  it('[O04] every character takes the cells in a terminal that we and Ink count', () => {
    const wrong: string[] = []
    const measured = new Set<string>()
    for (let point = 0x20; point < 0x110000; point++) {
      const tidy = clean(`a${String.fromCodePoint(point)}b`)
      // Three in four are cleaned to the same few texts.
      if (measured.has(tidy)) continue
      measured.add(tidy)
      const counts = [width(tidy), stringWidth(tidy), terminalWidth(tidy)]
      if (new Set(counts).size > 1) wrong.push(`U+${point.toString(16)}: ${counts.join(' ')}`)
    }
    expect(wrong).toEqual([])
  }, 60_000)

  it('agrees with Ink on whole texts', () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(width(clean(text))).toBe(stringWidth(clean(text)))
      }),
      { numRuns: 5_000 },
    )
  })

  it('fits to exactly the columns asked for, wherever it cuts', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom('end' as const, 'middle' as const, 'start' as const),
        (text, columns, where) => {
          expect(width(fit(clean(text), columns, where))).toBe(columns)
          expect(width(fitRight(clean(text), columns, where))).toBe(columns)
        },
      ),
      { numRuns: 3_000 },
    )
  })

  it('cuts names in the middle', () => {
    expect(cut('merge-train-worker-v3', 11, 'middle')).toBe('merge…er-v3')
    expect(cut('merge-train', 5, 'end')).toBe('merg…')
    expect(cut('merge-train', 5, 'start')).toBe('…rain')
    expect(cut('漢字漢字', 5, 'end')).toBe('漢字…')
  })
})
