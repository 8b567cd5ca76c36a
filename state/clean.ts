/**
 * The one place where text from outside is cleaned. What leaves it holds no control byte, no
 * escape sequence, nothing invisible, nothing that reorders the line, and only characters of
 * which terminals agree how many cells they take. One line in, one line out.
 */

/** Longer texts are cut before any work is spent on them. */
export const CLEAN_LIMIT = 8_192

const PLAIN = /^[\x20-\x7e]*$/

/** ECMA-48 sequences, whole: CSI, then the strings (OSC, DCS, SOS, PM, APC), then the short ones. */
const SEQUENCE = new RegExp(
  [
    '(?:\\x1b\\[|\\x9b)[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]?',
    '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)?',
    '\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
  ].join('|'),
  'g',
)

const SPACE = /\r\n|[\s\p{Zs}\p{Zl}\p{Zp}]/gu

/** Controls, format characters (bidi, joiners, BOM), variation selectors, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Marks that some count as a cell and others do not: spacing and enclosing marks, the viramas
 * that join two consonants, marks newer than Unicode 11 or outside the basic plane, skin tones.
 */
const DISPUTED_MARK = new RegExp(
  '[\\p{Mc}\\p{Me}\\u094d\\u09cd\\u0acd\\u0b4d\\u0c4d\\u0d4d\\u1039\\u17d2\\u1a60\\u1b44\\u1bab\\uaaf6' +
    '\\u0897-\\u089f\\u08ca-\\u08d2\\u0b55\\u0c3c\\u0d81\\u0ece\\u1abf-\\u1aff\\u1dfa\\ua82c' +
    '\\u{1f3fb}-\\u{1f3ff}]|(?=\\p{Mn})[\\u{10000}-\\u{10ffff}]',
  'gu',
)

/**
 * Characters of which terminals dispute the width: unassigned and private ones, loose Hangul
 * jamo, Brahmic letters that join, and wide ones that came after Unicode 11.
 */
const DISPUTED = new RegExp(
  '[\\p{Cn}\\p{Co}\\u0d4e\\u1100-\\u11ff\\ua960-\\ua97c\\ud7b0-\\ud7fb\\u2630-\\u2637' +
    '\\u268a-\\u268f\\u2ffc-\\u2fff\\u31bb-\\u31bf\\u31e4-\\u31ef\\u4dc0-\\u4dff\\u{11000}-\\u{11fff}' +
    '\\u{16ff0}-\\u{16fff}\\u{187f8}-\\u{187ff}\\u{18af3}-\\u{18df2}\\u{1aff0}-\\u{1afff}' +
    '\\u{1b11f}-\\u{1b155}\\u{1d300}-\\u{1d376}\\u{1f6d6}-\\u{1f6d8}\\u{1f6dc}-\\u{1f6df}' +
    '\\u{1f6fb}\\u{1f6fc}\\u{1f7f0}\\u{1f90c}\\u{1f93b}\\u{1f946}\\u{1f972}\\u{1f977}-\\u{1f979}' +
    '\\u{1f9a3}\\u{1f9a4}\\u{1f9ab}-\\u{1f9ad}\\u{1f9cb}\\u{1f9cc}\\u{1fa74}-\\u{1faff}]',
  'gu',
)
const PLACEHOLDER = '\u25a1'

/** Flags: a pair takes two or four cells, its letters always two. */
const REGIONAL = /[\u{1f1e6}-\u{1f1ff}]/gu
const regionalLetter = (char: string): string =>
  String.fromCharCode((char.codePointAt(0) ?? 0) - 0x1f1e6 + 0x41)

/** Thai and Lao vowels that are one code point with a mark inside. */
const SARA_AM: Readonly<Record<string, string>> = {
  '\u0e33': '\u0e4d\u0e32',
  '\u0eb3': '\u0ecd\u0eb2',
}

const TOO_MANY_MARKS = /(\p{Mn}{2})\p{Mn}+/gu
const LEADING_MARKS = /^\p{Mn}+/u

/** Cleans a text for the screen. Plain ASCII of sane length comes back as it is. */
export function clean(text: string): string {
  const bounded = text.length > CLEAN_LIMIT ? text.slice(0, CLEAN_LIMIT) : text
  if (PLAIN.test(bounded)) return bounded
  return (
    bounded
      .replace(SEQUENCE, '')
      .replace(SPACE, ' ')
      .replace(INVISIBLE, '')
      .normalize('NFC')
      .replace(REGIONAL, regionalLetter)
      .replace(/[\u0e33\u0eb3]/g, char => SARA_AM[char] ?? char)
      .replace(DISPUTED_MARK, '')
      // Again: what is gone may have stood between a letter and its mark.
      .normalize('NFC')
      .replace(DISPUTED, PLACEHOLDER)
      .replace(TOO_MANY_MARKS, '$1')
      .replace(LEADING_MARKS, '')
  )
}
