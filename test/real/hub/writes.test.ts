/** Commands that write: one at a time over clients and consoles, by a lock that names its holder. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator, type Operator } from '../parts/operator.ts'
import { descendants, killOne } from '../parts/processes.ts'
import { openTerminal } from '../parts/pty.ts'
import { type Sshd, startSshd } from '../parts/sshd.ts'

const ME = `${userInfo().username}@${hostname()}`

requirePart('sshd', 'pty')('[A02] writes', () => {
  let sshd: Sshd
  let dir: string
  beforeEach(async () => {
    sshd = await startSshd()
    dir = join(sshd.dir, 'state')
  })
  afterEach(() => sshd?.remove())

  const operator = (): Operator =>
    newOperator({ select: ['--host', 'factory', '-F', sshd.configFile] })
  const audited = (name: string) => join(dir, `${name}.audit`)
  const audit = (name: string) =>
    existsSync(audited(name)) ? readFileSync(audited(name), 'utf8').trim().split('\n') : []
  /** A write that says when it begins, stays until its gate opens, and says when it ends. */
  const write = (name: string, who: string) =>
    `echo begin ${who} >>${audited(name)}; until [ -e ${gate(name, who)} ]; do sleep 0.02; done; echo end ${who} >>${audited(name)}`
  const gate = (name: string, who: string) => join(dir, `${name}.${who}.gate`)
  const open = (name: string, who: string) => writeFileSync(gate(name, who), '')
  const lock = () => join(dir, 'dockmaster', 'runl.lock')

  it('of two clients never overlap, while a read runs between', async () => {
    const { start, printed, hub } = operator()
    const name = 'clients'
    const first = start('runl', write(name, 'first'))
    await eventually('the first began', () => audit(name).length === 1)
    const second = start('runl', write(name, 'second'))
    await eventually('the second waits', async () => (await hub())?.waiting === 1)
    await printed('run', `echo read >>${audited(name)}`)
    expect(await hub()).toMatchObject({ running: 1, waiting: 1 })
    open(name, 'second')
    open(name, 'first')
    expect([(await first).exitCode, (await second).exitCode]).toEqual([0, 0])
    expect(audit(name)).toEqual(['begin first', 'read', 'end first', 'begin second', 'end second'])
    expect(existsSync(lock())).toBe(false)
  })

  it('of two consoles exclude one another, and who waits says for whom', async () => {
    const name = 'consoles'
    const [mine, theirs] = [operator(), operator()]
    const first = mine.start('runl', write(name, 'mine'))
    await eventually('mine began', () => audit(name).length === 1)
    const second = theirs.start('runl', write(name, 'theirs'))
    let said = ''
    second.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk)
    })
    await eventually('it says for whom it waits', () => said.includes('\n'))
    const client = first.pid
    expect(said).toMatch(
      new RegExp(
        `^dockmaster: waiting for ${ME} pid ${client} \\(pid \\d+, since 20[\\d:.TZ-]+\\)`,
      ),
    )
    open(name, 'theirs')
    expect(await theirs.printed('run', `cat ${audited(name)}`)).toBe('begin mine')
    open(name, 'mine')
    expect([(await first).exitCode, (await second).exitCode]).toEqual([0, 0])
    expect(audit(name)).toEqual(['begin mine', 'end mine', 'begin theirs', 'end theirs'])
    expect((await mine.hub())?.pid).not.toBe((await theirs.hub())?.pid)
  })

  /** Kills the holder's guard on the host, then all that it guarded: its lock is left behind. */
  const leaveLock = async (name: string, { start }: Operator): Promise<number | undefined> => {
    const holder = start('runl', write(name, 'holder'))
    await eventually('the holder began', () => audit(name).length === 1)
    const [file = ''] = readdirSync(lock())
    const guard = Number(readFileSync(join(lock(), file), 'utf8').split(' ')[1])
    for (const pid of [guard, ...descendants(guard)]) killOne(pid)
    expect((await holder).exitCode).toBe(137)
    expect(readdirSync(lock())).toEqual([file])
    return holder.pid
  }

  it('report the lock of a dead holder, and break it on a yes at a terminal only', async () => {
    const name = 'dead'
    const mine = operator()
    const pid = await leaveLock(name, mine)
    const stale = await mine.run('runl', `echo no >>${audited(name)}`)
    expect(stale).toMatchObject({ exitCode: 77, stdout: '' })
    expect(stale.stderr).toContain(`belongs to ${ME} pid ${pid} (pid `)
    expect(stale.stderr).toContain('nothing ran: see that it is dead, then use --break-lock')

    const refused = await mine.feed('yes\n', 'runl', '--break-lock', `echo no >>${audited(name)}`)
    expect(refused).toMatchObject({ exitCode: 77, stdout: '' })
    expect(refused.stderr).toContain('--break-lock needs a person at a terminal')
    expect(readdirSync(lock())).toHaveLength(1)

    const line = mine.line('runl', '--break-lock', `echo yes >>${audited(name)}`)
    const no = openTerminal(line, mine.env)
    await no.until(/\(yes\/no\)/)
    no.type('no\r')
    expect(await no.exitCode).toBe(77)
    expect(readdirSync(lock())).toHaveLength(1)

    const yes = openTerminal(line, mine.env)
    await yes.until(/\(yes\/no\)/)
    yes.type('yes\r')
    expect(await yes.exitCode).toBe(0)
    expect(audit(name)).toEqual(['begin holder', 'yes'])
    expect(existsSync(lock())).toBe(false)
  })

  it('wait for a living holder even when told to break its lock', async () => {
    const name = 'living'
    const [mine, theirs] = [operator(), operator()]
    const first = mine.start('runl', write(name, 'mine'))
    await eventually('mine began', () => audit(name).length === 1)
    const line = theirs.line('runl', '--break-lock', `echo theirs >>${audited(name)}`)
    const breaker = openTerminal(line, theirs.env)
    await breaker.until(/\(yes\/no\)/)
    breaker.type('yes\r')
    await breaker.until(/waiting for/)
    open(name, 'mine')
    expect((await first).exitCode).toBe(0)
    expect(await breaker.exitCode).toBe(0)
    expect(audit(name)).toEqual(['begin mine', 'end mine', 'theirs'])
  })
})
