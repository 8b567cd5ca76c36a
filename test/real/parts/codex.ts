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

/** How a CODEX_HOME proves itself to its provider. */
interface Access {
  config: string
  auth: object | null
  /** Name of the provider that it asks, when not of the one that there is. */
  provider?: string
}

const BY_KEY: Access = {
  config: 'env_key = "LOOPBACK_KEY"\nrequires_openai_auth = false',
  auth: null,
}

/** For a provider that asks for none. */
export const KEYLESS: Access = { config: 'requires_openai_auth = false', auth: null }

/** Writes a CODEX_HOME whose only provider is a model server on loopback. */
export async function writeCodexHome(
  home: string,
  baseUrl: string,
  access: Access = BY_KEY,
): Promise<void> {
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'config.toml'), codexConfig(baseUrl, access))
  if (access.auth) await writeFile(join(home, 'auth.json'), JSON.stringify(access.auth))
}

/** Its provider asks for no key unless `access` says one. */
export const codexConfig = (
  baseUrl: string,
  { config, provider = 'loopback' }: Access = KEYLESS,
): string => `
model = "gpt-5.5"
model_provider = "${provider}"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
chatgpt_base_url = "${baseUrl}"
[model_providers.loopback]
name = "loopback"
base_url = "${baseUrl}"
wire_api = "responses"
${config}
request_max_retries = 1
stream_max_retries = 1
[analytics]
enabled = false
`

/** The same, signed in with an account whose tokens are long past their time. */
export function writeExpiredCodexHome(home: string, baseUrl: string): Promise<void> {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const account = { chatgpt_plan_type: 'plus', chatgpt_account_id: 'practice' }
  const claims = { email: 'lane@factory.test', exp: 1, 'https://api.openai.com/auth': account }
  const token = `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.none`
  const tokens = {
    id_token: token,
    access_token: token,
    refresh_token: 'spent',
    account_id: 'practice',
  }
  return writeCodexHome(home, baseUrl, {
    config: 'requires_openai_auth = true',
    auth: { auth_mode: 'chatgpt', tokens, last_refresh: '2025-01-01T00:00:00Z' },
  })
}
