/** Foreign text as a handover shows it. */
import { clean } from '../../clean.ts'
import { redact } from '../../redact.ts'

const MOST = 300

/** One line without control bytes or secrets, cut (and marked so) at `most` characters. */
export function quote(text: string, most = MOST): string {
  const line = redact(clean(text)).trim()
  return line.length <= most ? line : `${line.slice(0, most).toWellFormed()} … (cut)`
}

/** Joins what there is: nulls and empty texts are left out. */
export const joined = (parts: readonly (string | null)[], by = '; '): string =>
  parts.filter(part => part !== null && part !== '').join(by)
