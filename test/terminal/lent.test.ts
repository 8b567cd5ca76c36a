import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { FACTORY } from './parts/factory.ts'
import { lane } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

const ENDED = lane('pilot-queue-v3', { status: 'ended', result: 'local', pid: null, endedAt: 1 })
const FACTS = [...FACTORY.filter(({ key }) => key !== 'pilot-queue-v3'), ENDED]

/** A cell that was cleared and one that holds a space look the same. */
const picture = (screen: Screen): string =>
  screen
    .lines()
    .map(line => line.trimEnd())
    .join('\n')

requirePart('pty')('the terminal lent to a program, in a real pty', () => {
  const open = screens()

  /** A program in a directory of its own, whose name is a trap for whoever uses a shell. */
  function program(name: string, script: string): string {
    const path = join(scratch(), name)
    writeFileSync(path, `#!/bin/sh\n${script}`)
    chmodSync(path, 0o755)
    return path
  }

  async function opened(env: Record<string, string>): Promise<Screen> {
    const screen = await open({ columns: 80, rows: 24, facts: FACTS, env })
    await screen.until(text => text.includes('Lanes'), 'the lanes')
    screen.type(`/pilot${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('pilot-queue-v3 · local'), 'the detail')
    return screen
  }

  it('[N06] t joins a terminal; Ctrl-] comes back to the same picture, all modes as they were', async () => {
    const screen = await opened({})
    await screen.until(text => text.includes('The log is empty.'), 'the log')
    const before = picture(screen)
    screen.mark()
    screen.type('t')
    await screen.until(text => text.includes('over there'), 'the terminal')
    expect(screen.written()).toMatch(/pilot-queue-v3: a shell where it works\. exit, or Ctrl-\]/)
    expect(screen.cursorHidden()).toBe(false)
    screen.type('jq\u0003')
    await screen.until(text => text.includes('got "jq\\u0003"'), 'every key goes there')
    screen.resize(100, 30)
    await eventually('the size is told', async () =>
      ((await screen.tell({ do: 'told' })) as { event?: string }[]).some(
        ({ event }) => event === 'resize',
      ),
    )
    screen.type('typed\u001d')
    await screen.until(text => text.includes('was hung up'), 'the console')
    for (const mode of [1000, 1006, 2004]) expect(screen.written()).toContain(`\u001b[?${mode}l`)
    expect(screen.alternate()).toBe(true)
    expect(screen.cursorHidden()).toBe(true)
    const told = (await screen.tell({ do: 'told' })) as object[]
    expect(told[0]).toMatchObject({ lane: 'pilot-queue-v3', size: { columns: 80, rows: 24 } })
    expect(told).toContainEqual(
      expect.objectContaining({ event: 'resize', size: { columns: 100, rows: 30 } }),
    )
    screen.resize(80, 24)
    screen.type('1')
    await screen.until(() => picture(screen) === before, 'the picture from before')
  })

  it('[N06] e edits the next brief, asks, and sends it; no shell reads the editor', async () => {
    const out = join(scratch(), 'seen')
    const editor = program(
      'my editor; touch no',
      `cat "$2" > '${out}'\necho "$1" >> '${out}'\necho ready\nfor at in 1 2 3 4 5 6; do read -r line; echo "$line" >> "$2"; done\n`,
    )
    const screen = await opened({ VISUAL: `'${editor}' "a b"` })
    screen.type('e')
    await screen.until(text => text.includes('ready'), 'the editor')
    const lines = ['go', 'on', 'with', 'the', 'second', 'half']
    for (const line of lines) screen.type(`${line}\r`)
    await screen.until(text => text.includes('Let the lane pilot-queue-v3 go on?'), 'the question')
    expect(screen.text()).toContain('begins: # TASK')
    expect(readFileSync(out, 'utf8')).toBe('# TASK\nLand the train.\n# DO NOT\nForce.\na b\n')
    screen.type('y')
    await screen.until(text => text.includes('refused: it has a live writer'), 'the answer')
    expect(await screen.tell({ do: 'told' })).toMatchObject([
      {
        lane: 'pilot-queue-v3',
        brief: expect.stringMatching(/Force\.\ngo\non\nwith\nthe\nsecond\nhalf\n$/),
      },
    ])
    // What was refused is not lost.
    screen.type('e')
    await eventually('the editor has the draft', () =>
      readFileSync(out, 'utf8').includes('second\nhalf\na b\n'),
    )
    for (const line of lines) screen.type(`${line}\r`)
    await screen.until(text => text.includes('go on?'), 'the question')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('pilot-queue-v3 · local'), 'the detail')
  })

  it('[N06] an unchanged brief is not sent, and a lane at work has none', async () => {
    const screen = await opened({ VISUAL: '', EDITOR: 'true' })
    screen.type('e')
    await screen.until(text => text.includes('the brief is as it was'), 'that nothing is sent')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('1 Lanes'), 'home')
    screen.type(`/\u0015berth${KEYS.enter}e`)
    await screen.until(text => text.includes('berth-board is at work: stop it first'), 'why not')
    expect(await screen.tell({ do: 'told' })).toEqual([])
    const missing = await opened({ EDITOR: '/nowhere/ed' })
    missing.type('e')
    await missing.until(text => text.includes('there is no /nowhere/ed here'), 'that there is none')
  })

  it('[N06] v hands the diff to the pager, Ctrl-C is its own, and the picture comes back', async () => {
    const out = join(scratch(), 'paged')
    const pager = program(
      'pager',
      `trap 'echo heard' INT\ncat > '${out}'\necho paging\nread -r line </dev/tty || read -r line </dev/tty\n`,
    )
    const screen = await opened({ PAGER: pager })
    screen.type('4')
    await screen.until(text => text.includes('+wagon 1'), 'the diff')
    const before = screen.text()
    screen.type('v')
    await screen.until(text => text.includes('paging'), 'the pager')
    screen.type(KEYS.ctrlC)
    await screen.until(text => text.includes('heard'), 'its own Ctrl-C')
    screen.type('q\r')
    await screen.until(text => text === before, 'the same picture')
    const text = readFileSync(out, 'utf8')
    expect(text).toContain('+wagon 60\n')
    expect(text).not.toContain('\u001b')
  })

  it('[N06] says so when there is no pager, and scrolls by itself', async () => {
    const screen = await opened({ PAGER: '/nowhere/less' })
    screen.type('4')
    await screen.until(text => text.includes('+wagon 1'), 'the diff')
    screen.type('v')
    await screen.until(text => text.includes('there is no /nowhere/less here'), 'the reason')
    screen.type('G')
    await screen.until(text => text.includes('+wagon 60'), 'its end')
    expect(existsSync('/nowhere')).toBe(false)
  })
})
