/** What looks at a lane's worktree leaves its index alone: an agent that commits meets no lock. */
import { execFileSync } from 'node:child_process'
import { statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCommand } from '../../adapters/command.ts'
import { seeWork } from '../../src/probe/lanes/evidence.ts'
import { gitIn } from '../../src/probe/lanes/git.ts'
import { readDiff } from '../../src/probe/look/diff.ts'
import { touched } from '../../src/probe/runner/touched.ts'
import { look } from '../../src/probe/trees.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'

const LONG_AGO = new Date('2020-01-01T00:00:00Z')

requirePart('git')('a worktree in which an agent works', () => {
  it('is looked at without its index being locked or written', async () => {
    const dir = scratch()
    const at = (name: string) => join(dir, name)
    const git = (...args: string[]) => execFileSync('git', ['-C', at('app'), ...args])
    execFileSync('git', ['init', '-q', '-b', 'lane/bold', at('app')])
    writeFileSync(at('app/file'), 'one\n')
    git('add', '-A')
    git('-c', 'user.name=A', '-c', 'user.email=a@factory.test', 'commit', '-qm', 'begin')
    // Same content under another time: git would note that in the index, which it locks for it.
    utimesSync(at('app/file'), LONG_AGO, LONG_AGO)
    const index = () => statSync(at('app/.git/index')).ino
    const before = index()
    const now = Date.now()

    const tree = { repo: at('app'), path: at('app'), branch: 'lane/bold' }
    expect(await look(tree)).toMatchObject({ exists: true, changed: [], fault: null })
    const lane = { cwd: at('app'), log: null }
    expect(await readDiff({ ...lane, max: 10_000 })).toMatchObject({ kind: 'diff', patch: '' })
    await touched({ lanes: [{ name: 'bold', ...lane }] })
    const place = {
      ...lane,
      baseSha: null,
      startedAt: now + 60_000,
      endedAt: now + 60_000,
      report: null,
      message: null,
      ownFiles: [],
    }
    const seen = await seeWork(place, gitIn(at('app'), runCommand), [])
    expect(seen).toMatchObject({ kind: 'seen', uncommitted: 0 })
    expect(index()).toBe(before)

    git('diff', '--quiet')
    expect(index()).not.toBe(before)
  })
})
