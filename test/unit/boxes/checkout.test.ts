/** What CI is read from: all of a commit's workflow files or none, and nothing beside the commit. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout, drop } from '../../../src/probe/boxes/checkout.ts'
import { scratch } from '../../setup/scratch.ts'

/** A worktree whose commit holds what `fill` puts among its workflow files. */
function worktree(fill: (workflows: string) => void): string {
  const cwd = join(scratch(), 'lane')
  const workflows = join(cwd, '.github', 'workflows')
  mkdirSync(workflows, { recursive: true })
  fill(workflows)
  const git = (...args: string[]) => execFileSync('git', ['-C', cwd, ...args])
  git('init', '-q')
  git('config', 'user.name', 'Operator')
  git('config', 'user.email', 'operator@example.org')
  git('add', '.')
  git('commit', '-qm', 'Begin')
  return cwd
}

it('[G06] reads the workflow files in their order, links within the commit too', async () => {
  const cwd = worktree(workflows => {
    writeFileSync(join(workflows, 'b.yml'), 'on: push\n')
    symlinkSync('b.yml', join(workflows, 'a.yaml'))
    writeFileSync(join(workflows, 'notes.md'), 'none\n')
  })
  expect(await checkout({ cwd })).toMatchObject({
    kind: 'there',
    files: [
      { path: '.github/workflows/a.yaml', text: 'on: push\n' },
      { path: '.github/workflows/b.yml', text: 'on: push\n' },
    ],
  })
  expect(await drop({ cwd })).toEqual({ fault: null })
  expect(existsSync(`${cwd}.validate`)).toBe(false)
})

it.each([
  ['is a link to a file of the host', (path: string) => symlinkSync('/etc/hostname', path)],
  ['is a link to a device without an end', (path: string) => symlinkSync('/dev/zero', path)],
  ['leads nowhere', (path: string) => symlinkSync('nowhere', path)],
  ['is too long', (path: string) => writeFileSync(path, '#'.repeat(262_145))],
])('[G06] refuses the whole when one %s, and leaves no checkout behind', async (_title, make) => {
  const cwd = worktree(workflows => {
    writeFileSync(join(workflows, 'a.yml'), 'on: push\n')
    make(join(workflows, 'b.yml'))
  })
  expect(await checkout({ cwd })).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/^\.github\/workflows\/b\.yml cannot be read: /),
  })
  expect(existsSync(`${cwd}.validate`)).toBe(false)
})

it('[G06] refuses more workflow files than it reads', async () => {
  const cwd = worktree(workflows => {
    for (let at = 0; at < 21; at += 1) writeFileSync(join(workflows, `${at}.yml`), 'on: push\n')
  })
  expect(await checkout({ cwd })).toMatchObject({
    kind: 'failed',
    message: '.github/workflows has 21 files, of which 20 can be read',
  })
})
