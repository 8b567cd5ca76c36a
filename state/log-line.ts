/**
 * One line of an agent's log for the eye: Codex `exec --json` and Claude `stream-json` events are
 * told in words, everything else is shown as it stands.
 */

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null

const inner = (event: Json, key: string): Json => {
  const value = event[key]
  return isObject(value) ? value : {}
}

/** Text of Claude's message blocks: what was said, and which tool was called with what. */
function blocks(message: Json): string | null {
  const content = message['content']
  if (!Array.isArray(content)) return text(content)
  const said = content.filter(isObject).map(block => {
    const input = inner(block, 'input')
    const called = text(block['name'])
    const argument = text(input['command']) ?? text(input['file_path']) ?? ''
    return called ? `${called} ${argument}` : (text(block['text']) ?? text(block['content']) ?? '')
  })
  return text(said.join(' '))
}

function exit(item: Json): string {
  const code = item['exit_code']
  return typeof code === 'number' ? ` → exit ${code}` : ''
}

function tell(event: Json): string | null {
  const item = inner(event, 'item')
  const said =
    text(item['command']) ??
    text(item['text']) ??
    text(item['message']) ??
    blocks(inner(event, 'message')) ??
    text(event['message']) ??
    text(inner(event, 'error')['message']) ??
    text(event['result']) ??
    text(event['subtype'])
  const what = [text(event['type']), text(item['type'])].filter(Boolean).join(' ')
  return what === '' ? null : `${what}${said ? `: ${said}` : ''}${exit(item)}`
}

export function logLine(raw: string): string {
  if (!raw.startsWith('{')) return raw
  try {
    const event: unknown = JSON.parse(raw)
    return (isObject(event) ? tell(event) : null) ?? raw
  } catch {
    // Not JSON, or cut off: the line itself is the best that can be shown.
    return raw
  }
}
