/** The practice host's SSH server, met by the system's own ssh, rsync and git, and by ssh2. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { type TestFactory, testFactory } from './parts/factory.ts'
import { isAlive } from './parts/processes.ts'

let factory: TestFactory
beforeAll(async () => {
  factory = await testFactory()
})
afterAll(() => factory?.remove())

const sshWords = () => ['-F', factory.layout.sshConfig, factory.ready.ssh.host]
const ssh = (command: string, options: { input?: Buffer } = {}) =>
  execa('ssh', [...sshWords(), command], { reject: false, ...options })

requirePart('sshd', 'git')('the practice host over ssh', () => {
  it('passes exit codes, both outputs and the home through', async () => {
    const { exitCode, stdout, stderr } = await ssh('pwd; echo aside >&2; exit 37')
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 37,
      stdout: factory.layout.home,
      stderr: 'aside',
    })
  })

  it('tells a signal as a signal', async () => {
    const client = await connected()
    const ended = await endOf(client, 'kill -TERM $$')
    client.end()
    expect(ended).toEqual({ code: null, signal: 'SIGTERM' })
  })

  it('passes signals that the client sends to the whole group', async () => {
    const client = await connected()
    const channel = await opened(client, `sh -c 'echo ready; sleep 300'`)
    await once(channel, 'data')
    const ending = once(channel, 'exit')
    channel.signal('KILL')
    expect((await ending)[1]).toBe('SIGKILL')
    client.end()
  })

  it('carries more than a window in and out unchanged, to the last newline', async () => {
    const bytes = Buffer.concat([randomBytes(5_000_000), Buffer.from('\n')])
    const { stdout } = await execa('ssh', [...sshWords(), 'cat'], {
      input: bytes,
      encoding: 'buffer',
      stripFinalNewline: false,
    })
    const sum = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
    expect(sum(stdout)).toBe(sum(bytes))
  })

  it('[A01] counts TCP connections and channels, also in its file', async () => {
    const before = { ...factory.ssh.counters }
    const client = await connected()
    await Promise.all([1, 2, 3].map(() => endOf(client, 'true')))
    expect(factory.ssh.counters.connections - before.connections).toBe(1)
    expect(factory.ssh.counters.channels - before.channels).toBe(3)
    client.end()
    await eventually('the connection is counted off', () => {
      return factory.ssh.counters.connectionsNow === before.connectionsNow
    })
    await eventually('the file follows', () => {
      const written: unknown = JSON.parse(readFileSync(factory.layout.counters, 'utf8'))
      return JSON.stringify(written) === JSON.stringify(factory.ssh.counters)
    })
  })

  it('refuses the 11th session of a connection, and goes on with the others', async () => {
    const client = await connected()
    const held = await Promise.all(Array.from({ length: 10 }, () => opened(client, 'cat')))
    await expect(opened(client, 'true')).rejects.toMatchObject({ reason: 2 })
    for (const channel of held) channel.resume().end()
    await Promise.all(held.map(channel => once(channel, 'close')))
    expect(await endOf(client, 'exit 4')).toEqual({ code: 4, signal: null })
    client.end()
  })

  it('ends what a connection started, with its children, when the connection is cut', async () => {
    const client = await connected()
    const channel = await opened(client, 'sleep 300 & echo $! $$; wait')
    const [text] = (await once(channel, 'data')) as [Buffer]
    const pids = text.toString().trim().split(' ').map(Number)
    expect(pids.map(isAlive)).toEqual([true, true])
    client.on('error', () => undefined)
    factory.ssh.cut()
    await eventually('both are gone', () => pids.every(pid => !isAlive(pid)))
  })

  it('lets one user with one key in', async () => {
    const other = ssh2.utils.generateKeyPairSync('ed25519')
    const login = { host: '127.0.0.1', port: factory.ready.ssh.port }
    await expect(
      connected({ ...login, username: 'factory', privateKey: other.private }),
    ).rejects.toThrow(/authentication/)
    await expect(connected({ ...login, username: 'root', privateKey: userKey() })).rejects.toThrow(
      /authentication/,
    )
  })

  it('forwards to loopback and to Unix sockets, and nowhere else', async () => {
    const echo = createServer(socket => socket.pipe(socket))
    const socketPath = join(scratch(), 'echo.sock')
    const local = createServer(socket => socket.pipe(socket)).listen(socketPath)
    echo.listen(0, '127.0.0.1')
    await Promise.all([once(echo, 'listening'), once(local, 'listening')])
    const { port } = echo.address() as { port: number }
    const client = await connected()
    const say = async (stream: ssh2.ClientChannel) => {
      stream.write('hello')
      const [heard] = (await once(stream, 'data')) as [Buffer]
      stream.end()
      return heard.toString()
    }
    const out = (host: string, to: number) =>
      new Promise<ssh2.ClientChannel>((resolve, reject) => {
        client.forwardOut('127.0.0.1', 1, host, to, (error, stream) => {
          if (error) reject(error)
          else resolve(stream)
        })
      })
    expect(await say(await out('127.0.0.1', port))).toBe('hello')
    const unix = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
      client.openssh_forwardOutStreamLocal(socketPath, (error, stream) => {
        if (error) reject(error)
        else resolve(stream)
      })
    })
    expect(await say(unix)).toBe('hello')
    await expect(out('192.0.2.1', 80)).rejects.toThrow()
    client.end()
    echo.close()
    local.close()
  })

  it('serves git fetch by the system ssh', async () => {
    const clone = join(scratch(), 'clone')
    const env = { GIT_SSH_COMMAND: `ssh -F '${factory.layout.sshConfig}'` }
    const source = `${factory.ready.ssh.host}:${factory.layout.origins}/tidewater/quay.git`
    await execa('git', ['clone', '--quiet', source, clone], { env })
    const { stdout } = await execa('git', ['-C', clone, 'log', '--format=%s', '--reverse'])
    expect(stdout.split('\n')[0]).toBe('Begin')
  })

  it('lists its crontab and its timers', async () => {
    expect((await ssh('crontab -l')).stdout).toContain('*/15 * * * *')
    const timers: unknown = JSON.parse(
      (await ssh('systemctl --user list-timers --all --output=json')).stdout,
    )
    expect(timers).toMatchObject([
      { unit: 'index-transcripts.timer' },
      { unit: 'backup-repos.timer' },
    ])
    const shown = await ssh(
      'systemctl --user show -pId,Result -- backup-repos.service none.service',
    )
    expect(shown.stdout).toBe('Result=exit-code\nId=backup-repos.service\n\nId=none.service')
  })
})

requirePart('sshd', 'rsync')('rsync to the practice host', () => {
  it('copies a file', async () => {
    const from = join(scratch(), 'note')
    writeFileSync(from, 'by rsync\n')
    const shell = `ssh -F '${factory.layout.sshConfig}'`
    await execa('rsync', ['-e', shell, from, `${factory.ready.ssh.host}:note`])
    expect(readFileSync(join(factory.layout.home, 'note'), 'utf8')).toBe('by rsync\n')
  })
})

const userKey = () => readFileSync(join(factory.layout.keys, 'user'))

async function connected(login?: ssh2.ConnectConfig): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  const { port, user } = factory.ready.ssh
  const own = { host: '127.0.0.1', port, username: user, privateKey: userKey() }
  const ready = once(client, 'ready')
  client.connect({ ...(login ?? own), hostVerifier: () => true })
  await ready
  return client
}

const opened = (client: ssh2.Client, command: string) =>
  new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error)
      else resolve(channel)
    })
  })

async function endOf(client: ssh2.Client, command: string) {
  const channel = await opened(client, command)
  const ending = once(channel, 'exit')
  channel.resume()
  const [code, signal = null] = (await ending) as [number | null, string?]
  return { code, signal }
}
