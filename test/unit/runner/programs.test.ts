import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { findProgram, loginPath } from '../../../src/probe/runner/programs.ts'
import { scratch } from '../../setup/scratch.ts'

function program(path: string, text = '#!/bin/sh\n'): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, 0o755)
  return path
}

it('[A09] the PATH is the login shell’s, whatever its start-up files say first', async () => {
  const shell = program(join(scratch(), 'shell'), '#!/bin/sh\necho welcome\necho /srv/tools:/bin\n')
  expect(await loginPath({ SHELL: shell, PATH: '/bin' })).toBe('/srv/tools:/bin')
  expect(await loginPath({ SHELL: '/nonexistent/shell', PATH: '/bin' })).toBe('/bin')
})

it('[A09] a program is found on that PATH, then where installers put it', async () => {
  const home = scratch()
  const late = program(join(home, '.nvm/versions/node/v24.0.0/bin/codex'))
  const nothing = join(home, 'empty')
  expect(await findProgram('codex', null, { path: nothing, home })).toMatchObject({ path: late })
  const early = program(join(home, 'bin/codex'))
  const found = await findProgram('codex', null, { path: `${nothing}:${home}/bin`, home })
  expect(found.path).toBe(early)
})

it('[A09] one that is missing, or no program, is not found, and it is told where it was looked for', async () => {
  const home = scratch()
  writeFileSync(join(home, 'codex'), '')
  const sought = await findProgram('dockmaster-none', null, { path: home, home })
  expect(sought).toMatchObject({ path: null, looked: expect.stringContaining(home) })
  const named = await findProgram('codex', '~/codex', { path: '/bin', home })
  expect(named).toEqual({ path: null, looked: join(home, 'codex') })
})

it.each([
  ['codex', '@openai', 'codex/bin/codex.js', 'codex-PLATFORM/vendor/some-target/bin/codex'],
  ['claude', '@anthropic-ai', 'claude-code/bin/claude.exe', 'claude-code-PLATFORM/claude'],
])(
  '[A09] beneath the wrapper of npm stands the native program of %s',
  async (name, scope, file, native) => {
    const home = scratch()
    const packages = join(home, 'lib/node_modules', scope)
    const wrapper = program(join(packages, file))
    mkdirSync(join(home, 'bin'))
    symlinkSync(wrapper, join(home, 'bin', name))
    const find = async () => (await findProgram(name, null, { path: join(home, 'bin'), home })).path
    expect(await find()).toBe(wrapper)
    const platform = `${process.platform}-${process.arch}`
    const path = program(join(packages, native.replace('PLATFORM', platform)))
    expect(await find()).toBe(path)
  },
)
