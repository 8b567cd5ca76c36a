/** Hosts are who they say: against a real sshd, and agreed with by the system's own ssh. */
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { acceptKey } from '../../../adapters/ssh/known-hosts.ts'
import {
  type Transport,
  TransportError,
  type TransportFailure,
} from '../../../adapters/transport.ts'
import { requirePart } from '../../setup/require-part.ts'
import { run, sshTo } from '../parts/hosts.ts'
import { clientConfig, makeKey, type Sshd, startSshd } from '../parts/sshd.ts'

requirePart('sshd')('[O05] host keys', () => {
  let sshd: Sshd
  let hostName: string
  let open: Transport[] = []

  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ['ed25519', 'rsa'] })
    hostName = `[127.0.0.1]:${sshd.port}`
  })
  beforeEach(() => configure())
  afterEach(async () => {
    await Promise.all(open.map(transport => transport.close()))
    open = []
  })
  afterAll(() => sshd?.remove())

  let knownHosts = ''
  let count = 0
  /** A fresh known_hosts, not yet there, and a client configuration that uses it. */
  const configure = (more: string[] = []) => {
    count += 1
    knownHosts = join(sshd.dir, `ssh-${count}`, 'known_hosts')
    const { port, user, userKey } = sshd
    writeFileSync(
      sshd.configFile,
      clientConfig({ alias: 'factory', port, user, userKey, knownHosts, more }),
    )
  }
  const know = async (...lines: string[]) => {
    await acceptKey({ file: knownHosts, line: lines.join('\n') })
  }
  /** Connects and says why that failed; null when it is up. */
  const attempt = async (): Promise<TransportFailure | null> => {
    const transport = await sshTo(sshd, 'factory')
    open.push(transport)
    try {
      await transport.connect()
      expect((await run(transport, 'echo in')).stdout).toBe('in\n')
      return null
    } catch (error) {
      if (error instanceof TransportError) return error.failure
      throw error
    }
  }
  const systemSsh = () =>
    spawnSync('ssh', ['-F', sshd.configFile, '-o', 'BatchMode=yes', 'factory', 'echo in'], {
      encoding: 'utf8',
    })
  const fingerprintOf = (type: string) =>
    execFileSync('ssh-keygen', ['-lf', join(sshd.dir, `host_${type}.pub`)], {
      encoding: 'utf8',
    }).split(' ')[1]
  const otherKey = (type: 'ed25519' | 'rsa') => {
    const path = join(sshd.dir, `other_${(count += 1)}`)
    makeKey(path, type)
    return readFileSync(`${path}.pub`, 'utf8').trim()
  }

  it('asks for an unknown one with the fingerprint that ssh shows, once accepted never again', async () => {
    const failure = await attempt()
    if (failure?.kind !== 'unknown-key') throw new Error(JSON.stringify(failure))
    expect(failure.key).toMatchObject({
      type: 'ssh-ed25519',
      fingerprint: fingerprintOf('ed25519'),
    })
    expect(failure.message).toContain(fingerprintOf('ed25519'))
    expect(systemSsh().stderr).toContain('Host key verification failed')

    await acceptKey(failure.key)
    expect(readFileSync(knownHosts, 'utf8')).toBe(`${hostName} ${sshd.hostKey('ed25519')}\n`)
    expect(statSync(knownHosts).mode & 0o777).toBe(0o600)
    expect(await attempt()).toBeNull()
    expect(systemSsh().stdout).toBe('in\n')
  })

  it('hashes the name when the configuration says so', async () => {
    configure(['HashKnownHosts yes'])
    const failure = await attempt()
    if (failure?.kind !== 'unknown-key') throw new Error(JSON.stringify(failure))
    await acceptKey(failure.key)
    expect(readFileSync(knownHosts, 'utf8')).toMatch(/^\|1\|[^ ]+ ssh-ed25519 /)
    expect(await attempt()).toBeNull()
    expect(systemSsh().stdout).toBe('in\n')
  })

  it('keeps what a torn last line holds when it adds one', async () => {
    await know('# a comment')
    writeFileSync(knownHosts, '# no newline at the end')
    const failure = await attempt()
    if (failure?.kind !== 'unknown-key') throw new Error(JSON.stringify(failure))
    await acceptKey(failure.key)
    expect(readFileSync(knownHosts, 'utf8')).toMatch(/^# no newline at the end\n\[127/)
    expect(await attempt()).toBeNull()
  })

  it('refuses a changed one, and names the line', async () => {
    await know('# first', `${hostName} ${otherKey('ed25519')}`)
    const failure = await attempt()
    expect(failure?.kind).toBe('refused')
    expect(failure?.message).toContain(`CHANGED to ssh-ed25519 ${fingerprintOf('ed25519')}`)
    expect(failure?.message).toContain(`${knownHosts}:2 knows another`)
    expect(failure?.mend).toContain(`ssh-keygen -R '${hostName}' -f '${knownHosts}'`)
  })

  it('refuses one of another type than is known: the known type was asked for', async () => {
    await know(`${hostName} ecdsa-sha2-nistp256 ${Buffer.from('nothing').toString('base64')}`)
    expect(await attempt()).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('CHANGED'),
    })
  })

  it('asks the server for the type that is known', async () => {
    await know(`${hostName} ${sshd.hostKey('rsa')}`)
    expect(await attempt()).toBeNull()
  })

  it('refuses a revoked one', async () => {
    await know(`${hostName} ${sshd.hostKey('ed25519')}`)
    appendFileSync(knownHosts, `@revoked * ${sshd.hostKey('ed25519')}\n`)
    expect(await attempt()).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(`revoked key .*${knownHosts}:2`),
    })
  })

  it.each(['no', 'off', 'accept-new', 'ask'])(
    'asks under StrictHostKeyChecking %s',
    async value => {
      configure([`StrictHostKeyChecking ${value}`])
      expect(await attempt()).toMatchObject({ kind: 'unknown-key' })
      await know(`${hostName} ${otherKey('ed25519')}`)
      expect(await attempt()).toMatchObject({ kind: 'refused' })
    },
  )

  it('does not even ask under StrictHostKeyChecking yes', async () => {
    configure(['StrictHostKeyChecking yes'])
    expect(await attempt()).toMatchObject({
      kind: 'refused',
      mend: expect.stringContaining('known_hosts'),
    })
  })

  it('does not ask when the answer would be thrown away', async () => {
    configure(['UserKnownHostsFile /dev/null'])
    expect(await attempt()).toMatchObject({
      kind: 'refused',
      mend: expect.stringContaining('UserKnownHostsFile'),
    })
  })

  it('says that host certificates are not supported, and asks about the plain key', async () => {
    await know(`@cert-authority ${hostName} ${otherKey('ed25519')}`)
    expect(await attempt()).toMatchObject({
      kind: 'unknown-key',
      message: expect.stringContaining('certificates are not supported'),
    })
  })

  it('finds a host by its alias', async () => {
    configure(['HostKeyAlias the-factory'])
    await know(`the-factory ${sshd.hostKey('ed25519')}`)
    expect(await attempt()).toBeNull()
  })
})
