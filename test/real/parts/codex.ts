/** The real Codex, installed once into the project's cache: it is what the lanes run. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installProgram } from './npm-program.ts'

/** Path of the native program: the npm wrapper only starts it, and a signal would miss it. */
export function installCodex(): Promise<string> {
  const cpu = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as 'x64' | 'arm64']
  const target = `${cpu}-${process.platform === 'darwin' ? 'apple-darwin' : 'unknown-linux-musl'}`
  return installProgram({
    package: '@openai/codex',
    version: '0.169.0',
    native: `@openai/codex-${process.platform}-${process.arch}/vendor/${target}/bin/codex`,
  })
}

/** Writes a CODEX_HOME whose only provider is a model server on loopback. */
export async function writeCodexHome(home: string, baseUrl: string): Promise<void> {
  await mkdir(home, { recursive: true })
  const config = `
model = "gpt-5.5"
model_provider = "loopback"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[model_providers.loopback]
name = "loopback"
base_url = "${baseUrl}"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
requires_openai_auth = false
request_max_retries = 1
stream_max_retries = 1
[analytics]
enabled = false
`
  await writeFile(join(home, 'config.toml'), config)
}
