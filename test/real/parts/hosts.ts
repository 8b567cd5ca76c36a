/** The hosts that every transport is held to: this machine, and one behind a real sshd. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localTransport } from '../../../adapters/local/transport.ts'
import { type Outcome, type OutputHandler, runScript } from '../../../adapters/remote-shell.ts'
import { resolveHost } from '../../../adapters/ssh/resolve.ts'
import { sshTransport } from '../../../adapters/ssh/transport.ts'
import type { Transport } from '../../../adapters/transport.ts'
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts'

export interface TestHost {
  /** A new, unopened transport. */
  newTransport(): Promise<Transport>
  /** A directory on the host that its user may write to. */
  readonly dir: string
  remove(): Promise<void>
}

export function localHost(): TestHost {
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-local-'))
  const env = { ...process.env, XDG_STATE_HOME: dir }
  return {
    dir,
    newTransport: async () => localTransport({ env }),
    remove: async () => rmSync(dir, { recursive: true, force: true }),
  }
}

export interface SshHost extends TestHost {
  readonly sshd: Sshd
}

export async function sshHost(options: SshdOptions = {}): Promise<SshHost> {
  const sshd = await startSshd(options)
  return {
    sshd,
    dir: join(sshd.dir, 'state'),
    newTransport: () => sshTo(sshd, 'factory'),
    remove: sshd.remove,
  }
}

/** A transport to a host of that sshd's client configuration. */
export const sshTo = async (
  sshd: Sshd,
  name: string,
  limits: Parameters<typeof sshTransport>[1] = {},
): Promise<Transport> =>
  sshTransport(await resolveHost(name, { configFile: sshd.configFile, env: process.env }), limits)

export interface Ran {
  outcome: Outcome
  stdout: string
  stderr: string
}

/** Collects what a run printed. */
export function collect(): { onOutput: OutputHandler; stdout(): string; stderr(): string } {
  const text: Record<1 | 2, Buffer[]> = { 1: [], 2: [] }
  return {
    onOutput: (fd, data) => void text[fd].push(data),
    stdout: () => Buffer.concat(text[1]).toString(),
    stderr: () => Buffer.concat(text[2]).toString(),
  }
}

export async function run(
  transport: Transport,
  script: string,
  signal?: AbortSignal,
): Promise<Ran> {
  const heard = collect()
  const outcome = await runScript(transport, script, {
    onOutput: heard.onOutput,
    ...(signal && { signal }),
  })
  return { outcome, stdout: heard.stdout(), stderr: heard.stderr() }
}
