import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCommand } from '../../../adapters/command.ts'
import type { WorkPlace } from '../../../src/probe/lanes/evidence.ts'
import { evidenceDesk } from '../../../src/probe/lanes/evidence-desk.ts'
import { seeLane } from '../../../src/probe/lanes/see-lane.ts'
import { requirePart } from '../../setup/require-part.ts'

const START = Date.UTC(2026, 0, 10, 12)
const END = START + 600_000

requirePart('git')('evidence of a lane', () => {
  let dir = ''
  let cwd = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'evidence-'))
    cwd = join(dir, 'work')
    await mkdir(cwd)
    git('init', '-qb', 'main')
    commit('before', START - 3_600_000)
  })
  afterEach(async () => await rm(dir, { recursive: true }))

  const git = (...args: string[]) => execFileSync('git', ['-C', cwd, ...args], { encoding: 'utf8' })

  function commit(message: string, at: number): string {
    const date = new Date(at).toISOString()
    const who = ['-c', 'user.name=Robin', '-c', 'user.email=robin@example.invalid']
    execFileSync('git', ['-C', cwd, ...who, 'commit', '-q', '--allow-empty', '-m', message], {
      env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    })
    return git('rev-parse', 'HEAD').trim()
  }

  async function touch(name: string, at: number): Promise<string> {
    const path = join(cwd, name)
    await writeFile(path, 'x')
    await utimes(path, at / 1_000, at / 1_000)
    return path
  }

  const place = (over: Partial<WorkPlace> = {}): WorkPlace => ({
    cwd,
    baseSha: null,
    startedAt: START,
    endedAt: END,
    report: null,
    message: null,
    log: null,
    ownFiles: [],
    ...over,
  })
  const seeAll = async (over: Partial<WorkPlace> = {}, run = runCommand) =>
    await seeLane('lane', place(over), { run, now: END })
  const see = async (over: Partial<WorkPlace> = {}) => (await seeAll(over)).work

  it('is nothing when HEAD did not move and the tree is clean', async () => {
    expect(await see()).toEqual({ kind: 'seen', evidence: [], pushed: false, uncommitted: 0 })
  })

  it('is the commits of its time, and not those before or after', async () => {
    const mine = commit('mine', START + 60_000)
    commit('later', END + 3_600_000)
    expect(await see()).toEqual({
      kind: 'seen',
      evidence: [{ kind: 'commit', ref: mine, at: START + 60_000 }],
      pushed: false,
      uncommitted: 0,
    })
  })

  it('is no commit that was there when the lane began, whatever its date', async () => {
    const base = commit('fetched', START + 60_000)
    expect(await see({ baseSha: base })).toMatchObject({ evidence: [] })
    expect(await see({ baseSha: 'f'.repeat(40) })).toMatchObject({ evidence: [{ ref: base }] })
  })

  it('is pushed once a branch of a remote holds the commit', async () => {
    commit('mine', START + 60_000)
    execFileSync('git', ['init', '-q', '--bare', join(dir, 'remote')])
    git('remote', 'add', 'origin', join(dir, 'remote'))
    expect(await see()).toMatchObject({ pushed: false })
    git('push', '-q', 'origin', 'main')
    expect(await see()).toMatchObject({ pushed: true })
  })

  it('is the files that changed in its time, less its own log', async () => {
    const made = await touch('made.txt', START + 60_000)
    await touch('old.txt', START - 60_000)
    const log = await touch('lane.jsonl', END)
    expect(await see({ ownFiles: [log] })).toEqual({
      kind: 'seen',
      evidence: [{ kind: 'file', ref: made, at: START + 60_000 }],
      pushed: false,
      uncommitted: 1,
    })
  })

  it('[B03] is a report only when it is newer than the start', async () => {
    await writeFile(join(cwd, '.git/info/exclude'), 'REPORT.md\n')
    const report = await touch('REPORT.md', START - 60_000)
    expect(await see({ report: 'REPORT.md' })).toMatchObject({ evidence: [] })
    await touch('REPORT.md', START + 60_000)
    expect(await see({ report: 'REPORT.md' })).toMatchObject({
      evidence: [{ kind: 'report', ref: report }],
    })
  })

  it('is unknown, never zero, where git cannot tell', async () => {
    const why = async (over: Partial<WorkPlace>, run = runCommand) => {
      const { work: seen } = await seeAll(over, run)
      return seen.kind === 'unknown' ? seen.why : seen
    }
    expect(await why({ cwd: dir })).toMatch(/not a git repository/)
    expect(await why({ cwd: join(dir, 'gone') })).toMatch(/git in .*gone: /)
    expect(await why({ cwd: null })).toMatch(/directory is not known/)
    expect(await why({ cwd: '--upload-pack=x' })).toMatch(/directory is not known/)
    expect(await why({ startedAt: null })).toMatch(/start is not known/)
    expect(await why({}, async () => ({ kind: 'missing' }))).toBe('there is no git on this host')
  })

  it('is asked for sparingly: unseen lanes first, and again only while it may change', async () => {
    const asked: string[] = []
    const desk = evidenceDesk(async (_, args) => {
      asked.push(args[1] ?? '')
      return { kind: 'exited', code: 128, stdout: '', stderr: 'fatal: no' }
    })
    const places = ['/a', '/b', '/c'].map((key, index) => ({
      key,
      place: place({ cwd: key, endedAt: END + index }),
    }))
    expect(desk.of('/a', END)).toMatchObject({ kind: 'unknown', why: /not been looked at yet/ })
    expect(await desk.look(places, END + 10, 2)).toEqual(['/c', '/b'])
    expect(await desk.look(places, END + 20, 2)).toEqual(['/a'])
    expect(await desk.look(places, END + 30, 2)).toEqual([])
    expect(await desk.look(places, END + 61_000, 9)).toEqual(['/c', '/b', '/a'])
    expect(await desk.look(places, END + 2 * 86_400_000, 9)).toEqual([])
    const resumed = [{ key: '/a', place: place({ cwd: '/a', endedAt: END + 5_000 }) }]
    expect(desk.of('/a', END + 5_000)).toMatchObject({ why: /not been looked at yet/ })
    expect(await desk.look(resumed, END + 6_000, 9)).toEqual(['/a'])
    expect(asked.length).toBe(7)
  })
})
