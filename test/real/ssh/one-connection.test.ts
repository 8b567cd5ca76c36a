/** What only SSH can show: one TCP connection whatever happens, and what a drop does. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startProbe } from '../../../adapters/remote-shell.ts'
import type { Transport } from '../../../adapters/transport.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { run, type SshHost, sshHost, sshTo } from '../parts/hosts.ts'
import { isAlive } from '../parts/processes.ts'
import { startRelay } from '../parts/relay.ts'
import { clientConfig } from '../parts/sshd.ts'

const exited = (code: number) => ({ kind: 'exit', exit: { code, signal: null } })
const parallel = <T>(count: number, make: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, at) => make(at)))

/** A probe that stays until EOF. */
const RESIDENT = Buffer.from(
  `process.stdin.resume(); process.stdin.on('end', () => process.exit(0))`,
)

requirePart('sshd')('one SSH connection', () => {
  let host: SshHost
  let transport: Transport
  beforeAll(async () => {
    host = await sshHost()
    transport = await host.newTransport()
    await transport.connect()
  })
  afterAll(async () => {
    await transport?.close()
    await host?.remove()
  })

  it('[A01] carries 20 parallel reads in exactly one TCP connection', async () => {
    const before = host.sshd.connections()
    const reads = await parallel(20, at => run(transport, `echo ${at}; sleep 0.05`))
    expect(reads.map(({ stdout }) => Number(stdout))).toEqual(
      Array.from({ length: 20 }, (_, at) => at),
    )
    await transport.connect()
    expect(await transport.ping()).toBeLessThan(1_000)
    expect(host.sshd.connections()).toBe(before)
    expect(before).toBe(1)
  })

  it('[A01] runs 40 at once beside a probe within 10 sessions', async () => {
    const probe = await startProbe(transport, { node: process.execPath, code: RESIDENT })
    if (probe.kind !== 'started') throw new Error(probe.message)
    const codes = await parallel(40, async at => (await run(transport, `exit ${at}`)).outcome)
    expect(codes).toEqual(Array.from({ length: 40 }, (_, at) => exited(at)))
    probe.channel.stdin.end()
    expect(await probe.channel.exit).toEqual({ code: 0, signal: null })
  })

  it('keeps one shell ready: a script costs one round trip', async () => {
    const relay = await startRelay({ host: '127.0.0.1', port: host.sshd.port })
    const configFile = join(host.sshd.dir, 'relay_config')
    const { user, userKey, knownHosts } = host.sshd
    const more = [`HostKeyAlias [127.0.0.1]:${host.sshd.port}`]
    const port = relay.port
    writeFileSync(configFile, clientConfig({ alias: 'far', port, user, userKey, knownHosts, more }))
    const far = await sshTo({ ...host.sshd, configFile }, 'far')
    await far.connect()
    relay.delay(300)
    await eventually(
      'a spare shell is up',
      () => host.sshd.log().split('Starting session').length > 1,
    )
    const times: number[] = []
    for (let at = 0; at < 3; at += 1) {
      const started = performance.now()
      expect((await run(far, `echo ${at}`)).stdout).toBe(`${at}\n`)
      times.push(performance.now() - started)
      // The next spare takes two.
      await far
        .ping()
        .then(() => far.ping())
        .then(() => far.ping())
    }
    expect(Math.min(...times)).toBeGreaterThan(290)
    expect(Math.min(...times)).toBeLessThan(580)
    await far.close()
    await relay.stop()
  })

  it('lets short commands pass when every turn is taken by long ones', async () => {
    const stopping = new AbortController()
    const long = parallel(4, () => run(transport, 'sleep 300', stopping.signal))
    expect((await run(transport, 'echo short')).stdout).toBe('short\n')
    stopping.abort()
    await long
  })

  it('gives up a turn that it waits for, and runs nothing then', async () => {
    const stopping = new AbortController()
    const long = parallel(4, () => run(transport, 'sleep 300', stopping.signal))
    const waiting = new AbortController()
    const file = join(host.dir, 'must-not-be')
    const never = run(transport, `touch '${file}'`, waiting.signal)
    waiting.abort()
    expect((await never).outcome).toMatchObject({
      kind: 'transport',
      failure: { kind: 'unreachable' },
    })
    stopping.abort()
    await long
    expect(existsSync(file)).toBe(false)
  })

  it('[A04] tells an unknown outcome when the connection drops, and ends what ran', async () => {
    const doomed = await host.newTransport()
    await doomed.connect()
    const file = join(host.dir, 'dropped')
    const running = run(doomed, `echo $$ >'${file}'; sleep 300`)
    const pid = await eventually(
      'it runs',
      () => existsSync(file) && Number(readFileSync(file, 'utf8')),
    )
    host.sshd.killSessions()
    expect((await running).outcome).toMatchObject({
      kind: 'transport',
      failure: { kind: 'unknown-outcome', mend: expect.stringContaining('look at the host') },
    })
    expect(await doomed.lost).toMatchObject({ kind: 'unreachable' })
    await eventually('its processes are gone', () => !isAlive(pid))
    expect((await run(doomed, 'true')).outcome).toMatchObject({ failure: { kind: 'unreachable' } })
    await doomed.close()
    transport = await host.newTransport()
    await transport.connect()
  })
})

requirePart('sshd')('a host with few sessions', () => {
  it('[O02] works with MaxSessions 2, and says so when not one is left', async () => {
    const host = await sshHost({ maxSessions: 2 })
    const transport = await host.newTransport()
    try {
      await transport.connect()
      const start = () => startProbe(transport, { node: process.execPath, code: RESIDENT })
      const first = await start()
      const codes = await parallel(8, async at => (await run(transport, `exit ${at}`)).outcome)
      expect(codes).toEqual(Array.from({ length: 8 }, (_, at) => exited(at)))
      const second = await start()
      expect([first.kind, second.kind]).toEqual(['started', 'started'])
      expect((await run(transport, 'true')).outcome).toMatchObject({
        failure: { kind: 'refused', mend: expect.stringContaining('MaxSessions') },
      })
      expect(host.sshd.connections()).toBe(1)
    } finally {
      await transport.close()
      await host.remove()
    }
  })
})

requirePart('sshd')('[O02] a bad link', () => {
  it('is measured when slow, and found lost when it hangs or is cut', async () => {
    const host = await sshHost({ config: ['ClientAliveInterval 1', 'ClientAliveCountMax 2'] })
    const relay = await startRelay({ host: '127.0.0.1', port: host.sshd.port })
    const limits = { keepaliveMs: 200, keepaliveMisses: 2 }
    const name = `${host.sshd.user}@127.0.0.1:${relay.port}`
    writeFileSync(
      host.sshd.configFile,
      `Host 127.0.0.1\n HostKeyAlias [127.0.0.1]:${host.sshd.port}\n IdentityFile ${host.sshd.userKey}\n` +
        ` IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile ${host.sshd.knownHosts}\n`,
    )
    try {
      const slow = await sshTo(host.sshd, name, { ...limits, keepaliveMs: 5_000 })
      await slow.connect()
      relay.delay(100)
      expect(await slow.ping()).toBeGreaterThanOrEqual(95)
      expect((await run(slow, 'echo slow')).stdout).toBe('slow\n')
      relay.cut()
      expect(await slow.lost).toMatchObject({ kind: 'unreachable' })
      await slow.close()
      relay.delay(0)

      const hung = await sshTo(host.sshd, name, limits)
      await hung.connect()
      const file = join(host.dir, 'hung')
      const running = run(hung, `echo $$ >'${file}'; sleep 300`)
      const pid = await eventually(
        'it runs',
        () => existsSync(file) && Number(readFileSync(file, 'utf8')),
      )
      relay.hang()
      expect((await running).outcome).toMatchObject({ failure: { kind: 'unknown-outcome' } })
      expect(await hung.lost).toMatchObject({
        message: expect.stringContaining('no longer answers'),
      })
      await eventually('sshd gave it up too, and its processes are gone', () => !isAlive(pid))
      await hung.close()
    } finally {
      await relay.stop()
      await host.remove()
    }
  })
})
