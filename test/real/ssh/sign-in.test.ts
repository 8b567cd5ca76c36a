/** The ways in: key files, a real agent, jump hosts; and clear words for what is not supported. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resolveHost } from '../../../adapters/ssh/resolve.ts'
import { sshTransport } from '../../../adapters/ssh/transport.ts'
import { TransportError, type TransportFailure } from '../../../adapters/transport.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { run } from '../parts/hosts.ts'
import { freePort } from '../parts/ports.ts'
import { clientConfig, makeKey, type Sshd, startSshd } from '../parts/sshd.ts'

requirePart('sshd')('signing in', () => {
  let sshd: Sshd
  let jump: Sshd
  beforeAll(async () => {
    ;[sshd, jump] = await Promise.all([startSshd(), startSshd()])
  })
  afterAll(() => Promise.all([sshd?.remove(), jump?.remove()]))

  const stanza = (alias: string, server: Sshd, more: string[] = [], userKey = server.userKey) => {
    const { port, user, knownHosts } = server
    return clientConfig({ alias, port, user, userKey, knownHosts, more })
  }
  /** Connects with that configuration; returns what a command printed, or why it failed. */
  const enter = async (
    config: string,
    name = 'factory',
    env: NodeJS.ProcessEnv = {},
  ): Promise<string | TransportFailure> => {
    const configFile = join(sshd.dir, 'config')
    writeFileSync(configFile, config)
    try {
      const host = await resolveHost(name, { configFile, env: { ...process.env, ...env } })
      const transport = sshTransport(host)
      try {
        await transport.connect()
        return (await run(transport, 'echo $SSH_CONNECTION')).stdout.trim()
      } finally {
        await transport.close()
      }
    } catch (error) {
      if (error instanceof TransportError) return error.failure
      throw error
    }
  }
  const inside = (server: Sshd) =>
    expect.stringMatching(`^127.0.0.1 \\d+ 127.0.0.1 ${server.port}$`)
  const newKey = (name: string, passphrase = '') => {
    const path = join(sshd.dir, name)
    makeKey(path, 'ed25519', passphrase)
    return path
  }
  /** A real agent with those keys. */
  const withAgent = async <T>(keys: string[], act: (socket: string) => Promise<T>): Promise<T> => {
    const socket = join(sshd.dir, `agent-${keys.length}`)
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    const gone = once(agent, 'exit')
    const env = { ...process.env, SSH_AUTH_SOCK: socket }
    try {
      await eventually('the agent answers', () => {
        for (const key of keys) execFileSync('ssh-add', ['-q', key], { env, stdio: 'ignore' })
        return true
      })
      return await act(socket)
    } finally {
      agent.kill()
      await gone
      rmSync(socket, { force: true })
    }
  }

  it('works with a key file, by alias and by user@host:port', async () => {
    expect(await enter(stanza('factory', sshd))).toEqual(inside(sshd))
    expect(await enter(stanza('127.0.0.1', sshd), sshd.target)).toEqual(inside(sshd))
  })

  it('works with an agent, found by the environment or by IdentityAgent', async () => {
    const key = join(sshd.dir, 'agent_key')
    copyFileSync(sshd.userKey, key)
    await withAgent([key], async socket => {
      const bare = stanza('factory', sshd, ['IdentitiesOnly no'], '/nowhere/key')
      const byEnvironment = bare.replace('  IdentityAgent none\n', '')
      expect(await enter(byEnvironment, 'factory', { SSH_AUTH_SOCK: socket })).toEqual(inside(sshd))
      const byName = bare.replace('IdentityAgent none', `IdentityAgent ${socket}`)
      expect(await enter(byName, 'factory', { SSH_AUTH_SOCK: '' })).toEqual(inside(sshd))
    })
  })

  it('offers the named key of a full agent first, before the server has had enough', async () => {
    const others = Array.from({ length: 8 }, (_, at) => newKey(`other_${at}`))
    const named = join(sshd.dir, 'named')
    copyFileSync(sshd.userKey, named)
    await withAgent([...others, named], async socket => {
      writeFileSync(join(sshd.dir, 'named.pub'), readFileSync(`${sshd.userKey}.pub`))
      rmSync(named)
      const config = (key: string) =>
        stanza('factory', sshd, ['IdentitiesOnly no'], key).replace(
          'IdentityAgent none',
          `IdentityAgent ${socket}`,
        )
      expect(await enter(config(named))).toEqual(inside(sshd))
      expect(await enter(config('/nowhere/key'))).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('too many keys'),
        mend: expect.stringContaining('IdentitiesOnly'),
      })
    })
  })

  it('leaves keys with a passphrase to the agent, and says so', async () => {
    const locked = newKey('locked', 'secret words')
    expect(await enter(stanza('factory', sshd, [], locked))).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/no key to offer .*locked: it has a passphrase: .*ssh-add/),
    })
  })

  it('names what it cannot use: FIDO keys, certificates, ProxyCommand', async () => {
    const fido = join(sshd.dir, 'fido')
    writeFileSync(fido, 'not readable as a key')
    writeFileSync(`${fido}.pub`, 'sk-ssh-ed25519@openssh.com AAAA')
    const config = stanza('factory', sshd, [`CertificateFile ${fido}-cert.pub`], fido)
    expect(await enter(config)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/FIDO .* not supported.*certificates are not supported/),
    })
    expect(await enter(stanza('factory', sshd, ['ProxyCommand nc %h %p']))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('ProxyCommand'),
      mend: expect.stringContaining('ProxyJump'),
    })
  })

  it('is refused with a wrong key, once, and not asked for a password', async () => {
    const failure = await enter(stanza('factory', sshd, [], newKey('wrong')))
    expect(failure).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('none of our keys'),
    })
  })

  it('is unreachable where nothing listens, and when there is no such host', async () => {
    const config = stanza('factory', sshd).replace(`Port ${sshd.port}`, `Port ${await freePort()}`)
    expect(await enter(config)).toMatchObject({
      kind: 'unreachable',
      mend: expect.stringContaining('sshd runs'),
    })
    expect(await enter('', 'no-such-host.invalid')).toMatchObject({ kind: 'unreachable' })
  })

  it('jumps over hosts, each one checked and signed in to like the last', async () => {
    const config = stanza('factory', sshd, ['ProxyJump hop']) + stanza('hop', jump)
    const before = sshd.connections()
    expect(await enter(config)).toEqual(inside(sshd))
    expect(sshd.connections()).toBe(before + 1)
    const twice = stanza('factory', sshd, ['ProxyJump hop,second']) + stanza('hop second', jump)
    expect(await enter(twice)).toEqual(inside(sshd))
    const nested =
      stanza('factory', sshd, ['ProxyJump second']) +
      stanza('second', jump, ['ProxyJump hop']) +
      stanza('hop', jump)
    expect(await enter(nested)).toEqual(inside(sshd))
  })

  it('asks about the key of a jump host too', async () => {
    const unknown = stanza('hop', jump).replace(jump.knownHosts, join(jump.dir, 'nobody'))
    expect(await enter(stanza('factory', sshd, ['ProxyJump hop']) + unknown)).toMatchObject({
      kind: 'unknown-key',
      message: expect.stringContaining('hop'),
      key: { file: join(jump.dir, 'nobody') },
    })
  })

  it('is lost when the jump host drops', async () => {
    const configFile = join(sshd.dir, 'config')
    writeFileSync(configFile, stanza('factory', sshd, ['ProxyJump hop']) + stanza('hop', jump))
    const transport = sshTransport(await resolveHost('factory', { configFile, env: process.env }))
    await transport.connect()
    jump.killSessions()
    expect(await transport.lost).toMatchObject({ kind: 'unreachable' })
    await transport.close()
  })

  it('finds a jump that leads back to itself', async () => {
    const config =
      stanza('factory', sshd, ['ProxyJump hop']) + stanza('hop', jump, ['ProxyJump factory'])
    expect(await enter(config)).toMatchObject({
      kind: 'refused',
      mend: expect.stringContaining('ProxyJump'),
    })
  })

  it('never takes a host for an option, and tells what ssh says of its configuration', async () => {
    expect(await enter('', '-oProxyCommand=touch /tmp/x')).toMatchObject({ kind: 'refused' })
    expect(await enter('Nonsense yes\n')).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('ssh cannot resolve factory'),
    })
    expect(await enter('', 'factory', { PATH: '/nowhere' })).toMatchObject({
      kind: 'refused',
      mend: expect.stringContaining('install'),
    })
  })
})
