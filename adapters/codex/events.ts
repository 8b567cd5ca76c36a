/** What the log and the session file of Codex have in common. */
import type { JsonObject } from '../foreign.ts'
import { asCount, asInteger, asList, asObject, asText, clip } from '../foreign.ts'

/** Input and output tokens; cached and reasoning tokens are parts of these. Null when absent. */
export function tokensOf(usage: unknown): number | null {
  const fields = asObject(usage)
  const input = asCount(fields?.input_tokens)
  const output = asCount(fields?.output_tokens)
  return input === null && output === null
    ? null
    : Math.min((input ?? 0) + (output ?? 0), Number.MAX_SAFE_INTEGER)
}

/**
 * `codex_error_info` as one word: `usage_limit_exceeded`, or with the HTTP status that it
 * carries, `http_connection_failed{401}`. Null when there is none.
 */
export function causeOf(info: unknown): string | null {
  if (typeof info === 'string') return clip(info, 100)
  const [variant] = Object.entries(asObject(info) ?? {})
  if (!variant) return null
  const status = asInteger(asObject(variant[1])?.http_status_code)
  return `${clip(variant[0], 100)}${status === null ? '' : `{${status}}`}`
}

/** `add new.txt, and 2 more` */
export function changeText(item: JsonObject): string {
  const changes = Array.isArray(item.changes)
    ? asList(item.changes).map(each => asObject(each) ?? {})
    : Object.entries(asObject(item.changes) ?? {}).map(
        ([path, kind]): JsonObject => ({
          path,
          kind: asText(asObject(kind)?.type),
        }),
      )
  const [first] = changes
  if (!first) return 'change files'
  const more = changes.length > 1 ? `, and ${changes.length - 1} more` : ''
  return `${asText(first.kind) ?? 'change'} ${asText(first.path) ?? 'a file'}${more}`
}

/** An argument list as the one line that the log shows for it. */
export const shellLine = (argv: readonly string[]): string =>
  argv
    .map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
