/** Reads a secret at the moment it is needed. Nothing of it is kept, logged or put into an error. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { SecretSource } from '../state/config.ts'
import { runCommand } from './command.ts'
import { codeOf, expandHome } from './glob.ts'

const MAX_BYTES = 65_536

/** The secret without the blanks around it. Rejects with what to mend, never with what was read. */
export async function readSecret(
  source: SecretSource,
  { env, home }: { env: NodeJS.ProcessEnv; home: string },
): Promise<string> {
  if ('env' in source) {
    const value = env[source.env]?.trim()
    if (value) return value
    throw new Error(`the environment variable ${source.env} is not set`)
  }
  return 'file' in source
    ? await fromFile(expandHome(source.file, home))
    : await fromCommand(source.command, env)
}

async function fromFile(path: string): Promise<string> {
  const size = await stat(path).then(file => file.size, codeOf)
  if (typeof size === 'string')
    throw new Error(`the secret's file ${path} cannot be read (${size})`)
  if (size > MAX_BYTES)
    throw new Error(`the secret's file ${path} has more than ${MAX_BYTES} bytes`)
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`the secret's file ${path} cannot be read`)
  })
  return filled(text, `the secret's file ${path}`)
}

async function fromCommand(command: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const [file = '', ...args] = command
  const name = `the secret's command ${basename(file)}`
  const run = await runCommand(file, args, { env, maxBytes: MAX_BYTES })
  if (run.kind === 'missing') throw new Error(`${name} is not on the PATH`)
  if (run.kind === 'broken') throw new Error(`${name}: ${run.message}`)
  if (run.code !== 0) throw new Error(`${name} ended with ${run.code}`)
  return filled(run.stdout, name)
}

function filled(text: string, name: string): string {
  const secret = text.trim()
  if (secret === '') throw new Error(`${name} gives nothing`)
  return secret
}
