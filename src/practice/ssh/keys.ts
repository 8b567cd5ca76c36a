/** The practice host's keys, and the files with which the system's own ssh reaches it. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import type { Layout } from '../layout.ts'

/** The name under which ssh_config knows the practice host, and the one user on it. */
export const HOST_ALIAS = 'practice'
export const HOST_USER = 'factory'

export interface Keys {
  hostPrivate: string
  hostPublic: string
  userPublic: string
}

export async function makeKeys(layout: Layout): Promise<Keys> {
  const host = makePair('practice host')
  const user = makePair(HOST_USER)
  await mkdir(layout.keys, { recursive: true, mode: 0o700 })
  await Promise.all([
    writeFile(join(layout.keys, 'user'), user.private, { mode: 0o600 }),
    writeFile(join(layout.keys, 'user.pub'), `${user.public}\n`),
  ])
  return { hostPrivate: host.private, hostPublic: host.public, userPublic: user.public }
}

/**
 * Three in a thousand ed25519 pairs that ssh2 1.17 makes cannot be read, not by itself either: it
 * drops a leading zero of the key.
 */
function makePair(comment: string): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    const read = [pair.private, pair.public].map(text => ssh2.utils.parseKey(text))
    if (!read.some(key => key instanceof Error)) return pair
  }
}

/** Writes known_hosts and ssh_config for the server at `port`. */
export async function writeSshConfig(layout: Layout, keys: Keys, port: number): Promise<void> {
  const knownHosts = join(layout.keys, 'known_hosts')
  const [type, blob] = keys.hostPublic.split(' ')
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${type} ${blob}\n`)
  const lines = [
    `Host ${HOST_ALIAS}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${HOST_USER}`,
    `  IdentityFile ${quoted(join(layout.keys, 'user'))}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${quoted(knownHosts)}`,
    '  GlobalKnownHostsFile none',
    '  StrictHostKeyChecking yes',
    '',
  ]
  await writeFile(layout.sshConfig, lines.join('\n'))
  // ssh refuses a config that others may write to, whatever the umask was.
  await chmod(layout.sshConfig, 0o644)
}

/** A path as ssh_config takes it: `%` begins a token there. */
const quoted = (path: string): string => `"${path.replaceAll('%', '%%')}"`
