/** Text from outside on its way to a reader: cleaned for the terminal, and without secrets. */
import { clean } from './clean.ts'
import { redact, redactJson } from './redact.ts'

const cleanLines = (text: string): string => text.split('\n').map(clean).join('\n')

/** What may be printed of `text`. Lines stay lines; a secret that spans several goes as a whole. */
export const printable = (text: string): string => redact(cleanLines(text))

/** Controls and format characters that JSON leaves as they are: U+009B begins an escape sequence. */
const RAW = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The same JSON, of one line or many, with nothing in it that a terminal would obey. */
export const escapeJson = (json: string): string =>
  json.replace(RAW, char =>
    Array.from(
      { length: char.length },
      (_, unit) => `\\u${char.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  )

/** A value as one line of JSON for a script, or for an eye. */
export const jsonLine = (value: unknown): string => `${escapeJson(JSON.stringify(value))}\n`

const PLAIN = /^[\x20-\x7e]*$/

/**
 * As redact, and finds a secret with colour codes or invisible characters in its midst, which
 * would only show once the text is cleaned. A text that hides one comes back cleaned.
 */
export function redactShown(text: string): string {
  const redacted = redact(text)
  if (PLAIN.test(redacted)) return redacted
  const cleaned = cleanLines(redacted)
  const shown = redact(cleaned)
  return shown === cleaned ? redacted : shown
}

/** Takes secrets out of every string of a JSON value. */
export const withoutSecrets = <T>(value: T): T => redactJson(value, redactShown)
