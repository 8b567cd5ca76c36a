/**
 * From what a terminal sends to single keys. The one place where input is split: `jjjjj` or
 * `hi\r` may come in one piece when keys are pressed faster than they are read.
 */
import type { Key } from 'ink'

export interface KeyPress {
  /** `j`, `G`, `C-d`, `enter`, `S-tab`, `space`. */
  readonly name: string
  /** What it types; empty when it types nothing. */
  readonly text: string
}

const named = (name: string): KeyPress => ({ name, text: '' })

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u001b': 'esc',
  '\u007f': 'backspace',
  '\b': 'backspace',
}

function ofChar(char: string): KeyPress {
  const control = CONTROLS[char]
  if (control) return named(control)
  if (char < ' ') return named(`C-${String.fromCharCode(char.charCodeAt(0) + 96)}`)
  return { name: char === ' ' ? 'space' : char, text: char }
}

const SPECIAL: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
]

/** The keys in one piece of input as Ink hands it over. */
export function keysOf(input: string, key: Key): readonly KeyPress[] {
  if (key.tab) return [named(key.shift ? 'S-tab' : 'tab')]
  const special = SPECIAL.find(([flag]) => key[flag] === true)
  if (special) return [named(special[1])]
  if (key.ctrl) return [named(`C-${input}`)]
  if (key.meta) return [named(`M-${input}`)]
  return Array.from(input, ofChar)
}
