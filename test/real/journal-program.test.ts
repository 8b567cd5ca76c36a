/** The journal's commands as operators and agents use them: the built program, a real hub. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { HubStatus } from '../../src/rpc/hub-api.ts'
import { JournalRow } from '../../state/journal-entry.ts'
import { JournalEnvelope, PublicEntry } from '../../state/rows/journal.ts'
import { eventually } from '../setup/eventually.ts'
import { scratch } from '../setup/scratch.ts'
import { isAlive } from './parts/processes.ts'

const PROGRAM = new URL('../../dist/main.js', import.meta.url).pathname

let home: string
beforeEach(() => {
  home = scratch()
  onTestFinished(endHub)
})

const started = (words: readonly string[], input: string) =>
  execa(process.execPath, [PROGRAM, '--host', 'local', ...words], {
    env: {
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_STATE_HOME: join(home, 'state'),
      XDG_RUNTIME_DIR: join(home, 'run'),
    },
    input,
    reject: false,
  })

const dockmaster = async (...words: string[]) => await started(words, '')

/** What it printed, which must be all that it had to say. */
async function printed(...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await dockmaster(...words)
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return stdout
}

/** Kills the hub where it stands, if one runs. */
async function endHub(): Promise<void> {
  const status = HubStatus.nullable().parse(
    JSON.parse((await dockmaster('status', '--json')).stdout),
  )
  if (status === null) return
  process.kill(status.pid, 'SIGKILL')
  await eventually('the hub is gone', () => !isAlive(status.pid))
}

/** Stops the hub and waits until its journal is closed: the file holds all there is. */
async function stopHub(): Promise<void> {
  const { pid } = HubStatus.parse(JSON.parse(await printed('status', '--json')))
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  await dockmaster('stop')
  await eventually('the journal is closed', () => !existsSync(`${journalFile()}-wal`))
}

const journalFile = () => join(home, 'state', 'dockmaster', 'local.journal.db')

describe('note, decide, journal, handover', () => {
  it('[I01] [I04] hand over the same text after the hub was killed and started again', async () => {
    await printed('note', 'the train waits for #12', '--subject', 'octo/repo#12')
    await printed('note', 'rebase #13', '--subject', 'next', '--author', 'scout')
    await printed('decide', 'Merge #12?', '--option', 'yes', '--option', 'no')
    const before = await printed('handover')
    expect(before).toContain('note by scout: next: rebase #13')
    expect(before).toMatch(/## Open decisions\n- #\d+ Merge #12\?; options: yes \/ no/)
    expect(before).toMatch(/## Next actions\n- rebase #13\n/)

    await endHub()
    expect(await printed('journal', 'verify')).toMatch(/^the journal is whole: \d+ entries/)
    expect(await printed('handover')).toBe(before)
  })

  it('list what the filters name, for people and as JSON', async () => {
    const note = PublicEntry.parse(
      JSON.parse(await printed('note', 'lanes stalled', '--json', '--author', 'scout')),
    )
    await printed('decide', 'Go?', '--option', 'a', '--option', 'b', '--deadline', '2h')
    const { profile, rows } = JournalEnvelope.parse(
      JSON.parse(await printed('journal', '--json', '--kind', 'note')),
    )
    expect({ profile, rows }).toEqual({ profile: 'local', rows: [note] })
    const line = `#${note.seq} ${note.at} note scout lanes stalled`
    for (const filter of [
      ['--grep', 'lane stall'],
      ['--author', 'scout'],
      ['--kind', 'note', 'answer', '--since', '1h'],
    ]) {
      expect(await printed('journal', ...filter)).toBe(line)
    }
    expect(await printed('journal', '--author', 'nobody')).toBe('')
  })

  it('follow with new entries as they come', async () => {
    await printed('note', 'first', '--author', 'scout')
    const follower = started(['journal', '--follow', '--json', '--author', 'scout'], '')
    const lines: string[] = []
    createInterface({ input: follower.stdout }).on('line', line => lines.push(line))
    await eventually('the list', () => lines.length === 1)
    await printed('note', 'of another', '--author', 'other')
    await printed('note', 'second', '--author', 'scout')
    await eventually('the new entry', () => lines.length === 2)
    expect(lines.map(line => PublicEntry.parse(JSON.parse(line)).text)).toEqual(['first', 'second'])
    await stopHub()
    expect((await follower).stderr).toContain('the hub ended')
  })

  it('[O06] [A10] take a note from stdin, without its secrets and within bounds', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`
    const { stdout } = await started(['note', '-'], `two\nlines with ${secret}\n`)
    expect(stdout).toMatch(/two lines with \[redacted\]$/)
    expect(
      readFileSync(journalFile(), 'latin1') + readFileSync(`${journalFile()}-wal`, 'latin1'),
    ).not.toContain(secret)
    for (const size of [70_000, 300_000]) {
      const { stderr, exitCode } = await started(['note', '-'], 'x'.repeat(size))
      expect([exitCode, stderr.split('\n').length]).toEqual([1, 1])
    }
    expect((await started(['note', '-'], ' \n')).exitCode).toBe(2)
  })

  it('[O03] export and back up: each line and each copy is the journal', async () => {
    await printed('note', 'kept')
    const copy = join(home, 'copy.db')
    expect(await printed('journal', 'backup', copy)).toMatch(/^.*copy\.db: \d+ bytes, verified$/)
    const again = await dockmaster('journal', 'backup', copy)
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      `dockmaster: no backup at ${copy}: that file is there already, name a new one`,
    ])
    await stopHub()
    const rows = (await printed('journal', 'export'))
      .split('\n')
      .map(line => JournalRow.parse(JSON.parse(line)))
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
    expect(rows.some(({ text }) => text === 'kept')).toBe(true)
  })

  it('[O03] refuse to write to a journal that was tampered with, and say where it is and what to do', async () => {
    await printed('note', 'the plan is to wait')
    await stopHub()
    const file = journalFile()
    const bytes = readFileSync(file)
    for (
      let at = bytes.indexOf('the plan is');
      at !== -1;
      at = bytes.indexOf('the plan is', at + 1)
    ) {
      bytes.write('The', at)
    }
    writeFileSync(file, bytes)
    for (const words of [['journal', 'verify'], ['note', 'more'], ['handover']]) {
      const { stdout, stderr, exitCode } = await dockmaster(...words)
      expect({ words, stdout, exitCode }).toEqual({ words, stdout: '', exitCode: 1 })
      expect(stderr).toContain(file)
      expect(stderr).toContain('is not what was written')
      expect(stderr).toContain('Mend: ')
    }
  })
})
