/** Many clients of the built program, one hub, one TCP connection to a real sshd. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator, type Operator } from '../parts/operator.ts'
import { type Sshd, startSshd } from '../parts/sshd.ts'

requirePart('sshd')('one hub', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.remove())

  const operator = (): Operator =>
    newOperator({ select: ['--host', 'factory', '-F', sshd.configFile] })

  it('[A01] carries 20 parallel reads of 5 clients over one TCP connection', async () => {
    const { printed, hub } = operator()
    const before = sshd.connections()
    await printed('prewarm')
    const clients = Array.from({ length: 5 }, (_, client) =>
      Array.from({ length: 4 }, (_unused, read) => `${client}.${read}`),
    )
    const answers = await Promise.all(
      clients.flat().map(name => printed('run', `echo ${name}; sleep 0.1`)),
    )
    expect(answers).toEqual(clients.flat())
    expect(await hub()).toMatchObject({ link: { state: 'up', connections: 1, reconnects: 0 } })
    expect(sshd.connections() - before).toBe(1)
  })

  it('[A01] is the only one when ten clients start at once on a cold profile', async () => {
    const { printed, hub, hubs } = operator()
    const before = sshd.connections()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, client) => printed('run', `echo ${client}`)),
    )
    expect(answers).toEqual(Array.from({ length: 10 }, (_, client) => String(client)))
    await eventually('the candidates that lost are gone', () => hubs().length === 1)
    expect(hubs()).toEqual([(await hub())?.pid])
    expect(sshd.connections() - before).toBe(1)
  })

  it('[A01] says whether it lives and since when, and opens nothing for that', async () => {
    const { run, printed, hub, hubs, runtime } = operator()
    const before = sshd.connections()
    expect(await run('status')).toEqual({ stdout: 'no hub runs', stderr: '', exitCode: 1 })
    expect((await run('status', '--json')).stdout).toBe('null')
    expect(hubs()).toEqual([])
    expect(existsSync(join(runtime, 'dockmaster', 'factory.lock'))).toBe(false)
    expect(sshd.connections()).toBe(before)

    await printed('prewarm')
    expect(await printed('status')).toMatch(/^factory: alive \(up since \d{4}-\d\d-\d\dT[\d:.]+Z\)/)
    expect(sshd.connections()).toBe(before + 1)

    await sshd.stop()
    await eventually('the link is down', async () => (await hub())?.link.state === 'down')
    const down = await run('status')
    expect(down.stdout).toMatch(/^factory: dead \(down since .*Z\)/)
    expect(down.stdout).toMatch(/\nreason {3}.*127\.0\.0\.1/)
    expect(down.exitCode).toBe(0)
    await sshd.restart()
    await eventually('the link is up', async () => (await hub())?.link.state === 'up')
    expect(sshd.connections()).toBe(before + 2)
    expect((await hub())?.link.reconnects).toBe(1)
  })

  it('[A03] takes a script as it is: the same bytes arrive on the host', async () => {
    const { feed } = operator()
    const text = [
      '* ? [a-z]* ~ %s %d %% $HOME ${x} `date` $(date) \\ \\n !! #{} ;|&<>',
      `'single' "double" '"'"' it's`,
      'täst ünïcode 漢字 🛶 \u0007\u001b[31m\ttab',
      '',
      '   leading and trailing   ',
    ].join('\n')
    const script = `sha256sum <<'END OF TEXT'\n${text}\nEND OF TEXT\n`
    const sum = createHash('sha256').update(`${text}\n`).digest('hex')
    for (const command of ['run', 'runl']) {
      const { stdout, stderr, exitCode } = await feed(script, command, '-')
      expect({ command, stdout, stderr, exitCode }).toEqual({
        command,
        stdout: `${sum}  -`,
        stderr: '',
        exitCode: 0,
      })
    }
  })
})
