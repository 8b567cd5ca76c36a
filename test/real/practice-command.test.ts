/** `practice up|status|down` as an operator has them: a factory in a process of its own. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { practiceProfile } from '../../src/practice/profile.ts'
import { ProcessesFile, ReadyFile } from '../../src/practice/ready.ts'
import { runningFactory, runningPractice } from '../../src/practice/running.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { isAlive } from './parts/processes.ts'

const PROGRAM = new URL('./parts/practice-program.ts', import.meta.url).pathname

let home: string
let state: string
beforeEach(() => {
  home = scratch()
  state = join(home, 'dockmaster')
  onTestFinished(async () => {
    await practice('down')
  })
})

const practice = (...words: string[]) =>
  execa(process.execPath, [PROGRAM, 'practice', ...words], {
    env: { XDG_STATE_HOME: home, TMPDIR: home },
    reject: false,
  })

async function up(...words: string[]) {
  const { stdout, stderr, exitCode } = await practice('up', '--json', ...words)
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return ReadyFile.parse(JSON.parse(stdout))
}

requirePart('git')('dockmaster practice', () => {
  it('comes up within seconds, once, and says where it is', async () => {
    const began = performance.now()
    const ready = await up('--seed', '3', '--lanes', '2')
    // 3 s is promised on a quiet machine; tests share theirs.
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(ready).toMatchObject({ seed: '3', lanes: 2 })
    expect(runningFactory(state)).toEqual(ready)

    const again = await practice('up', '--json')
    expect(again.stderr).toContain('up already')
    expect(ReadyFile.parse(JSON.parse(again.stdout))).toEqual(ready)
    const status = await practice('status')
    expect(status.stdout).toContain(ready.github.url)
    expect(status.exitCode).toBe(0)
  })

  it('is one factory, however many start it at once', async () => {
    const three = await Promise.all([1, 2, 3].map(() => up('--lanes', '0')))
    expect(new Set(three.map(({ pid }) => pid)).size).toBe(1)
  })

  it('is named by the profile `practice`', async () => {
    expect(runningPractice(state)).toBeNull()
    const ready = await up('--lanes', '0')
    const profile = runningPractice(state)
    expect(profile).toEqual(practiceProfile(ready.dir))
    expect(profile).toMatchObject({ host: 'practice', sshConfig: ready.ssh.config })
    expect(JSON.stringify(profile)).not.toContain(
      readFileSync(ready.github.tokenFile, 'utf8').trim(),
    )
  })

  it('goes down without a trace: no process, no directory, no pointer', async () => {
    const ready = await up('--lanes', '3')
    const processes = join(ready.dir, 'run', 'processes.json')
    const lanes = await eventually('lanes run', () => {
      const found = ProcessesFile.parse(JSON.parse(readFileSync(processes, 'utf8')))
      return found.length > 0 && found
    })
    const { exitCode } = await practice('down')
    expect(exitCode).toBe(0)
    expect([ready, ...lanes].filter(({ pid }) => isAlive(pid))).toEqual([])
    expect(existsSync(ready.dir)).toBe(false)
    expect(existsSync(join(state, 'practice.json'))).toBe(false)
    expect((await practice('status')).exitCode).toBe(1)
  })

  it('takes along what a factory that was killed left behind', async () => {
    const ready = await up('--lanes', '2')
    process.kill(ready.pid, 'SIGKILL')
    await eventually('it is dead', () => !isAlive(ready.pid))
    expect(runningFactory(state)).toBeNull()
    await practice('down')
    expect(existsSync(ready.dir)).toBe(false)
    expect((await up('--lanes', '0')).pid).not.toBe(ready.pid)
  })

  it('ends by itself when its directory vanishes', async () => {
    const ready = await up('--lanes', '1')
    // At once: a lane that still writes would put files back behind a removal that walks.
    const aside = `${ready.dir}.aside`
    renameSync(ready.dir, aside)
    await eventually('it is gone', () => !isAlive(ready.pid))
    await rm(aside, { recursive: true, force: true, maxRetries: 20 })
  })

  it('empties a directory that was given, and takes none that is in use', async () => {
    const [given, used] = [join(home, 'given'), join(home, 'used')]
    mkdirSync(given)
    mkdirSync(used)
    writeFileSync(join(used, 'mine'), 'kept')
    const refused = await practice('up', '--dir', used)
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not empty') })
    // The factory's own process ends too when it cannot start.
    expect((await practice('serve', '--dir', used)).exitCode).toBe(1)
    await up('--dir', given, '--lanes', '0')
    await practice('down')
    expect(existsSync(given)).toBe(true)
    expect(existsSync(join(given, 'home'))).toBe(false)
    expect(readFileSync(join(used, 'mine'), 'utf8')).toBe('kept')
  })
})
