/** The constant texts, run by the shells that are here; and what a cut link does to a script. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { GUARD_COMMAND, PROBE_COMMAND } from '../../../adapters/guard.ts'
import { localTransport } from '../../../adapters/local/transport.ts'
import { type Outcome, runScript, runSerialized } from '../../../adapters/remote-shell.ts'
import { isAlive } from '../../real/parts/processes.ts'
import { eventually } from '../../setup/eventually.ts'
import { findProgram } from '../../setup/require-part.ts'

const dir = mkdtempSync(join(tmpdir(), 'dockmaster-guard-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** An environment whose `sh` is that program; tools are the usual ones, or only those named. */
function envWith(options: { sh?: string; login?: string; only?: string[] }): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(dir, 'bin-'))
  const state = mkdtempSync(join(dir, 'state-'))
  symlinkSync(options.sh ?? '/bin/sh', join(bin, 'sh'))
  for (const name of options.only ?? []) symlinkSync(findProgram(name) ?? name, join(bin, name))
  const PATH = options.only ? bin : `${bin}:${process.env['PATH']}`
  return { ...process.env, PATH, SHELL: options.login ?? '/bin/sh', XDG_STATE_HOME: state }
}

async function run(env: NodeJS.ProcessEnv, script: string, signal?: AbortSignal) {
  let stdout = ''
  let stderr = ''
  const onOutput = (fd: 1 | 2, data: Buffer) => {
    if (fd === 1) stdout += String(data)
    else stderr += String(data)
  }
  const outcome = await runScript(localTransport({ env }), script, {
    onOutput,
    ...(signal && { signal }),
  })
  return { outcome, stdout, stderr }
}
const exited = (code: number): Outcome => ({ kind: 'exit', exit: { code, signal: null } })

it.each([GUARD_COMMAND, PROBE_COMMAND])(
  'is one line that every login shell reads alike',
  command => {
    expect(command).not.toMatch(/[\n\\!]/)
    expect(command.match(/'/g)).toHaveLength(4)
  },
)

const LOGIN_SHELLS = ['bash', 'dash', 'zsh', 'fish', 'tcsh', 'ksh']
const SHELLS = ['dash', 'bash', 'busybox']
describe.each(SHELLS)('with %s as sh', sh => {
  const program = findProgram(sh)
  describe.each(LOGIN_SHELLS)('and %s as login shell', login => {
    const shell = findProgram(login)
    it.skipIf(program === null || shell === null)('runs, cancels and locks', async () => {
      const env = envWith({ sh: program ?? '', login: shell ?? '' })
      expect(await run(env, `echo '* %s "x" ü'; exit 7`)).toEqual({
        outcome: exited(7),
        stdout: '* %s "x" ü\n',
        stderr: '',
      })
      expect(await run(env, 'sleep 300', AbortSignal.timeout(150))).toMatchObject({
        outcome: exited(143),
        stderr: '',
      })
      const serial = { label: 'a label', breakLock: false, onOutput: () => undefined }
      const transport = localTransport({ env })
      const both = ['exit 3', 'exit 4'].map(script => runSerialized(transport, script, serial))
      expect(await Promise.all(both)).toEqual([exited(3), exited(4)])
    })
  })
})

describe('the guard', () => {
  it('does not need setsid', async () => {
    const only = ['perl', 'head', 'wc', 'cat', 'sleep']
    expect(await run(envWith({ only }), 'sleep 300', AbortSignal.timeout(150))).toMatchObject({
      outcome: exited(143),
    })
    expect((await run(envWith({ only: only.slice(1) }), 'true')).outcome).toMatchObject({
      failure: { kind: 'refused', message: expect.stringContaining('neither setsid nor perl') },
    })
  })

  it.each([
    '',
    'TOKEN',
    'TOKEN 40 run\n',
    'TOKEN 40 run\nlabel\n',
    "TOKEN 40 run\n\ntouch './ran'\n",
  ])('runs nothing of what arrived before the link was cut: %j', arrived => {
    const cwd = mkdtempSync(join(dir, 'cut-'))
    const ended = spawnSync('/bin/sh', ['-c', GUARD_COMMAND], {
      cwd,
      input: arrived,
      encoding: 'utf8',
    })
    expect(ended.status).not.toBe(0)
    expect(ended.stdout).toBe('')
    expect(existsSync(join(cwd, 'ran'))).toBe(false)
  })

  it('ends what runs here when the console itself is killed', async () => {
    const file = join(dir, 'orphan')
    const script = `
      import { localTransport } from ${JSON.stringify(new URL('../../../adapters/local/transport.ts', import.meta.url))}
      import { runScript } from ${JSON.stringify(new URL('../../../adapters/remote-shell.ts', import.meta.url))}
      await runScript(localTransport({ env: process.env }), 'echo $$ >${file}; sleep 300', { onOutput() {} })`
    const consoleProcess = spawn(process.execPath, ['--input-type=module', '-e', script])
    const pid = await eventually(
      'it runs',
      () => existsSync(file) && Number(readFileSync(file, 'utf8')),
    )
    consoleProcess.kill('SIGKILL')
    await eventually('it is gone', () => !isAlive(pid))
  })

  it('says when there is no place for the lock', async () => {
    const env = { ...envWith({}), XDG_STATE_HOME: '/dev/null/nowhere' }
    const options = { label: '', breakLock: false, onOutput: () => undefined }
    expect(await runSerialized(localTransport({ env }), 'true', options)).toMatchObject({
      failure: { kind: 'refused', message: expect.stringContaining('cannot make') },
    })
  })

  it('[A02] calls a lock stale that names nobody for five seconds, and breaks it on demand', async () => {
    const env = envWith({})
    mkdirSync(join(env['XDG_STATE_HOME'] ?? '', 'dockmaster', 'runl.lock'), { recursive: true })
    const write = (breakLock: boolean) =>
      runSerialized(localTransport({ env }), 'true', {
        label: '',
        breakLock,
        onOutput: () => undefined,
      })
    expect(await write(false)).toMatchObject({
      kind: 'stale-lock',
      holder: 'a holder without a name',
    })
    expect(await write(true)).toEqual(exited(0))
  })

  it('[A02] lets only one go on when many break a stale lock at once', async () => {
    const env = envWith({})
    const lock = join(env['XDG_STATE_HOME'] ?? '', 'dockmaster', 'runl.lock')
    mkdirSync(lock, { recursive: true })
    spawnSync('sh', ['-c', `echo 'dead 4194303 1 1700000000 gone' >'${lock}/holder.dead'`])
    const log = join(dir, 'audit')
    const write = (label: string) =>
      runSerialized(
        localTransport({ env }),
        `echo begin >>'${log}'; sleep 0.1; echo end >>'${log}'`,
        {
          label,
          breakLock: true,
          onOutput: () => undefined,
        },
      )
    const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(write))
    expect(outcomes).toEqual(Array(5).fill(exited(0)))
    expect(readFileSync(log, 'utf8')).toBe('begin\nend\n'.repeat(5))
  })
})
