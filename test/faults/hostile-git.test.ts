/** Git of the host runs nothing that an agent left in a worktree, in its repository or within it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout, drop } from '../../src/probe/boxes/checkout.ts'
import { readDiff } from '../../src/probe/look/diff.ts'
import { touched } from '../../src/probe/runner/touched.ts'
import { look } from '../../src/probe/trees.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'

requirePart('git')('what an agent left behind', () => {
  it('[G03] is looked at by git of the host, and nothing in it is run', async () => {
    const dir = scratch()
    const at = (name: string) => join(dir, name)
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
    const git = (where: string, ...args: string[]) =>
      execFileSync('git', ['-C', at(where), ...who, ...args], { encoding: 'utf8' }).trim()
    const trap = `#!/bin/sh\necho "$0" >> ${at('ran')}\ncat\n`
    writeFileSync(at('trap'), trap, { mode: 0o755 })
    git('.', 'init', '-q', '-b', 'main', 'app')
    git('app', 'commit', '-q', '--allow-empty', '-m', 'begin')
    git('app', 'worktree', 'add', '-q', '-b', 'lane/bold', at('bold'))
    // A repository within the worktree, whose own settings name a program for each of its files.
    git('.', 'init', '-q', '-b', 'main', 'bold/within')
    writeFileSync(at('bold/within/file'), 'one\n')
    git('bold/within', 'add', '-A')
    git('bold/within', 'commit', '-q', '-m', 'within')
    git('bold', 'add', 'within')
    git('bold', 'commit', '-q', '-m', 'work')
    writeFileSync(at('bold/within/.gitattributes'), '* filter=trap\n')
    writeFileSync(at('bold/within/file'), 'two\n')
    git('bold/within', 'config', 'filter.trap.clean', at('trap'))
    git('bold/within', 'config', 'core.fsmonitor', at('trap'))
    git('app', 'config', 'core.fsmonitor', at('trap'))
    mkdirSync(at('app/.git/hooks'), { recursive: true })
    writeFileSync(at('app/.git/hooks/post-checkout'), trap, { mode: 0o755 })

    const tree = { repo: at('app'), path: at('bold'), branch: 'lane/bold' }
    expect(await look(tree)).toMatchObject({ exists: true, fault: null })
    const diff = await readDiff({ cwd: at('bold'), log: null, max: 10_000 })
    expect(diff).toMatchObject({ kind: 'diff', patch: expect.stringContaining('within') })
    await touched({ lanes: [{ name: 'bold', cwd: at('bold'), log: null }] })
    expect(await checkout({ cwd: at('bold') })).toMatchObject({ kind: 'there' })
    expect(await drop({ cwd: at('bold') })).toEqual({ fault: null })
    expect(existsSync(at('ran'))).toBe(false)

    git('bold', 'status')
    expect(existsSync(at('ran'))).toBe(true)
  })
})
