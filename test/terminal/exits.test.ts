import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { lane } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

const SIZE = { columns: 100, rows: 30 }

requirePart('pty')('ways out of the console, in a real pty', () => {
  const open = screens()

  async function home(): Promise<Screen> {
    const screen = await open({ ...SIZE, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    expect(screen.alternate()).toBe(true)
    expect(screen.cursorHidden()).toBe(true)
    return screen
  }

  /** The screen of before, the cursor shown, no paste mode: all that was taken is given back. */
  const restored = (screen: Screen): Promise<void> =>
    screen.until(() => {
      const off = screen.written().lastIndexOf('\u001b[?2004l')
      const on = screen.written().lastIndexOf('\u001b[?2004h')
      return !screen.alternate() && !screen.cursorHidden() && off > on
    }, 'the terminal as it was')

  it.each([
    ['q', 'q'],
    ['Ctrl-C', KEYS.ctrlC],
  ])('%s leaves with 0', async (_, keys) => {
    const screen = await home()
    screen.type(keys)
    expect(await screen.exit).toMatchObject({ exitCode: 0 })
    await restored(screen)
  })

  it('Ctrl-C leaves from a line being typed', async () => {
    const screen = await home()
    screen.type('/abc')
    await screen.until(text => text.includes('/ abc'), 'the filter')
    screen.type(KEYS.ctrlC)
    expect(await screen.exit).toMatchObject({ exitCode: 0 })
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s leaves with %i and the terminal restored', async (signal, code) => {
    const screen = await home()
    process.kill(screen.pid, signal)
    expect(await screen.exit).toMatchObject({ exitCode: code })
    await restored(screen)
  })

  it('a crash restores the terminal, then says what it was', async () => {
    const screen = await home()
    await screen.tell({ do: 'crash' })
    expect(await screen.exit).toMatchObject({ exitCode: 1 })
    await restored(screen)
    const given = screen.written().lastIndexOf('\u001b[?1049l')
    expect(screen.written().indexOf('a crash that the test asked for')).toBeGreaterThan(given)
  })

  it('a stop from outside and a go on draws the screen anew', async () => {
    const screen = await home()
    process.kill(screen.pid, 'SIGSTOP')
    await new Promise((resolve, reject) => {
      // A stopped process is seen as T by ps; it is what we wait for.
      const look = (): void => {
        const ps = spawn('ps', ['-o', 'state=', '-p', String(screen.pid)])
        ps.on('error', reject)
        ps.stdout.on('data', (data: Buffer) => {
          if (data.toString().startsWith('T')) resolve(null)
          else look()
        })
      }
      look()
    })
    screen.mark()
    process.kill(screen.pid, 'SIGCONT')
    await screen.until(() => screen.written().includes('5 live'), 'the screen drawn anew')
    expect(screen.alternate()).toBe(true)
    screen.type('j')
    await screen.until(text => text.includes('berth-board'), 'a living screen')
  })

  it('[N04] Ctrl-Z gives the terminal to the shell, fg comes back', async () => {
    const screen = await open({ ...SIZE, facts: FACTORY, shell: true })
    await screen.until(text => text.includes('shell>'), 'the shell')
    screen.type(`$PROGRAM${KEYS.enter}`)
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.type(KEYS.ctrlZ)
    await screen.until(text => /Stopped[^]*shell>/.test(text), 'the shell again')
    await restored(screen)
    screen.mark()
    screen.type(`fg${KEYS.enter}`)
    await screen.until(text => text.includes('5 live'), 'the lanes again')
    screen.type('?')
    await screen.until(text => text.includes('─ Keys'), 'a living screen')
    expect(screen.alternate()).toBe(true)
    // Taken back once: not let go of again on the signal that woke us.
    expect(screen.written().split('\u001b[?1049h')).toHaveLength(2)
    screen.type('qq')
    await restored(screen)
  })

  it('Ctrl-L draws the screen anew', async () => {
    const screen = await home()
    screen.mark()
    screen.type(KEYS.ctrlL)
    await screen.until(() => screen.written().includes('5 live'), 'the screen drawn anew')
  })

  it('a lost hub is said, and found again by itself', async () => {
    const screen = await home()
    await screen.tell({ do: 'drop' })
    await screen.until(text => text.includes('no hub since 12:53'), 'the loss')
    await screen.tell({ do: 'facts', facts: [lane('meanwhile')] })
    await screen.tell({ do: 'revive' })
    await screen.until(
      text => text.includes('meanwhile') && text.includes('38ms'),
      'the hub and what changed',
    )
  })

  it('is a console also where CI is set', async () => {
    const screen = await open({ ...SIZE, facts: FACTORY, env: { CI: '1' } })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    expect(screen.alternate()).toBe(true)
  })
})
