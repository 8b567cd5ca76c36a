/** The real Claude Code, installed once into the project's cache: it is what the lanes run. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installProgram } from './npm-program.ts'

/** Path of the native program. Its package only links to it, and does that in a script of npm's. */
export const installClaude = (): Promise<string> =>
  installProgram({
    package: '@anthropic-ai/claude-code',
    version: '2.1.197',
    native: `@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
  })

/** Writes a CLAUDE_CONFIG_DIR in which an agent may run any command of its own accord. */
export async function writeClaudeHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true })
  const settings = { permissions: { allow: ['Bash'] } }
  await writeFile(join(home, 'settings.json'), JSON.stringify(settings))
}
