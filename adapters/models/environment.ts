/** The models that a process was given by its environment: of all variables only these are kept. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

const VARIABLE =
  /^(?:ANTHROPIC_MODEL|ANTHROPIC_SMALL_FAST_MODEL|ANTHROPIC_DEFAULT_\w+_MODEL|CLAUDE_CODE_SUBAGENT_MODEL|CODEX_MODEL|OPENAI_MODEL)=(.{1,100})$/
const MOST_BYTES = 128 * 1_024

/** Empty for a process that is gone, or is not ours to read. */
export async function modelsInEnvironment(pid: number, proc = '/proc'): Promise<readonly string[]> {
  try {
    const file = await open(join(proc, String(pid), 'environ'), constants.O_RDONLY)
    try {
      const buffer = Buffer.alloc(MOST_BYTES)
      const { bytesRead } = await file.read(buffer, 0, MOST_BYTES, 0)
      const variables = buffer.toString('utf8', 0, bytesRead).split('\0')
      return variables.flatMap(variable => VARIABLE.exec(variable)?.[1] ?? [])
    } finally {
      await file.close()
    }
  } catch {
    return []
  }
}
