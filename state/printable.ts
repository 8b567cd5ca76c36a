/** Text from outside on its way to a reader: cleaned for the terminal, and without secrets. */
import { clean } from './clean.ts'
import { redact, redactJson } from './redact.ts'

const cleanLines = (text: string): string => text.split('\n').map(clean).join('\n')

/** What may be printed of `text`. Lines stay lines; a secret that spans several goes as a whole. */
export const printable = (text: string): string => redact(cleanLines(text))

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
