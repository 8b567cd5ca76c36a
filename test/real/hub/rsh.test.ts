/** rsync and git ride the one connection: the same bytes both ways, and memory that stays bounded. */
import { createHash, randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator, type Operator } from '../parts/operator.ts'
import { isAlive } from '../parts/processes.ts'
import { type Sshd, startSshd } from '../parts/sshd.ts'

const MB = 1024 * 1024
const SIZE = 50 * MB
const GROWTH = 150 * MB

const sha256 = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** The most memory that a process ever held (`VmHWM`) and what it holds now, in bytes. */
function memory(pid: number): { peak: number; now: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const figure = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return { peak: figure('VmHWM'), now: figure('VmRSS') }
}

const quoted = (words: readonly string[]) => words.map(word => `'${word}'`).join(' ')

requirePart(
  'sshd',
  'rsync',
  'git',
)('rsh', () => {
  let sshd: Sshd
  let there: string
  beforeAll(async () => {
    sshd = await startSshd()
    there = join(sshd.dir, 'state')
  })
  afterAll(() => sshd?.remove())

  const operator = (): Operator =>
    newOperator({ select: ['--host', 'factory', '-F', sshd.configFile] })
  const shellOf = ({ line }: Operator) => {
    const [program, args] = line('rsh')
    return quoted([program, ...args])
  }

  it('[A01] carries rsync both ways: 50 MB arrive whole, over one connection, in bounded memory', async () => {
    const mine = operator()
    const { home, env, printed, hub } = mine
    await printed('prewarm')
    const pid = (await hub())?.pid ?? 0
    const before = sshd.connections()
    const { now } = memory(pid)
    const [source, back] = [join(home, 'source'), join(home, 'back')]
    writeFileSync(source, randomFillSync(Buffer.alloc(SIZE)))
    const rsync = (from: string, to: string) =>
      execa('rsync', ['--whole-file', '-e', shellOf(mine), from, to], { env, extendEnv: false })

    await rsync(source, `factory:${there}/copy`)
    const sum = await sha256(source)
    expect(await printed('run', `sha256sum <${there}/copy`)).toBe(`${sum}  -`)
    await rsync(`factory:${there}/copy`, back)
    expect(await sha256(back)).toBe(sum)

    expect(memory(pid).peak - now).toBeLessThan(GROWTH)
    expect(sshd.connections()).toBe(before)
    expect((await hub())?.pid).toBe(pid)
  }, 120_000)

  it('carries git clone, fetch and push', async () => {
    const mine = operator()
    const { home, printed } = mine
    const [origin, work, other] = [
      join(there, 'origin.git'),
      join(home, 'work'),
      join(home, 'other'),
    ]
    await printed('run', `git init -q --bare -b main ${origin}`)
    const before = sshd.connections()
    const env = {
      ...mine.env,
      GIT_SSH_COMMAND: shellOf(mine),
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Scout',
      GIT_CONFIG_KEY_1: 'user.email',
      GIT_CONFIG_VALUE_1: 'scout@factory.test',
    }
    const git = async (...words: string[]) =>
      (await execa('git', words, { env, extendEnv: false })).stdout
    const remote = `factory:${origin}`

    mkdirSync(work)
    await git('-C', work, 'init', '-q', '-b', 'main')
    writeFileSync(join(work, 'data'), randomFillSync(Buffer.alloc(MB)))
    await git('-C', work, 'add', 'data')
    await git('-C', work, 'commit', '-qm', 'first')
    await git('-C', work, 'push', '-q', remote, 'main')
    await git('clone', '-q', remote, other)
    expect(await sha256(join(other, 'data'))).toBe(await sha256(join(work, 'data')))

    await git('-C', work, 'commit', '-q', '--allow-empty', '-m', 'second')
    await git('-C', work, 'push', '-q', remote, 'main')
    await git('-C', other, 'fetch', '-q')
    const head = await git('-C', work, 'rev-parse', 'main')
    expect(await git('-C', other, 'rev-parse', 'origin/main')).toBe(head)
    expect(await printed('run', `git -C ${origin} rev-parse main`)).toBe(head)
    expect(sshd.connections()).toBe(before)
  })

  it('passes the exit code and both streams, and ends what it started when its caller goes', async () => {
    const { feed, start, run } = operator()
    const bytes = randomFillSync(Buffer.alloc(3 * MB))
    const sum = createHash('sha256').update(bytes).digest('hex')
    const ended = await feed(bytes, 'rsh', 'factory', 'sha256sum; echo said >&2; exit 255')
    expect(ended).toEqual({ exitCode: 255, stdout: `${sum}  -`, stderr: 'said' })
    expect(await run('rsh', 'factory', 'kill -TERM $$')).toMatchObject({ exitCode: 143 })
    expect(await run('rsh', 'factory')).toMatchObject({
      exitCode: 2,
      stderr: 'dockmaster: rsh opens no shell: give a command',
    })
    const reader = start('rsh', 'factory', 'echo ready; cat >/dev/null; echo over')
    reader.stdout.once('data', () => reader.stdin.end())
    expect(await reader).toMatchObject({ exitCode: 0, stdout: 'ready\nover' })

    const killed = start('rsh', 'factory', 'echo $$; exec cat')
    const [chunk] = (await once(killed.stdout, 'data')) as [Buffer]
    const pid = Number(chunk)
    expect(isAlive(pid)).toBe(true)
    killed.kill('SIGKILL')
    await killed
    await eventually('what it started is gone', () => !isAlive(pid))
  })
})
