/** Reads `config.toml` and says what is wrong with it, by line and key. */
import { readFileSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'
import type * as z from 'zod'
import { Config } from '../../state/config.ts'
import { lineOfKey } from './config-line.ts'

export type ConfigResult = { ok: true; config: Config } | { ok: false; message: string }

export function loadConfig(path: string): ConfigResult {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return parseConfig('', path)
    return { ok: false, message: `${path} cannot be read: ${(error as Error).message}` }
  }
  return parseConfig(text, path)
}

export function parseConfig(text: string, path: string): ConfigResult {
  let data: unknown
  try {
    data = parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''
    return { ok: false, message: `${path}:${error.line}:${error.column}: ${reason}` }
  }
  const parsed = Config.safeParse(data)
  if (parsed.success) return { ok: true, config: parsed.data }
  return { ok: false, message: parsed.error.issues.map(tell).join('\n') }

  function tell(issue: z.core.$ZodIssue): string {
    const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : []
    const line = lineOfKey(text, unknown === undefined ? issue.path : [...issue.path, unknown])
    const place = line === null ? path : `${path}:${line}`
    return `${place}: ${issue.path.join('.') || 'top level'}: ${issue.message}`
  }
}

export const emptyConfig = (): Config => Config.parse({})
