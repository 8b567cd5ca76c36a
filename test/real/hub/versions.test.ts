/** Old meets new: two builds of the program on one profile, with real hubs of both. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../setup/eventually.ts'
import { newOperator, type Operator } from '../parts/operator.ts'
import { otherBuild } from '../parts/other-build.ts'
import { isAlive } from '../parts/processes.ts'

const SELECT = ['--host', 'local']

describe('[O11] a hub of another build', () => {
  let mine: Operator
  beforeEach(() => {
    mine = newOperator({ select: SELECT })
  })
  const build = (change: Parameters<typeof otherBuild>[0]) => mine.as(otherBuild(change))
  const pidOf = async (operator: Operator) => (await operator.hub())?.pid ?? 0

  it('is replaced when it is older and idle', async () => {
    const old = build({ version: '0.0.9+0badc0de' })
    expect(await old.printed('run', 'echo old')).toBe('old')
    const before = await pidOf(old)
    expect((await mine.hub())?.version).toBe('0.0.9+0badc0de')
    expect(await mine.printed('run', 'echo new')).toBe('new')
    expect((await mine.hub())?.version).not.toBe('0.0.9+0badc0de')
    await eventually('the older one is gone', () => !isAlive(before))
    expect(mine.hubs()).toEqual([await pidOf(mine)])
  })

  it('is waited for when it is older and busy: what it runs is not cut', async () => {
    const old = build({ version: '0.0.9+0badc0de' })
    const [began, gate] = [join(mine.home, 'began'), join(mine.home, 'gate')]
    const busy = old.start(
      'runl',
      `touch ${began}; until [ -e ${gate} ]; do sleep 0.02; done; echo whole`,
    )
    await eventually('it is busy', () => existsSync(began))
    const before = await pidOf(old)
    const waiting = mine.start('run', 'echo new')
    let said = ''
    waiting.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk)
    })
    await eventually('it says that it waits', () => said.includes('\n'))
    expect(said).toBe(
      `dockmaster: an older hub (pid ${before}, 0.0.9+0badc0de) is busy: waiting until it is not\n`,
    )
    expect(mine.hubs()).toEqual([before])
    writeFileSync(gate, '')
    expect(await busy).toMatchObject({ exitCode: 0, stdout: 'whole', stderr: '' })
    expect(await waiting).toMatchObject({ exitCode: 0, stdout: 'new' })
    expect((await mine.hub())?.pid).not.toBe(before)
  })

  it('is used when it is newer and speaks as we do', async () => {
    const newer = build({ version: '9.0.0+0badc0de' })
    expect(await newer.printed('run', 'echo newer')).toBe('newer')
    const before = await pidOf(newer)
    expect(await mine.printed('run', 'echo older')).toBe('older')
    expect(await pidOf(mine)).toBe(before)
  })

  it('refuses, both ways, when it speaks a newer protocol', async () => {
    const newer = build({ version: '9.0.0+0badc0de', protocol: 99 })
    expect(await newer.printed('run', 'echo newer')).toBe('newer')
    const [before] = newer.hubs()
    for (const words of [
      ['run', 'echo older'],
      ['lanes', '--json'],
    ]) {
      const { stdout, stderr, exitCode } = await mine.run(...words)
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
      expect(stderr).toContain(`the running hub (pid ${before}, 9.0.0+0badc0de) is newer`)
      expect(stderr).toContain('update this one')
    }
    expect(newer.hubs()).toEqual([before])
    expect(await newer.printed('run', 'echo newer')).toBe('newer')
  })

  it('of the same version but another build is replaced while nobody else uses it', async () => {
    const version = JSON.parse(await mine.printed('info', '--json')).version as string
    const twin = build({ version: version.replace(/\+.*/, '+0badc0de') })
    const reader = twin.start('watch', '--json', 'host')
    await eventually(
      'a client of the other build reads',
      async () => (await twin.hub())?.clients === 2,
    )
    const before = await pidOf(twin)
    const used = await mine.run('run', 'echo mine')
    expect(used).toMatchObject({ stdout: '', exitCode: 1 })
    expect(used.stderr).toContain('has another build and is in use')
    expect(await pidOf(mine)).toBe(before)
    reader.kill()
    await reader
    await eventually('it left', async () => (await twin.hub())?.clients === 1)
    expect(await mine.printed('run', 'echo mine')).toBe('mine')
    expect(await pidOf(mine)).not.toBe(before)
  })
})
