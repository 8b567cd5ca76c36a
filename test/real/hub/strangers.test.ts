/** Another user of this machine: sees nothing, reaches nothing, and plants nothing that is used. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { findProgram, requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { newOperator, type Operator } from '../parts/operator.ts'

const NOBODY = 65_534
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

requirePart('root')('[O07] a stranger on this machine', () => {
  let mine: Operator
  let files: { runtime: string; state: string; socket: string; journal: string }
  beforeEach(() => {
    mine = newOperator({ select: ['--host', 'local'] })
    const [runtime, state] = [join(mine.runtime, 'dockmaster'), join(mine.state, 'dockmaster')]
    files = {
      runtime,
      state,
      socket: join(runtime, 'local.sock'),
      journal: join(state, 'local.journal.db'),
    }
  })

  const as = (uid: number, program: string, ...words: string[]) =>
    execa(program, words, { uid, gid: uid, reject: false, cwd: '/' })
  /** Perl is on every Debian, and every user may run it, unlike a Node below root's home. */
  const connect = (uid: number) =>
    as(
      uid,
      findProgram('perl') ?? 'perl',
      '-MSocket',
      '-e',
      'socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un($ARGV[0])) or die "$!\n"',
      files.socket,
    )

  it('cannot connect, read the journal, or look into the directories', async () => {
    await mine.printed('note', 'the plan is to wait')
    // What stands above is open to all: the program's own directories must keep others out.
    for (const dir of [mine.runtime, mine.state]) chmodSync(dir, 0o755)
    expect(existsSync(files.socket)).toBe(true)
    expect([mode(files.runtime), mode(files.state)]).toEqual(['700', '700'])
    for (const dir of [files.runtime, files.state]) {
      for (const name of readdirSync(dir))
        expect([name, mode(join(dir, name))]).toEqual([name, '600'])
    }
    expect(await connect(0)).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await connect(NOBODY)).stderr).toContain('Permission denied')
    expect((await as(0, 'head', '-c', '6', files.journal)).stdout).toBe('SQLite')
    for (const path of [files.journal, `${files.journal}-wal`]) {
      expect((await as(NOBODY, 'head', '-c', '6', path)).stderr).toContain('Permission denied')
    }
    for (const dir of [files.runtime, files.state]) {
      expect((await as(NOBODY, 'ls', dir)).stderr).toContain('Permission denied')
    }

    // Were the directory opened by mistake, the socket still refuses.
    chmodSync(files.runtime, 0o755)
    expect((await connect(NOBODY)).stderr).toContain('Permission denied')
  })

  const REFUSED: [what: string, plant: () => void, why: RegExp][] = [
    [
      'a link to a directory',
      () => {
        mkdirSync(join(mine.home, 'elsewhere'), { mode: 0o700 })
        symlinkSync(join(mine.home, 'elsewhere'), files.runtime)
      },
      /is not a directory \(a link, perhaps\)/,
    ],
    [
      'a link to nothing',
      () => symlinkSync(join(mine.home, 'nowhere'), files.runtime),
      /is not a directory \(a link, perhaps\)/,
    ],
    [
      'a directory of theirs',
      () => {
        mkdirSync(files.runtime, { mode: 0o700 })
        chownSync(files.runtime, NOBODY, NOBODY)
      },
      /belongs to user 65534, not to you \(0\)/,
    ],
    [
      'a directory that all may enter',
      () => {
        mkdirSync(files.runtime)
        chmodSync(files.runtime, 0o777)
      },
      /can be entered by others \(mode 777\)/,
    ],
  ]

  it.each(REFUSED)('is not trusted: %s is refused', async (_what, plant, why) => {
    plant()
    for (const words of [['run', 'echo in'], ['status'], ['stop'], ['hub'], ['lanes', '--json']]) {
      const { stdout, stderr, exitCode } = await mine.run(...words)
      expect({ words, stdout, exitCode }).toEqual({ words, stdout: '', exitCode: 1 })
      expect(stderr).toMatch(why)
      expect(stderr).toContain(files.runtime)
      expect(stderr).not.toMatch(/\n\s+at /)
    }
    expect(mine.hubs()).toEqual([])
  })

  it('is not spoken to, where they listen in the place that is used without XDG_RUNTIME_DIR', async () => {
    const tmp = scratch()
    chmodSync(tmp, 0o1777)
    const trap = join(tmp, 'dockmaster-0')
    mkdirSync(trap)
    let visitors = 0
    const server = createServer(socket => {
      visitors += 1
      socket.destroy()
    }).listen(join(trap, 'local.sock'))
    onTestFinished(() => void server.close())
    chownSync(trap, NOBODY, NOBODY)
    const { XDG_RUNTIME_DIR: _, ...env } = mine.env
    for (const words of [['run', 'echo in'], ['status'], ['stop']]) {
      const [program, args] = mine.line(...words)
      const ended = await execa(program, args, {
        env: { ...env, TMPDIR: tmp },
        extendEnv: false,
        reject: false,
      })
      expect(ended).toMatchObject({ exitCode: 1, stdout: '' })
      expect(ended.stderr).toContain(`${trap} belongs to user 65534`)
    }
    expect(visitors).toBe(0)
  })
})
