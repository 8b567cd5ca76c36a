/** Hosts are who they say: the built program asks a person once, and nobody else ever. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator, type Operator } from '../parts/operator.ts'
import { openTerminal } from '../parts/pty.ts'
import { makeKey, type Sshd, startSshd } from '../parts/sshd.ts'

requirePart('sshd', 'pty')('[O05] the key of a host', () => {
  let sshd: Sshd
  let fingerprint: string
  let operator: Operator
  beforeEach(async () => {
    sshd = await startSshd()
    const shown = execFileSync('ssh-keygen', ['-lf', join(sshd.dir, 'host_ed25519.pub')])
    fingerprint = String(shown).split(' ')[1] ?? ''
    operator = newOperator({ select: ['--host', 'factory', '-F', sshd.configFile] })
  })
  afterEach(() => sshd?.remove())

  const forget = () => writeFileSync(sshd.knownHosts, '')
  const knownHosts = () => readFileSync(sshd.knownHosts, 'utf8')
  const systemSsh = () =>
    spawnSync('ssh', ['-F', sshd.configFile, '-o', 'BatchMode=yes', 'factory', 'echo in'], {
      encoding: 'utf8',
    })
  const changeKey = () => {
    makeKey(join(sshd.dir, 'other'), 'ed25519')
    const other = readFileSync(join(sshd.dir, 'other.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
    writeFileSync(sshd.knownHosts, `[127.0.0.1]:${sshd.port} ${other}\n`)
  }

  it('is refused when it is unknown and nobody is there to ask, with its fingerprint', async () => {
    forget()
    for (const words of [
      ['run', 'echo in'],
      ['prewarm'],
      ['lanes', '--json'],
      ['rsh', 'x', 'id'],
    ]) {
      const { stdout, stderr, exitCode } = await operator.feed('yes\n', ...words)
      expect({ words, stdout, exitCode }).toEqual({ words, stdout: '', exitCode: 77 })
      expect(stderr).toContain(`unknown ssh-ed25519 key ${fingerprint}`)
      expect(stderr).toContain('`dockmaster prewarm` at a terminal')
    }
    expect(knownHosts()).toBe('')
  })

  it('is asked for once at a terminal; a yes is known to ssh too, and never asked again', async () => {
    forget()
    const line = operator.line('run', 'echo in')
    const asking = openTerminal(line, operator.env)
    await asking.until(/\(yes\/no\)/)
    expect(asking.written()).toContain(fingerprint)
    expect(asking.written()).toContain('factory')
    asking.type('yes\r')
    expect(await asking.exitCode).toBe(0)
    expect(asking.written()).toMatch(/\nin\r\n$/)
    expect(knownHosts()).toBe(`[127.0.0.1]:${sshd.port} ${sshd.hostKey()}\n`)
    expect(systemSsh()).toMatchObject({ status: 0, stdout: 'in\n' })

    const again = openTerminal(line, operator.env)
    expect(await again.exitCode).toBe(0)
    expect(again.written()).toBe('in\r\n')
    expect(await operator.printed('run', 'echo in')).toBe('in')
  })

  it('is not accepted by anything but a yes', async () => {
    forget()
    for (const answer of ['no', 'y', '']) {
      const asking = openTerminal(operator.line('prewarm'), operator.env)
      await asking.until(/\(yes\/no\)/)
      asking.type(`${answer}\r`)
      expect(await asking.exitCode).toBe(77)
    }
    expect(knownHosts()).toBe('')
    expect((await operator.hub())?.link).toMatchObject({ state: 'refused', connections: 0 })
  })

  it('is refused when it changed, at a terminal too, and no answer helps', async () => {
    changeKey()
    const before = knownHosts()
    const { stderr, exitCode, stdout } = await operator.run('run', 'echo in')
    expect({ exitCode, stdout }).toEqual({ exitCode: 77, stdout: '' })
    expect(stderr).toContain(`has CHANGED to ssh-ed25519 ${fingerprint}`)
    expect(stderr).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f '${sshd.knownHosts}'`)
    expect(systemSsh().status).toBe(255)

    const person = openTerminal(operator.line('prewarm'), operator.env)
    expect(await person.exitCode).toBe(77)
    expect(person.written()).toContain('has CHANGED')
    expect(person.written()).not.toContain('yes/no')
    expect(knownHosts()).toBe(before)
  })

  it('is not tried again until somebody asks, and then it is', async () => {
    changeKey()
    await operator.run('prewarm')
    const tried = sshd.connections()
    expect((await operator.hub())?.link.state).toBe('refused')
    writeFileSync(sshd.knownHosts, `[127.0.0.1]:${sshd.port} ${sshd.hostKey()}\n`)
    expect((await operator.hub())?.link.state).toBe('refused')
    expect(sshd.connections()).toBe(tried)
    expect(await operator.printed('run', 'echo in')).toBe('in')
    await eventually('it is up', async () => (await operator.hub())?.link.state === 'up')
    expect(existsSync(sshd.knownHosts)).toBe(true)
  })
})
