import { expect, it } from 'vitest'
import { judgeKey, offeredAlgorithms } from '../../../adapters/ssh/host-key.ts'
import { type KnownKey, keyType, parseFound } from '../../../adapters/ssh/known-hosts.ts'

/** A public key blob: its type as an SSH string, then bytes. */
const blob = (type: string, body: string): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(type.length)
  return Buffer.concat([head, Buffer.from(type + body)])
}
const known = (key: Buffer, marker: KnownKey['marker'] = null): KnownKey => ({
  file: '/kh',
  line: 1,
  marker,
  type: keyType(key),
  blob: key.toString('base64'),
})
const ours = blob('ssh-ed25519', 'ours')
const other = blob('ssh-ed25519', 'other')
const rsa = blob('ssh-rsa', 'rsa')
const fido = blob('sk-ssh-ed25519@openssh.com', 'x')

it.each([
  ['nothing is known', [], 'unknown'],
  ['it is known', [known(ours)], 'known'],
  ['it is one of several known', [known(other), known(ours)], 'known'],
  ['another of its type is known', [known(other)], 'changed'],
  ['one of another type is known', [known(rsa)], 'changed'],
  ['one is known that nobody here can prove', [known(fido)], 'unknown'],
  ['it is revoked, though known', [known(ours), known(ours, 'revoked')], 'revoked'],
  ['another is revoked', [known(other, 'revoked')], 'unknown'],
  ['only an authority is known', [known(ours, 'cert-authority')], 'unknown'],
])('[O05] judges a key when %s', (_when, keys, verdict) => {
  expect(judgeKey(ours, keys).kind).toBe(verdict)
})

it('offers known types first, within what the user allows', () => {
  expect(offeredAlgorithms([], [])[0]).toBe('ssh-ed25519')
  expect(offeredAlgorithms([known(rsa)], []).slice(0, 3)).toEqual([
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-ed25519',
  ])
  expect(offeredAlgorithms([known(rsa)], ['ssh-ed25519', 'rsa-sha2-256'])).toEqual([
    'rsa-sha2-256',
    'ssh-ed25519',
  ])
  expect(offeredAlgorithms([], ['ssh-ed25519-cert-v01@openssh.com'])).toContain('ssh-ed25519')
  expect(offeredAlgorithms([], [])).not.toContain('ssh-rsa')
})

it('reads what ssh-keygen -F prints', () => {
  const text = `# Host [127.0.0.1]:2222 found: line 3 
[127.0.0.1]:2222 ssh-ed25519 AAAA comment
# Host [127.0.0.1]:2222 found: line 12 REVOKED
@revoked * ssh-rsa BBBB
# Host [127.0.0.1]:2222 found: line 13 
|1|c2FsdA==|aGFzaA== ecdsa-sha2-nistp256 CCCC
`
  expect(parseFound(text, '/kh')).toEqual([
    { file: '/kh', line: 3, marker: null, type: 'ssh-ed25519', blob: 'AAAA' },
    { file: '/kh', line: 12, marker: 'revoked', type: 'ssh-rsa', blob: 'BBBB' },
    { file: '/kh', line: 13, marker: null, type: 'ecdsa-sha2-nistp256', blob: 'CCCC' },
  ])
})
