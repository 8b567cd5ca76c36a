/** A journal that cannot be trusted, as the built program meets it: it shows, and does not act. */
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../state/journal/journal.ts'
import { eventually } from '../setup/eventually.ts'
import { FIXTURES, lanesOf, localHost } from './parts/local-host.ts'

const sha = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

const DAMAGES: [what: string, damage: (path: string) => void][] = [
  [
    'noise in a page',
    path => {
      const noise = createHash('sha512').update('noise').digest()
      const file = openSync(path, 'r+')
      for (let at = 0; at < 4_096; at += noise.length) writeSync(file, noise, 0, 64, 4_096 + at)
    },
  ],
  ['its end torn off', path => truncateSync(path, 6_000)],
  ['another file in its place', path => writeFileSync(path, 'not a journal\n'.repeat(900))],
]

/** A local host whose profile has a journal of some length, closed and then damaged. */
function damagedHost(damage: (path: string) => void) {
  const host = localHost()
  copyFileSync(`${FIXTURES}codex/ok.jsonl`, join(host.logs, 'ok.jsonl'))
  const path = join(host.state, 'dockmaster', 'here.journal.db')
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const journal = openJournal(path)
  const note = { at: 1, kind: 'note', author: 'ann', subject: '', data: {} } as const
  journal.appendAll(
    Array.from({ length: 400 }, (_, index) => ({ ...note, text: `${index} ${'x'.repeat(200)}` })),
  )
  journal.close()
  damage(path)
  return { ...host, journal: path }
}

describe.each(DAMAGES)('a journal with %s', (_what, damage) => {
  it('[O03] [O08] is refused with a mend, and not touched; panes and reads go on', async () => {
    const host = damagedHost(damage)
    const before = sha(host.journal)
    const { lanes } = await lanesOf(host)
    expect(lanes.get('ok')).toMatchObject({ result: 'claimed' })
    expect(await host.printed('run', 'echo read')).toBe('read')

    const marker = join(host.home, 'acted')
    const acts = [
      ['note', 'remember this'],
      ['decide', 'Go?', '--option', 'yes', '--option', 'no'],
      ['runl', `touch ${marker}`],
    ]
    for (const words of acts) {
      const { exitCode, stdout, stderr } = await host.run(...words)
      expect({ words, exitCode, stdout }).toEqual({ words, exitCode: 1, stdout: '' })
      expect(stderr.split('\n')).toHaveLength(1)
      expect(stderr).toContain(host.journal)
      expect(stderr).toMatch(/export|backup|move/)
    }
    expect(existsSync(marker)).toBe(false)

    const verdict = await host.run('journal', 'verify')
    expect(verdict.exitCode).toBe(1)
    expect(verdict.stderr).toContain(host.journal)
    expect((await host.hub())?.journal.message).toContain(host.journal)
    expect((await host.run('handover')).exitCode).toBe(1)

    await host.run('stop')
    await eventually('the hub is gone', () => host.hubs().length === 0)
    expect(sha(host.journal)).toBe(before)
  })
})
