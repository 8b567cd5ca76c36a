/**
 * The turns of a lane, as its engine wrote them down: Codex rollouts and `exec --json` logs (0.169),
 * Claude transcripts and `stream-json` (2.1). Other lines are passed over.
 */
import { codeOf } from '../../../adapters/glob.ts'
import { readEnd } from '../../../adapters/read-part.ts'
import type { LaneTurns, Turn } from '../../../state/look.ts'

/** Older turns are left out, and said to be. */
const MOST_BYTES = 4 * 2 ** 20
const MOST_TURNS = 400
const LONGEST = 300

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const inner = (event: Json, key: string): Json => {
  const value = event[key]
  return isObject(value) ? value : {}
}
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, LONGEST) : null
const joined = (...parts: (string | null)[]): string => parts.filter(Boolean).join(': ')

const tokensOf = (usage: Json): string | null => {
  const count = usage['output_tokens']
  return typeof count === 'number' ? `${count} tokens out` : null
}

type Tell = (event: Json) => string | null

const PAYLOADS: Readonly<Record<string, Tell>> = {
  task_started: () => 'turn began',
  task_complete: payload =>
    joined(
      'turn ended',
      textOf(inner(payload, 'error')['message']) ?? textOf(payload['last_agent_message']),
    ),
  turn_aborted: payload => joined('turn broken off', textOf(payload['reason'])),
  context_compacted: () => 'context compacted',
}

/** A transcript's `user` lines are also answers of tools: those are no text. */
const asked: Tell = event => {
  const content = inner(event, 'message')['content']
  const said = textOf(content)
  return said === null ? null : joined('asked', said)
}

const EVENTS: Readonly<Record<string, Tell>> = {
  event_msg: event => {
    const payload = inner(event, 'payload')
    return PAYLOADS[String(payload['type'])]?.(payload) ?? null
  },
  'turn.started': () => 'turn began',
  'turn.completed': event => joined('turn ended', tokensOf(inner(event, 'usage'))),
  'turn.failed': event => joined('turn failed', textOf(inner(event, 'error')['message'])),
  user: asked,
  result: event =>
    joined(event['is_error'] === true ? 'turn failed' : 'turn ended', textOf(event['result'])),
}

function turnOf(line: string): Turn | null {
  if (!line.startsWith('{')) return null
  try {
    const event: unknown = JSON.parse(line)
    if (!isObject(event)) return null
    const text = EVENTS[String(event['type'])]?.(event) ?? null
    if (text === null) return null
    const at = Date.parse(String(event['timestamp']))
    return { at: Number.isNaN(at) || at < 0 ? null : at, text }
  } catch {
    // Cut, or no JSON: the log's own section shows it as it stands.
    return null
  }
}

/** Of the session file where there is one: it holds instants. Null paths are not there. */
export async function readTurns(paths: {
  log: string | null
  session: string | null
}): Promise<LaneTurns> {
  const path = paths.session ?? paths.log
  if (path === null) return { turns: [], cut: null }
  const part = await readEnd(path, MOST_BYTES).catch((error: unknown) => {
    throw new Error(`${path} cannot be read (${codeOf(error)})`, { cause: error })
  })
  const lines = part.bytes.toString('utf8').split('\n')
  const turns = lines.flatMap(line => turnOf(line) ?? [])
  const isCut = part.isCut || turns.length > MOST_TURNS
  return { turns: turns.slice(-MOST_TURNS), cut: isCut ? 'older turns are left out' : null }
}
