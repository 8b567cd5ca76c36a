import { array, assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandWords, editorOf, pagerOf } from '../../../src/console/command-words.ts'

describe('words of EDITOR and PAGER', () => {
  it('are split at blanks, outside quotes', () => {
    expect(commandWords('code --wait')).toEqual(['code', '--wait'])
    expect(commandWords(` '/opt/my ed' -c "set \\"x\\"" a\\ b `)).toEqual([
      '/opt/my ed',
      '-c',
      'set "x"',
      'a b',
    ])
    expect(commandWords('  ')).toEqual([])
  })

  it('expand nothing', () => {
    expect(commandWords('$HOME/ed `id` $(id) ; touch x')).toEqual([
      '$HOME/ed',
      '`id`',
      '$(id)',
      ';',
      'touch',
      'x',
    ])
  })

  it('come back as they were quoted', () => {
    const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
    const word = string({ unit: 'grapheme', minLength: 1 })
    assert(
      property(array(word), words => {
        expect(commandWords(words.map(quoted).join(' '))).toEqual(words)
      }),
    )
  })

  it('are taken in the order that users know, and an empty one is none', () => {
    expect(editorOf({ VISUAL: 'a', EDITOR: 'b' })).toEqual(['a'])
    expect(editorOf({ VISUAL: ' ', EDITOR: 'b -w' })).toEqual(['b', '-w'])
    expect(editorOf({})).toEqual(['vi'])
    expect(pagerOf({ PAGER: 'more' }, ['delta'])).toEqual(['delta'])
    expect(pagerOf({ PAGER: 'more' }, null)).toEqual(['more'])
    expect(pagerOf({}, null)).toEqual(['less', '-R'])
  })
})
