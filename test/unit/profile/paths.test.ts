import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPaths, privateDirectory, profileFiles } from '../../../src/profile/paths.ts'

describe('the private directory', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'paths-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('[O07] is made for its owner alone', () => {
    const made = privateDirectory(join(dir, 'deep', 'run'))
    expect(statSync(made).mode & 0o777).toBe(0o700)
  })

  it('[O07] is refused when others can enter it', () => {
    const open = join(dir, 'open')
    mkdirSync(open)
    chmodSync(open, 0o750)
    expect(() => privateDirectory(open)).toThrow(/can be entered by others \(mode 750\)/)
  })

  it('[O07] is refused when it is a link, wherever that leads', () => {
    mkdirSync(join(dir, 'real'), { mode: 0o700 })
    symlinkSync(join(dir, 'real'), join(dir, 'link'))
    expect(() => privateDirectory(join(dir, 'link'))).toThrow(/is not a directory/)
  })

  it.runIf(process.getuid?.() === 0)('[O07] is refused when it is a stranger’s', async () => {
    const { chownSync } = await import('node:fs')
    const theirs = join(dir, 'theirs')
    mkdirSync(theirs, { mode: 0o700 })
    chownSync(theirs, 12_345, 12_345)
    expect(() => privateDirectory(theirs)).toThrow(/belongs to user 12345/)
  })
})

describe('paths', () => {
  it('follow the XDG rules', () => {
    const paths = findPaths({ XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/r' })
    expect(paths).toEqual({
      config: '/c/dockmaster/config.toml',
      state: '/s/dockmaster',
      runtime: '/r/dockmaster',
    })
  })

  it('keep a socket within what a kernel takes, whatever the profile is called', () => {
    const runtime = `/run/${'deep/'.repeat(15)}`
    const paths = { config: '', state: '', runtime }
    for (const name of ['a', 'x'.repeat(300), 'agent@host:22', '../../etc/passwd']) {
      const { socket, lock } = profileFiles(paths, name)
      expect(socket.length).toBeLessThan(108)
      expect(socket.startsWith(runtime)).toBe(true)
      expect(lock.slice(runtime.length)).not.toContain('..')
    }
  })
})
