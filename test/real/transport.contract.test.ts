/** One contract, held against every transport. What only SSH can show is in test/real/ssh. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { assert, asyncProperty, string } from 'fast-check'
import { expect, it } from 'vitest'
import { runScript, startProbe } from '../../adapters/remote-shell.ts'
import { eventually } from '../setup/eventually.ts'
import { overEveryHost } from './parts/every-host.ts'
import { run } from './parts/hosts.ts'
import { isAlive } from './parts/processes.ts'

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
const exited = (code: number) => ({ kind: 'exit', exit: { code, signal: null } })

overEveryHost('what runs', on => {
  it('hands on output, exit code and signals as the command made them', async () => {
    expect(await run(on.transport, 'echo out; echo err >&2; exit 7')).toEqual({
      outcome: exited(7),
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect((await run(on.transport, 'kill -KILL $$')).outcome).toEqual(exited(137))
  })

  it('[A04] leaves 255 to the command: it says nothing about the link', async () => {
    expect((await run(on.transport, 'exit 255')).outcome).toEqual(exited(255))
  })

  it('gives a script nothing to read', async () => {
    expect((await run(on.transport, 'cat; echo end')).stdout).toBe('end\n')
  })

  it('[A03] delivers prose with the same sha256', async () => {
    const prose = `* %s %d "double" 'single' \`date\` $HOME \\ \\n !! ünï 日本 \u0001\u007f\n\n\ttab\n`
    const script = `sha256sum <<'THE END'\n${prose}THE END\n`
    expect((await run(on.transport, script)).stdout).toBe(`${sha256(prose)}  -\n`)
  })

  it('[A03] delivers any script byte for byte, also of a megabyte', async () => {
    const echoed = async (body: string) =>
      (await run(on.transport, `cat <<'THE END'\n${body}\nTHE END\n`)).stdout
    const text = string({ unit: 'grapheme', maxLength: 400 }).filter(body => !body.includes('\0'))
    await assert(
      asyncProperty(text, async body => {
        expect(await echoed(body)).toBe(`${body}\n`)
      }),
      { numRuns: 25 },
    )
    const large = randomBytes(400_000)
      .toString('hex')
      .replaceAll(/(.{64})/g, '$1\n')
    expect(sha256(await echoed(large))).toBe(sha256(`${large}\n`))
  })

  it('refuses what no shell can read', async () => {
    expect((await run(on.transport, 'echo a\0b')).outcome).toMatchObject({
      kind: 'transport',
      failure: { kind: 'refused' },
    })
  })

  it('streams more output than any buffer holds, at the pace of its reader', async () => {
    let bytes = 0
    let busy = 0
    const outcome = await runScript(on.transport, 'head -c 30000000 /dev/zero', {
      onOutput: async (_fd, data) => {
        busy += 1
        expect(busy).toBe(1)
        await nextTick()
        bytes += data.length
        busy -= 1
      },
    })
    expect(outcome).toEqual(exited(0))
    expect(bytes).toBe(30_000_000)
  })

  it('ends a cancelled command with its children, those that ignore TERM too', async () => {
    const cancelling = new AbortController()
    const file = join(on.host.dir, 'pids')
    const script = `trap '' TERM\nsleep 300 & sh -c 'sleep 301 & wait' &\necho $$ $! >'${file}'; wait; wait`
    const running = run(on.transport, script, cancelling.signal)
    const pids = await eventually('the pids are written', () =>
      existsSync(file) && readFileSync(file, 'utf8').includes('\n')
        ? readFileSync(file, 'utf8').trim().split(' ').map(Number)
        : null,
    )
    expect(pids.map(isAlive)).toEqual([true, true])
    cancelling.abort()
    expect((await running).outcome).toEqual(exited(137))
    await eventually('all are gone', () => !pids.some(isAlive))
  })

  it('leaves alone what a finished script put in the background', async () => {
    const file = join(on.host.dir, 'left')
    await run(on.transport, `sleep 300 >/dev/null 2>&1 & echo $! >'${file}'`)
    const pid = Number(readFileSync(file, 'utf8'))
    expect(isAlive(pid)).toBe(true)
    await run(on.transport, `kill ${pid}`)
    await eventually('it is gone', () => !isAlive(pid))
  })

  it('starts a probe from its text, and ends it at EOF', async () => {
    const code = Buffer.from(
      `process.stdout.write('up ü\\n'); process.stdin.on('data', d => process.stdout.write(d));
       process.stdin.on('end', () => process.exit(3)); // ${'x'.repeat(300_000)}`,
    )
    const started = await startProbe(on.transport, { node: process.execPath, code })
    if (started.kind !== 'started') throw new Error(started.message)
    expect(`v${started.node.version}`).toBe(process.version)
    const heard: Buffer[] = []
    started.channel.stdout.on('data', chunk => heard.push(chunk))
    started.channel.stdin.end('ping\n')
    expect(await started.channel.exit).toEqual({ code: 3, signal: null })
    expect(Buffer.concat(heard).toString()).toBe('up ü\nping\n')
  })

  it('says where it looked when there is no node', async () => {
    const started = await startProbe(on.transport, { node: '/nowhere/node', code: Buffer.from('') })
    expect(started).toMatchObject({ kind: 'no-node', mend: expect.stringContaining('node =') })
    expect(started).toHaveProperty('message', expect.stringContaining('/nowhere/node'))
  })

  it('connects to sockets of the host', async () => {
    const path = join(on.host.dir, 'echo.sock')
    const server = createServer(socket => socket.pipe(socket))
    for (const where of [path, 0] as const) {
      await once(
        typeof where === 'string' ? server.listen(where) : server.listen(where, '127.0.0.1'),
        'listening',
      )
      if (typeof where === 'string') chmodSync(where, 0o777)
      const address = server.address()
      const stream =
        typeof address === 'object' && address
          ? await on.transport.forwardTcp('127.0.0.1', address.port)
          : await on.transport.forwardUnix(path)
      stream.end('hello')
      const chunks = await stream.toArray()
      expect(Buffer.concat(chunks).toString()).toBe('hello')
      server.close()
      await once(server, 'close')
    }
    await expect(on.transport.forwardUnix(join(on.host.dir, 'nothing.sock'))).rejects.toMatchObject(
      {
        failure: { kind: 'unreachable' },
      },
    )
  })

  it('ends everything when it is closed, and says so', async () => {
    const second = await on.host.newTransport()
    await second.connect()
    const file = join(on.host.dir, 'last')
    const running = run(second, `echo $$ >'${file}'; sleep 300`)
    const pid = await eventually(
      'it runs',
      () => existsSync(file) && Number(readFileSync(file, 'utf8')),
    )
    await second.close()
    await expect(second.lost).resolves.toMatchObject({ kind: 'unreachable' })
    await running
    await eventually('it is gone', () => !isAlive(pid))
    await expect(second.stream('true')).rejects.toMatchObject({
      failure: { kind: 'unreachable' },
    })
  })
})
