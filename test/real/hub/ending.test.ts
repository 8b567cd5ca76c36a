/** A hub that ends, by itself or by force: nothing of it is left, and the next one comes at once. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator, type Operator } from '../parts/operator.ts'
import { identitiesOf, isAlive, killLater } from '../parts/processes.ts'
import { startRelay } from '../parts/relay.ts'
import { clientConfig, type Sshd, startSshd } from '../parts/sshd.ts'

requirePart('sshd')('a hub that ends', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.remove())

  const operator = (): Operator =>
    newOperator({ select: ['--host', 'factory', '-F', sshd.configFile] })

  it('leaves nothing when it is stopped: no process, no socket, nothing on the host', async () => {
    const { run, printed, hub, hubs, runtime } = operator()
    await printed('prewarm')
    await printed('host')
    const pid = (await hub())?.pid ?? 0
    const there = sshd.sessions()
    expect(there.length).toBeGreaterThan(2)
    expect(await run('stop')).toMatchObject({ exitCode: 0 })
    await eventually('the hub is gone', () => !isAlive(pid) && hubs().length === 0)
    expect(existsSync(join(runtime, 'dockmaster', 'factory.sock'))).toBe(false)
    await eventually('nothing is left on the host', () => !there.some(isAlive))
    expect((await run('status')).stdout).toBe('no hub runs')
  })

  it('ends everything on the host when it is killed, and the next client starts another', async () => {
    const { start, printed, hub, runtime } = operator()
    await printed('host')
    const running = start('run', 'echo $$; exec sleep 300')
    let heard = ''
    running.stdout.on('data', (chunk: Buffer) => {
      heard += String(chunk)
    })
    const sleeper = await eventually('it runs', () => heard !== '' && Number(heard))
    const there = sshd.sessions()
    expect(there).toContain(sleeper)
    const pid = (await hub())?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    expect(await running).toMatchObject({
      exitCode: 75,
      stderr: expect.stringContaining('look at the host'),
    })
    await eventually('nothing is left on the host', () => !there.some(isAlive), 10_000)
    expect(existsSync(join(runtime, 'dockmaster', 'factory.sock'))).toBe(true)
    expect(await printed('run', 'echo again')).toBe('again')
    expect((await hub())?.pid).not.toBe(pid)
  })

  it('is followed by another, although its host hangs and it takes long to leave', async () => {
    const { run, printed, hub } = operator()
    await printed('prewarm')
    const first = (await hub())?.pid
    const frozen = sshd.sessions()
    killLater(...identitiesOf(frozen))
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    expect((await run('stop')).exitCode).toBe(0)
    expect(await printed('note', 'by the next one')).toContain('by the next one')
    expect((await hub())?.pid).not.toBe(first)
  })

  it('ends at once while a host is silent that it tries to reach', async () => {
    const relay = await startRelay({ host: '127.0.0.1', port: sshd.port })
    onTestFinished(() => relay.stop())
    relay.hang()
    const configFile = join(sshd.dir, 'relay_config')
    const { user, userKey, knownHosts } = sshd
    const more = [`HostKeyAlias [127.0.0.1]:${sshd.port}`]
    const stanza = { alias: 'far', port: relay.port, user, userKey, knownHosts, more }
    writeFileSync(configFile, clientConfig(stanza))
    const far = newOperator({ select: ['--host', 'far', '-F', configFile] })
    const { run, printed, hub, hubs, state } = far
    await printed('note', 'the host is silent')
    expect((await hub())?.link.state).toBe('connecting')
    await eventually('it tries', () => relay.open === 1)
    expect((await run('stop')).exitCode).toBe(0)
    await eventually('it is gone', () => hubs().length === 0, 3_000)
    const log = readFileSync(join(state, 'dockmaster', 'far.hub.log'), 'utf8')
    expect(log.trim().split('\n')).toEqual([
      expect.stringMatching(/ serves \(pid \d+\)$/),
      expect.stringMatching(/ hub ended$/),
    ])
  })
})
