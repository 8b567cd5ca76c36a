/** One contract, held against every transport. What only SSH can show is in test/real/ssh. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { assert, asyncProperty, string } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runScript, runSerialized, startProbe } from '../../adapters/remote-shell.ts'
import { openTerminalIn } from '../../adapters/remote-terminal.ts'
import type { Terminal, Transport } from '../../adapters/transport.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { practiceHost } from './parts/factory.ts'
import { collect, localHost, run, sshHost, type TestHost } from './parts/hosts.ts'
import { isAlive } from './parts/processes.ts'

const HOSTS: { name: string; suite: ReturnType<typeof requirePart>; make(): Promise<TestHost> }[] =
  [
    { name: 'local', suite: requirePart(), make: async () => localHost() },
    { name: 'ssh', suite: requirePart('sshd'), make: () => sshHost() },
    { name: 'practice ssh', suite: requirePart('sshd', 'git'), make: practiceHost },
  ]

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
const exited = (code: number) => ({ kind: 'exit', exit: { code, signal: null } })

const hasPty = existsSync(new URL('../../node_modules/node-pty', import.meta.url))

for (const { name, suite, make } of HOSTS) {
  suite(`the ${name} transport`, () => {
    let host: TestHost
    let transport: Transport
    beforeAll(async () => {
      host = await make()
      transport = await host.newTransport()
      await transport.connect()
    })
    afterAll(async () => {
      await transport?.close()
      await host?.remove()
    })

    it('hands on output, exit code and signals as the command made them', async () => {
      expect(await run(transport, 'echo out; echo err >&2; exit 7')).toEqual({
        outcome: exited(7),
        stdout: 'out\n',
        stderr: 'err\n',
      })
      expect((await run(transport, 'kill -KILL $$')).outcome).toEqual(exited(137))
    })

    it('[A04] leaves 255 to the command: it says nothing about the link', async () => {
      expect((await run(transport, 'exit 255')).outcome).toEqual(exited(255))
    })

    it('gives a script nothing to read', async () => {
      expect((await run(transport, 'cat; echo end')).stdout).toBe('end\n')
    })

    it('[A03] delivers prose with the same sha256', async () => {
      const prose = `* %s %d "double" 'single' \`date\` $HOME \\ \\n !! ünï 日本 \u0001\u007f\n\n\ttab\n`
      const script = `sha256sum <<'THE END'\n${prose}THE END\n`
      expect((await run(transport, script)).stdout).toBe(`${sha256(prose)}  -\n`)
    })

    it('[A03] delivers any script byte for byte, also of a megabyte', async () => {
      const echoed = async (body: string) =>
        (await run(transport, `cat <<'THE END'\n${body}\nTHE END\n`)).stdout
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
      expect((await run(transport, 'echo a\0b')).outcome).toMatchObject({
        kind: 'transport',
        failure: { kind: 'refused' },
      })
    })

    it('streams more output than any buffer holds, at the pace of its reader', async () => {
      let bytes = 0
      let busy = 0
      const outcome = await runScript(transport, 'head -c 30000000 /dev/zero', {
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
      const file = join(host.dir, 'pids')
      const script = `trap '' TERM\nsleep 300 & sh -c 'sleep 301 & wait' &\necho $$ $! >'${file}'; wait; wait`
      const running = run(transport, script, cancelling.signal)
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
      const file = join(host.dir, 'left')
      await run(transport, `sleep 300 >/dev/null 2>&1 & echo $! >'${file}'`)
      const pid = Number(readFileSync(file, 'utf8'))
      expect(isAlive(pid)).toBe(true)
      await run(transport, `kill ${pid}`)
      await eventually('it is gone', () => !isAlive(pid))
    })

    it('[A02] never lets two serialized scripts overlap while a read runs between them', async () => {
      const log = join(host.dir, 'audit')
      const other = await host.newTransport()
      await other.connect()
      const write = (by: Transport, label: string) => {
        const heard = collect()
        const script = `echo "${label} begins" >>'${log}'; sleep 0.4; echo "${label} ends" >>'${log}'`
        const options = { label, breakLock: false, onOutput: heard.onOutput }
        return runSerialized(by, script, options).then(outcome => ({
          outcome,
          err: heard.stderr(),
        }))
      }
      const writes = [write(transport, 'one'), write(other, 'two'), write(transport, 'three')]
      await eventually('a write has begun', () => existsSync(log))
      expect((await run(transport, `echo "a read" >>'${log}'`)).outcome).toEqual(exited(0))
      const ended = await Promise.all(writes)
      expect(ended.map(({ outcome }) => outcome)).toEqual([exited(0), exited(0), exited(0)])
      const lines = readFileSync(log, 'utf8').trim().split('\n')
      expect(lines.indexOf('a read')).toBeLessThan(lines.length - 1)
      const audit = lines.filter(line => line !== 'a read')
      expect(audit).toHaveLength(6)
      for (const at of [0, 2, 4]) {
        expect(audit[at]?.replace(' begins', '')).toBe(audit[at + 1]?.replace(' ends', ''))
      }
      const waited = ended.map(({ err }) => err).filter(Boolean)
      expect(waited.length).toBeGreaterThanOrEqual(2)
      for (const err of waited)
        expect(err).toMatch(/^(dockmaster: waiting for (one|two|three) \(pid \d+, since .*Z\)\n)+$/)
      expect(existsSync(join(host.dir, 'dockmaster', 'runl.lock'))).toBe(false)
      await other.close()
    })

    it('[A02] says who left a stale lock, and breaks it only when told to', async () => {
      const lock = join(host.dir, 'dockmaster', 'runl.lock')
      const holder = 'feed 4194303 12345 1700000000 an old console'
      await run(transport, `mkdir -p '${lock}'; echo '${holder}' >'${lock}/holder.feed'`)
      const attempt = (breakLock: boolean) => {
        const heard = collect()
        const options = { label: 'me', breakLock, onOutput: heard.onOutput }
        return runSerialized(transport, 'echo ran', options).then(outcome => ({
          outcome,
          stdout: heard.stdout(),
        }))
      }
      const refused = await attempt(false)
      expect(refused.stdout).toBe('')
      expect(refused.outcome).toMatchObject({
        kind: 'stale-lock',
        holder: 'an old console (pid 4194303, since 2023-11-14T22:13:20.000Z)',
      })
      expect(readFileSync(join(lock, 'holder.feed'), 'utf8')).toBe(`${holder}\n`)
      expect(await attempt(true)).toEqual({ outcome: exited(0), stdout: 'ran\n' })
      expect(existsSync(lock)).toBe(false)
    })

    it('[A02] takes a recycled pid for a stale lock: the start time tells', async () => {
      const lock = join(host.dir, 'dockmaster', 'runl.lock')
      await run(
        transport,
        `mkdir -p '${lock}'; echo "feed ${process.pid} 1 1700000000 x" >'${lock}/holder'`,
      )
      const options = { label: 'me', breakLock: false, onOutput: () => undefined }
      expect((await runSerialized(transport, 'true', options)).kind).toBe('stale-lock')
      await run(transport, `rm -r '${lock}'`)
    })

    it('[A02] frees the lock of a writer that was cancelled, also one that only waited', async () => {
      const lock = join(host.dir, 'dockmaster', 'runl.lock')
      const cancelling = new AbortController()
      const options = {
        label: 'me',
        breakLock: false,
        onOutput: () => undefined,
        signal: cancelling.signal,
      }
      const holding = runSerialized(transport, 'sleep 300', options)
      await eventually('the lock is held', () => existsSync(lock) && readdirSync(lock).length > 0)
      const waiting = runSerialized(transport, 'sleep 301', options)
      cancelling.abort()
      expect((await Promise.all([holding, waiting])).map(({ kind }) => kind)).not.toContain(
        'stale-lock',
      )
      await eventually('the lock is free', () => !existsSync(lock))
    })

    it('starts a probe from its text, and ends it at EOF', async () => {
      const code = Buffer.from(
        `process.stdout.write('up ü\\n'); process.stdin.on('data', d => process.stdout.write(d));
         process.stdin.on('end', () => process.exit(3)); // ${'x'.repeat(300_000)}`,
      )
      const started = await startProbe(transport, { node: process.execPath, code })
      if (started.kind !== 'started') throw new Error(started.message)
      expect(`v${started.node.version}`).toBe(process.version)
      const heard: Buffer[] = []
      started.channel.stdout.on('data', chunk => heard.push(chunk))
      started.channel.stdin.end('ping\n')
      expect(await started.channel.exit).toEqual({ code: 3, signal: null })
      expect(Buffer.concat(heard).toString()).toBe('up ü\nping\n')
    })

    it('says where it looked when there is no node', async () => {
      const started = await startProbe(transport, { node: '/nowhere/node', code: Buffer.from('') })
      expect(started).toMatchObject({ kind: 'no-node', mend: expect.stringContaining('node =') })
      expect(started).toHaveProperty('message', expect.stringContaining('/nowhere/node'))
    })

    it('connects to sockets of the host', async () => {
      const path = join(host.dir, 'echo.sock')
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
            ? await transport.forwardTcp('127.0.0.1', address.port)
            : await transport.forwardUnix(path)
        stream.end('hello')
        const chunks = await stream.toArray()
        expect(Buffer.concat(chunks).toString()).toBe('hello')
        server.close()
        await once(server, 'close')
      }
      await expect(transport.forwardUnix(join(host.dir, 'nothing.sock'))).rejects.toMatchObject({
        failure: { kind: 'unreachable' },
      })
    })

    describe.skipIf(!hasPty)('a terminal', () => {
      const term = 'xterm-256color'
      /** What the terminal shows, and a way to wait for it. */
      const shown = (terminal: Terminal) => {
        let text = ''
        terminal.output.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        return (what: RegExp) =>
          eventually(`${what} is shown`, () => what.exec(text)).catch((error: unknown) => {
            throw new Error(`${String(error)}\n${JSON.stringify(text)}`)
          })
      }

      it('[N06] has the size it is given, also after a resize, and the exit of its command', async () => {
        const size = { columns: 91, rows: 33 }
        const terminal = await transport.terminal('exec sh', { size, term })
        const until = shown(terminal)
        terminal.input.write('stty size; echo "[$TERM]"; tty\n')
        await until(/33 91\r\n\[xterm-256color\]\r\n\/dev\//)
        terminal.resize({ columns: 120, rows: 50 })
        terminal.input.write('stty size\n')
        await until(/50 120\r\n/)
        terminal.input.write('exit 7\n')
        expect(await terminal.exit).toEqual({ code: 7, signal: null })
      })

      it('[N06] opens in a directory whatever its name holds, which is never shell text', async () => {
        const tricky = `it's "a" $(touch ran) \`touch ran\` ; touch ran # ü 日本 \\ * `
        const directory = join(host.dir, tricky)
        mkdirSync(directory)
        chmodSync(directory, 0o777)
        const size = { columns: 200, rows: 24 }
        const terminal = await openTerminalIn(transport, directory, { size, term })
        const until = shown(terminal)
        terminal.input.write('printf "%s|" "$PWD" | od -An -tx1 | tr -d " \\n"; echo " end"\n')
        await until(new RegExp(`${Buffer.from(`${directory}|`).toString('hex')} end`))
        terminal.input.write('exit\n')
        expect(await terminal.exit).toEqual({ code: 0, signal: null })
        expect(existsSync(join(directory, 'ran'))).toBe(false)
      })

      it('[N06] refuses a directory that cannot be typed, and ends in one that is not there', async () => {
        const options = { size: { columns: 80, rows: 24 }, term }
        for (const directory of ['/a\nb', '/a\u0003b', 'here', `/${'x'.repeat(4_000)}`]) {
          await expect(openTerminalIn(transport, directory, options)).rejects.toMatchObject({
            failure: { kind: 'refused' },
          })
        }
        const gone = await openTerminalIn(transport, join(host.dir, 'not there'), options)
        const until = shown(gone)
        await until(/not there/)
        expect(await gone.exit).toEqual({ code: 66, signal: null })
      })

      it('[N06] hangs up what runs there when it is closed', async () => {
        const size = { columns: 80, rows: 24 }
        const terminal = await transport.terminal('exec sh', { size, term })
        const until = shown(terminal)
        terminal.input.write(`echo "pids $$ end"; sh -c 'echo "and $$ end"; exec sleep 300'\n`)
        const found = await until(/pids (\d+) end\r\nand (\d+) end\r\n/)
        const pids = found.slice(1).map(Number)
        expect(pids.map(isAlive)).toEqual([true, true])
        terminal.close()
        expect(await terminal.exit).toMatchObject({ code: null })
        await eventually('both are gone', () => !pids.some(isAlive))
        terminal.resize(size)
        terminal.input.write('nobody reads this\n')
      })
    })

    it('ends everything when it is closed, and says so', async () => {
      const second = await host.newTransport()
      await second.connect()
      const file = join(host.dir, 'last')
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
}
