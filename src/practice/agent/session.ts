/** The words that an engine was started with, and the session file that it goes on in. */
import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Engine } from '../../../state/words.ts'

export interface AgentWords {
  model: string | null
  /** The thread to go on with. */
  thread: string | null
}

/** Of `exec --json -m MODEL resume THREAD -`, and of `-p … --model MODEL --resume ID`. */
export function readWords(words: readonly string[]): AgentWords {
  const after = (...names: string[]) => {
    const at = words.findIndex(word => names.includes(word))
    return at < 0 ? null : (words[at + 1] ?? null)
  }
  return { model: after('-m', '--model'), thread: after('resume', '--resume') }
}

/** Null when there is none of that thread. */
export async function findSession(
  home: string,
  engine: Engine,
  thread: string,
): Promise<string | null> {
  const root = engine === 'codex' ? join(home, '.codex', 'sessions') : join(home, '.claude')
  const files = await readdir(root, { recursive: true }).catch(() => [])
  const found = files.find(file => basename(file).endsWith(`${thread}.jsonl`))
  return found === undefined ? null : join(root, found)
}

export const headOf = (cwd: string): string =>
  execFileSync('git', ['rev-parse', 'HEAD'], { cwd, encoding: 'utf8' }).trim()
