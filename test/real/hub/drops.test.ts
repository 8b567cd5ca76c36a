/** The link falls in the middle: what is told, what is asked again, and what never is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { JournalEnvelope } from '../../../state/rows/journal.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator, type Operator } from '../parts/operator.ts'
import { type Sshd, startSshd } from '../parts/sshd.ts'

requirePart('sshd')('[A04] a link that falls', () => {
  let sshd: Sshd
  let dir: string
  beforeEach(async () => {
    sshd = await startSshd()
    dir = join(sshd.dir, 'state')
  })
  afterEach(() => sshd?.remove())

  const operator = (): Operator =>
    newOperator({ select: ['--host', 'factory', '-F', sshd.configFile] })
  const file = (name: string) => join(dir, name)
  const count = (name: string) =>
    existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').length - 1 : 0
  const begun = (name: string) => eventually('it began', () => count(name) === 1)
  const until = (name: string) => `until [ -e ${file(name)} ]; do sleep 0.02; done`

  it('leaves the outcome of a write unknown, journals that, and never repeats it', async () => {
    const { start, printed, hub } = operator()
    const writing = start('runl', '--json', `echo $$ >>${file('write')}; sleep 300`)
    await begun('write')
    sshd.killSessions()
    const { exitCode, stderr } = await writing
    expect(exitCode).toBe(75)
    expect(stderr).toContain('look at the host before you repeat it')
    expect(stderr).toContain('"kind":"unknown-outcome"')
    await eventually('the link is up again', async () => (await hub())?.link.state === 'up')
    const { rows } = JournalEnvelope.parse(
      JSON.parse(await printed('journal', '--json', '--kind', 'intent', 'outcome')),
    )
    const [intent, outcome, ...more] = rows
    expect(more).toEqual([])
    expect(intent).toMatchObject({ kind: 'intent', subject: 'runl' })
    expect(outcome).toMatchObject({
      kind: 'outcome',
      subject: 'runl',
      data: { intent: intent?.seq },
    })
    expect(outcome?.text).toMatch(/^unknown-outcome: the connection to .* dropped while/)
    expect(count('write')).toBe(1)
  })

  it('is opened again by the hub itself, with nobody there', async () => {
    const { printed, hub } = operator()
    await printed('prewarm')
    const before = sshd.connections()
    sshd.killSessions()
    await eventually('a new connection is counted', () => sshd.connections() === before + 1)
    await eventually('it is up', async () => (await hub())?.link.state === 'up')
    expect((await hub())?.link).toMatchObject({ state: 'up', reconnects: 1, connections: 1 })
    expect(await printed('status')).toMatch(/^factory: alive/)
  })

  it('asks a read that had said nothing once more', async () => {
    const { start, hub } = operator()
    const reading = start('run', `echo x >>${file('silent')}; ${until('go')}; echo done`)
    await begun('silent')
    sshd.killSessions()
    await eventually('it runs again', () => count('silent') === 2)
    writeFileSync(file('go'), '')
    expect(await reading).toMatchObject({ exitCode: 0, stdout: 'done', stderr: '' })
    expect((await hub())?.link.reconnects).toBe(1)
  })

  it('does not ask a read again whose words were heard already', async () => {
    const { start, hub } = operator()
    const reading = start('run', `echo x >>${file('heard')}; echo half; sleep 300`)
    reading.stdout.once('data', () => sshd.killSessions())
    const { exitCode, stdout, stderr } = await reading
    expect({ exitCode, stdout }).toEqual({ exitCode: 75, stdout: 'half' })
    expect(stderr).toContain('look at the host')
    await eventually('the link is up again', async () => (await hub())?.link.state === 'up')
    expect(count('heard')).toBe(1)
  })

  it('is not what an exit of 255 means: that is the command’s own', async () => {
    const { run, hub } = operator()
    for (const command of ['run', 'runl']) {
      expect(await run(command, 'exit 255')).toEqual({ exitCode: 255, stdout: '', stderr: '' })
    }
    expect((await run('run', 'kill -KILL $$')).exitCode).toBe(137)
    expect((await hub())?.link).toMatchObject({ state: 'up', reconnects: 0 })
  })

  it('says that nothing ran when the host cannot be reached', async () => {
    const { run, printed } = operator()
    await printed('prewarm')
    await sshd.stop()
    const { exitCode, stderr } = await run('run', 'echo never')
    expect(exitCode).toBe(69)
    expect(stderr).toContain(`127.0.0.1:${sshd.port}`)
    await sshd.restart()
    await eventually('it runs again', async () => (await run('run', 'true')).exitCode === 0)
  })
})
