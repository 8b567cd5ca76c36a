/** Reads and extends known_hosts files through ssh-keygen, which knows their every form. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runCommand } from '../command.ts'
import { TransportError } from '../transport.ts'
import { refused } from './failure.ts'

/** A line of a known_hosts file that speaks of the host in question. */
export interface KnownKey {
  file: string
  line: number
  marker: 'revoked' | 'cert-authority' | null
  type: string
  /** The public key, base64. */
  blob: string
}

/** The name under which known_hosts files keep a host. */
export const knownHostName = (host: {
  hostname: string
  port: number
  hostKeyAlias: string | null
}) => host.hostKeyAlias ?? (host.port === 22 ? host.hostname : `[${host.hostname}]:${host.port}`)

/** Every line about `name`, hashed ones too. Rejects with TransportError when a file is unreadable. */
export async function lookUpHost(name: string, files: readonly string[]): Promise<KnownKey[]> {
  const found = await Promise.all(
    files.filter(file => existsSync(file)).map(file => lookUpIn(name, file)),
  )
  return found.flat()
}

async function lookUpIn(name: string, file: string): Promise<KnownKey[]> {
  const run = await runCommand('ssh-keygen', ['-F', name, '-f', file])
  if (run.kind === 'exited' && run.stderr === '') return parseFound(run.stdout, file)
  const why =
    run.kind === 'missing' ? 'there is no ssh-keygen on this machine' : 'ssh-keygen failed'
  const said = run.kind === 'exited' ? run.stderr.trim() : run.kind === 'broken' ? run.message : ''
  const message = `cannot look up ${name} in ${file}: ${why} ${said}`.trim()
  throw new TransportError(refused(message, 'no host is trusted without it: mend the file'))
}

/** What `ssh-keygen -F` prints: `# Host NAME found: line N [MARK]`, then that line. */
export function parseFound(text: string, file: string): KnownKey[] {
  const keys: KnownKey[] = []
  let line = 0
  for (const row of text.split('\n')) {
    const heading = /^# Host .* found: line (\d+)/.exec(row)
    if (heading) {
      line = Number(heading[1])
      continue
    }
    const [, mark, type, blob] = /^(?:@(\S+)\s+)?\S+\s+(\S+)\s+(\S+)/.exec(row) ?? []
    if (type === undefined || blob === undefined) continue
    const marker = mark === 'revoked' || mark === 'cert-authority' ? mark : null
    keys.push({ file, line, marker, type, blob })
  }
  return keys
}

/** `SHA256:…` as ssh shows it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** The first string of a public key is its type. */
export const keyType = (key: Buffer): string => {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0
  return key.toString('latin1', 4, 4 + Math.min(length, 64))
}

/** A line for known_hosts; the host's name is hashed when the user's configuration says so. */
export function knownHostsLine(name: string, key: Buffer, hashed: boolean): string {
  return `${hashed ? hashName(name, randomBytes(20)) : name} ${keyType(key)} ${key.toString('base64')}`
}

const hashName = (name: string, salt: Buffer): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`

/**
 * Writes an accepted key where ssh itself will find it. The file is made (0600) when there is
 * none. Rejects with TransportError when that fails.
 */
export async function acceptKey(key: { file: string; line: string }): Promise<void> {
  try {
    await mkdir(dirname(key.file), { recursive: true, mode: 0o700 })
    const file = await open(key.file, 'a+', 0o600)
    try {
      const { size } = await file.stat()
      const last = Buffer.alloc(1)
      if (size > 0) await file.read(last, 0, 1, size - 1)
      const torn = size > 0 && last.toString() !== '\n'
      await file.appendFile(`${torn ? '\n' : ''}${key.line}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    const message = `cannot write the host key to ${key.file}: ${(error as Error).message}`
    throw new TransportError(refused(message, 'make the file writable, then answer again'))
  }
}
