import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../state/journal/journal.ts'
import { entry, faultOf, written } from './parts/journal-file.ts'

describe('a journal without room, or without permission', () => {
  it('[O03] a full disk: the append fails clearly, nothing is half written, and it goes on once there is room', async () => {
    const path = written(10)
    const journal = openJournal(path, { maxPages: Math.ceil(statSync(path).size / 4_096) + 2 })
    const fault = faultOf(() => {
      for (;;) journal.append(entry('x'.repeat(2_000)))
    })
    expect(fault.kind).toBe('full')
    expect(fault.mend).toContain('free disk space')
    const { seq } = journal.status()
    expect(journal.list({ limit: 10_000 })).toHaveLength(seq)
    expect((await journal.verify()).fault).toBeNull()
    expect(faultOf(() => journal.append(entry('x'.repeat(20_000)))).kind).toBe('full')
    journal.close()

    const roomy = openJournal(path)
    expect(roomy.append(entry('there is room')).seq).toBe(seq + 1)
    roomy.close()
  })

  /** Root may write anywhere, so these are tried as another user. */
  const tryToWrite = (path: string) => {
    const root = process.getuid?.() === 0
    const module = new URL('../../state/journal/journal.ts', import.meta.url).href
    const code = `
      import { openJournal } from ${JSON.stringify(module)}
      try {
        openJournal(process.argv[1]).append({ at: 1, kind: 'note', author: 'a', subject: '', text: 'x', data: {} })
        console.log('wrote')
      } catch (error) {
        console.log(error.kind + ' ' + error.message)
      }`
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', code, path],
      { encoding: 'utf8', ...(root ? { uid: NOBODY, gid: NOBODY } : {}) },
    )
    expect(stderr).toBe('')
    return stdout
  }
  const NOBODY = 65_534
  const giveAway = (dir: string, mode: number) => {
    const own = process.getuid?.() === 0 ? NOBODY : (process.getuid?.() ?? 0)
    for (const name of readdirSync(dir)) chownSync(join(dir, name), own, own)
    chownSync(dir, own, own)
    chmodSync(dir, mode)
  }

  it('[O03] as another user it writes where it may: the check of the next two', () => {
    const path = written(3)
    giveAway(join(path, '..'), 0o700)
    expect(tryToWrite(path)).toBe('wrote\n')
  })

  it('[O03] a read-only directory', () => {
    const path = written(3)
    const dir = join(path, '..')
    giveAway(dir, 0o500)
    expect(tryToWrite(path)).toMatch(/^denied .*Mend: /)
    expect(tryToWrite(join(dir, 'new.db'))).toMatch(/^denied .*Mend: /)
    chmodSync(dir, 0o700)
  })

  it('[O03] a read-only file', () => {
    const path = written(3)
    giveAway(join(path, '..'), 0o700)
    chmodSync(path, 0o400)
    expect(tryToWrite(path)).toMatch(/^denied .*Mend: /)
  })
})
