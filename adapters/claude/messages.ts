/** What the output and the transcripts of Claude Code have in common: messages and their blocks. */
import { asCount, asList, asObject, asPath, asText, asWord, type JsonObject } from '../foreign.ts'
import { begin, finish, type LaneLog, withCommand, withMessage } from '../lane-log.ts'

/** Input, cache writes and reads, and output: here the input does not include the cache. */
export function tokensOf(usage: unknown): number | null {
  const fields = asObject(usage)
  const parts = [
    fields?.input_tokens,
    fields?.cache_creation_input_tokens,
    fields?.cache_read_input_tokens,
    fields?.output_tokens,
  ].flatMap(each => asCount(each) ?? [])
  return parts.length === 0 ? null : parts.reduce(added, 0)
}

/** Sums that stay exact, whatever a file claims. */
export const added = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER)

/** What a session's `permissionMode` bypasses; null where it does not say. */
export const bypassOf = (mode: unknown): readonly string[] | null => {
  if (typeof mode !== 'string') return null
  return mode === 'bypassPermissions' ? ['permissions bypassPermissions'] : []
}

export const INTERRUPTED = '[Request interrupted by user'
/** Why such a turn ended. Its transcript has no word for it, so both files are given this one. */
export const INTERRUPTED_CAUSE = 'interrupted'

const CHANGES = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit'])

/** An `assistant` line: each carries one block of its message. */
export function withAssistant(log: LaneLog, message: JsonObject, ofSubagent: boolean): LaneLog {
  const model = asWord(message.model)
  const named = model && model !== '<synthetic>' ? { ...log, model: log.model ?? model } : log
  return blocks(message.content).reduce((next, block) => {
    if (block.type === 'text' && !ofSubagent) {
      const text = asText(block.text)
      return text === null ? next : withMessage(next, text)
    }
    return block.type === 'tool_use' ? withTool(next, block) : next
  }, named)
}

function withTool(log: LaneLog, block: JsonObject): LaneLog {
  const id = asWord(block.id) ?? ''
  const name = asWord(block.name) ?? 'tool'
  const input = asObject(block.input)
  const command = name === 'Bash' ? asText(input?.command) : null
  if (command !== null) return begin(withCommand(log, command), id, command, 'work')
  const path = asPath(input?.file_path) ?? asPath(input?.notebook_path)
  const text = path ? `${name} ${path}` : name
  return begin(log, id, text, CHANGES.has(name) ? 'work' : 'call')
}

/** A `user` line: the results of tools, or what a person said. */
export function withUser(log: LaneLog, message: JsonObject): LaneLog {
  return blocks(message.content).reduce((next, block) => {
    if (block.type !== 'tool_result') return next
    const id = asWord(block.tool_use_id) ?? ''
    const open = next.open.find(each => each.id === id)
    const closed = finish(next, id)
    const isCommand = open !== undefined && open.text === next.lastCommand
    return isCommand ? { ...closed, lastExit: exitOf(block) } : closed
  }, log)
}

/** A failed command's result begins with `Exit code N`; one that was refused has no exit. */
function exitOf(result: JsonObject): number | null {
  if (result.is_error !== true) return 0
  const [code] = /(?<=^Exit code )\d{1,3}/.exec(textOf(result.content)) ?? []
  return code === undefined ? null : Number(code)
}

export const textOf = (content: unknown): string =>
  asText(content) ??
  blocks(content)
    .flatMap(block => asText(block.text) ?? [])
    .join('\n')

const blocks = (content: unknown): JsonObject[] =>
  asList(content)
    .map(asObject)
    .filter(block => block !== null)
