/** Changes that are one and the same, wherever they were made. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { gitIn } from '../../../adapters/git/git.ts'
import { landedAs, patchIdOf } from '../../../adapters/git/patch-id.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'

function newRepository() {
  const dir = scratch()
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
  const run = (...args: string[]) =>
    execFileSync('git', [...who, '-C', dir, ...args], { encoding: 'utf8' }).trim()
  run('init', '-q', '-b', 'main')
  const commit = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text)
    run('add', '-A')
    run('commit', '-q', '-m', 'change')
    return run('rev-parse', 'HEAD')
  }
  const fork = commit({ 'list.txt': 'list\n', 'other.txt': 'one\ntwo\n' })
  const from = (start: string, files: Record<string, string>) => {
    run('checkout', '-q', '--detach', start)
    return commit(files)
  }
  return { run, from, fork, git: gitIn(dir, process.env) }
}

requirePart('git')('the name of a change', () => {
  it('is the same once it was rebased among the rows of others', async () => {
    const { git, from, fork } = newRepository()
    const twin = from(fork, { 'list.txt': 'list\nmine\n', 'mine.txt': 'mine\n' })
    const moved = from(fork, { 'list.txt': 'list\ntheirs\n' })
    const rebased = from(moved, { 'list.txt': 'list\ntheirs\nmine\n', 'mine.txt': 'mine\n' })
    const less = from(moved, { 'list.txt': 'list\ntheirs\nmine\n' })
    const id = await patchIdOf(git, moved, twin)
    expect(id).toMatch(/^[0-9a-f]{40}$/)
    expect(await patchIdOf(git, moved, rebased)).toBe(id)
    expect(await patchIdOf(git, moved, less)).not.toBe(id)
    expect(await patchIdOf(git, moved, moved)).toBeNull()
  })

  it('[F03] is found where it has landed, by itself or among more, and not where a part of it has', async () => {
    const { git, run, from, fork } = newRepository()
    const twin = from(fork, { 'list.txt': 'list\nmine\n', 'mine.txt': 'mine\n' })
    const part = from(fork, { 'list.txt': 'list\nmine\n' })
    expect(await landedAs(git, part, twin)).toBeNull()
    const theirs = from(fork, { 'list.txt': 'list\ntheirs\n' })
    const ours = from(theirs, { 'list.txt': 'list\ntheirs\nmine\n' })
    const whole = from(ours, { 'mine.txt': 'mine\n' })
    run('checkout', '-q', '--detach', theirs)
    run('-c', 'user.name=A', 'merge', '-q', '--no-ff', '-m', 'Land', whole)
    const landing = run('rev-parse', 'HEAD')
    const tip = from(landing, { 'list.txt': 'list\ntheirs\nmine\nlater\n', 'other.txt': 'two\n' })
    expect(await landedAs(git, tip, twin)).toBe(landing)
    const more = from(theirs, {
      'list.txt': 'list\ntheirs\nmine\n',
      'mine.txt': 'mine\n',
      'other.txt': 'three\n',
    })
    expect(await landedAs(git, more, twin)).toBe(more)
  })
})
