/** What is looked for once a lane has ended, in real repositories with a real bare remote. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCommand } from '../../../adapters/command.ts'
import type { WorkPlace } from '../../../src/probe/lanes/evidence.ts'
import { seeLane } from '../../../src/probe/lanes/see-lane.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'

const START = Date.UTC(2026, 0, 10, 12)
const END = START + 600_000

function repository() {
  const dir = scratch()
  const cwd = join(dir, 'work')
  mkdirSync(cwd)
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', cwd, ...args], { encoding: 'utf8' }).trim()
  const commit = (message: string, at: number) => {
    const date = new Date(at).toISOString()
    const who = ['-c', 'user.name=Robin', '-c', 'user.email=robin@example.invalid']
    execFileSync('git', ['-C', cwd, ...who, 'commit', '-q', '--allow-empty', '-m', message], {
      env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    })
    return git('rev-parse', 'HEAD')
  }
  git('init', '-qb', 'main')
  commit('before', START - 3_600_000)
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(dir, 'remote')])
  git('remote', 'add', 'origin', join(dir, 'remote'))
  const see = async (message: string, over: Partial<WorkPlace> = {}) =>
    await seeLane(
      'lane',
      {
        cwd,
        baseSha: null,
        startedAt: START,
        endedAt: END,
        report: null,
        message,
        log: null,
        ownFiles: [],
        ...over,
      },
      { run: runCommand, now: END },
    )
  const verdict = async (message: string, over: Partial<WorkPlace> = {}) => {
    const [claim] = (await see(message, over)).claims
    return claim && `${claim.state}: ${claim.output}`
  }
  return { dir, cwd, git, commit, see, verdict }
}

requirePart('git')('a claim', () => {
  it('[B04] of a commit holds when it is on a branch, by its whole name or its beginning', async () => {
    const { commit, git, verdict } = repository()
    const mine = commit('mine', START + 60_000)
    expect(await verdict(`Committed ${mine}.`)).toBe(`verified: ${mine} is on HEAD`)
    const short = git('rev-parse', '--short=9', 'HEAD')
    if (/\d/.test(short) && /[a-f]/.test(short)) {
      expect(await verdict(`Committed ${short}.`)).toMatch(/^verified/)
    }
    git('reset', '-q', '--hard', 'HEAD^')
    expect(await verdict(`Committed ${mine}.`)).toBe(`refuted: ${mine} is on no branch`)
    expect(await verdict('Committed 0badc0de1.')).toBe('refuted: there is no commit 0badc0de1')
  })

  it('[B04] is not judged where git cannot tell', async () => {
    const { dir, verdict } = repository()
    expect(await verdict('Committed 0badc0de1.', { cwd: dir })).toMatch(/^unverified: .*not a git/)
  })

  it('[B04] of a push holds only while the remote itself has the commit', async () => {
    const { dir, commit, git, see, verdict } = repository()
    const mine = commit('mine', START + 60_000)
    expect(await verdict('Pushed `lane/x`.')).toMatch(/^refuted: no branch of a remote holds/)
    git('push', '-q', 'origin', 'HEAD:lane/x')
    git('fetch', '-q', 'origin')
    expect(await verdict('Pushed `lane/x`.')).toBe(
      `verified: ${mine.slice(0, 12)} is on origin/lane/x`,
    )
    expect((await see('')).evidence).toContainEqual({
      kind: 'push',
      ref: 'origin/lane/x',
      at: null,
    })
    // A tracking branch that says more than its remote.
    execFileSync('git', ['-C', join(dir, 'remote'), 'update-ref', '-d', 'refs/heads/lane/x'])
    expect(git('for-each-ref', 'refs/remotes')).toContain('lane/x')
    expect(await verdict('Pushed `lane/x`.')).toMatch(/^refuted/)
    expect((await see('')).work).toMatchObject({ pushed: false })
    // A remote that gives no answer is believed to be as it was last seen.
    git('remote', 'set-url', 'origin', join(dir, 'gone'))
    expect(await verdict('Pushed `lane/x`.')).toMatch(/^verified/)
  })

  it('[B03] [B04] of a report holds when it is there, not empty and of its own time', async () => {
    const { cwd, see, verdict } = repository()
    const write = (text: string, at: number) => {
      writeFileSync(join(cwd, 'REPORT.md'), text)
      utimesSync(join(cwd, 'REPORT.md'), at / 1_000, at / 1_000)
    }
    const states: (string | undefined)[] = []
    const look = async () => {
      states.push((await see('', { report: 'REPORT.md' })).report?.state)
      return await verdict('Wrote REPORT.md')
    }
    expect(await look()).toMatch(/^refuted: .*not there/)
    write('old', START - 1_000)
    expect(await look()).toMatch(/^refuted: .*older than the lane/)
    write('', START + 1_000)
    expect(await look()).toMatch(/^refuted: .*empty/)
    write('later', END + 60_000)
    expect(await look()).toMatch(/^unverified: .*after the lane had ended/)
    write('All is well. Committed 0badc0de1.', START + 1_000)
    expect(await look()).toMatch(/^verified/)
    expect(states).toEqual(['absent', 'old', 'empty', 'later', 'seen'])
    const { claims } = await see('', { report: 'REPORT.md' })
    expect(claims).toMatchObject([{ origin: 'report', check: 'commit', state: 'refuted' }])
  })
})
