/** Judges the key that a host shows against what known_hosts files say. Pure. */
import type { TransportFailure } from '../transport.ts'
import { refused } from './failure.ts'
import {
  fingerprint,
  type KnownKey,
  keyType,
  knownHostName,
  knownHostsLine,
} from './known-hosts.ts'
import type { ResolvedHost } from './resolve.ts'

/** Signature algorithms that we offer, best first, by the key type they prove. */
const ALGORITHMS: readonly (readonly [type: string, algorithms: readonly string[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]

const provable = (type: string) => ALGORITHMS.some(([known]) => known === type)

/**
 * The algorithms to offer: those of known keys first, else a server could hide its known key
 * behind one that we have never seen. `allowed` is the user's HostKeyAlgorithms.
 */
export function offeredAlgorithms(
  known: readonly KnownKey[],
  allowed: readonly string[],
): string[] {
  const isKnown = (type: string) => known.some(key => key.marker === null && key.type === type)
  const ordered = [
    ...ALGORITHMS.filter(([type]) => isKnown(type)),
    ...ALGORITHMS.filter(([type]) => !isKnown(type)),
  ].flatMap(([, algorithms]) => algorithms)
  const wanted = ordered.filter(name => allowed.includes(name))
  return wanted.length > 0 ? wanted : ordered
}

export type KeyVerdict =
  | { kind: 'known' }
  | { kind: 'unknown' }
  | { kind: 'changed'; was: KnownKey }
  | { kind: 'revoked'; by: KnownKey }

/**
 * A key of another type than the known ones counts as changed: the known types were offered
 * first, so an honest server would have shown one of those.
 */
export function judgeKey(key: Buffer, known: readonly KnownKey[]): KeyVerdict {
  const blob = key.toString('base64')
  const by = known.find(entry => entry.marker === 'revoked' && entry.blob === blob)
  if (by) return { kind: 'revoked', by }
  const plain = known.filter(entry => entry.marker === null && provable(entry.type))
  if (plain.some(entry => entry.blob === blob)) return { kind: 'known' }
  const was = plain.find(entry => entry.type === keyType(key)) ?? plain[0]
  return was ? { kind: 'changed', was } : { kind: 'unknown' }
}

/** What a verdict means for the connection; null lets it pass. */
export function keyFailure(
  host: ResolvedHost,
  key: Buffer,
  known: readonly KnownKey[],
): TransportFailure | null {
  const verdict = judgeKey(key, known)
  const print = `${keyType(key)} ${fingerprint(key)}`
  const name = knownHostName(host)
  switch (verdict.kind) {
    case 'known':
      return null
    case 'revoked':
      return refused(
        `${host.target} shows a revoked key (${print}, ${verdict.by.file}:${verdict.by.line})`,
        'do not connect: ask whoever runs the host for its new key',
      )
    case 'changed':
      return refused(
        `the key of ${host.target} has CHANGED to ${print}; ` +
          `${verdict.was.file}:${verdict.was.line} knows another (${verdict.was.type})`,
        'somebody may be listening in. Only if you know why it changed: ' +
          `ssh-keygen -R '${name}' -f '${verdict.was.file}'`,
      )
    case 'unknown':
      return unknownKey(host, key, known)
    default:
      return verdict satisfies never
  }
}

function unknownKey(host: ResolvedHost, key: Buffer, known: readonly KnownKey[]): TransportFailure {
  const name = knownHostName(host)
  const print = `${keyType(key)} ${fingerprint(key)}`
  const file = host.userKnownHostsFiles.find(path => path !== '/dev/null')
  const message = `${host.target} is not known yet: its key is ${print}`
  if (host.strictHostKeyChecking === 'yes') {
    return refused(message, `StrictHostKeyChecking is yes: add the key of ${name} to known_hosts`)
  }
  if (file === undefined) {
    return refused(message, 'UserKnownHostsFile keeps nothing: name a file there for this host')
  }
  const signed = known.some(entry => entry.marker === 'cert-authority')
  return {
    kind: 'unknown-key',
    message: signed ? `${message} (host certificates are not supported)` : message,
    mend: 'compare the fingerprint with the host, then accept it',
    key: {
      type: keyType(key),
      fingerprint: fingerprint(key),
      line: knownHostsLine(name, key, host.hashKnownHosts),
      file,
    },
  }
}
