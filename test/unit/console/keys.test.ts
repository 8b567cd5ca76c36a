import type { Key } from 'ink'
import { describe, expect, it } from 'vitest'
import { keysOf } from '../../../src/console/keys.ts'

const NONE: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
}
const names = (input: string, key: Partial<Key> = {}): string[] =>
  keysOf(input, { ...NONE, ...key }).map(({ name }) => name)

describe('keys of one piece of input', () => {
  it.each([
    ['jjj', {}, ['j', 'j', 'j']],
    ['hi\r', {}, ['h', 'i', 'enter']],
    ['a b', {}, ['a', 'space', 'b']],
    ['\u0004\u0004', {}, ['C-d', 'C-d']],
    ['x\u007f\t\u001b', {}, ['x', 'backspace', 'tab', 'esc']],
    ['d', { ctrl: true }, ['C-d']],
    ['', { tab: true, shift: true }, ['S-tab']],
    ['', { upArrow: true }, ['up']],
    ['', { return: true }, ['enter']],
    ['x', { meta: true }, ['M-x']],
    ['漢', {}, ['漢']],
  ] as const)('%j %j is %j', (input, key, keys) => {
    expect(names(input, key)).toEqual(keys)
  })

  it('only printable keys type something', () => {
    expect(keysOf('a\r ', NONE).map(({ text }) => text)).toEqual(['a', '', ' '])
  })
})
