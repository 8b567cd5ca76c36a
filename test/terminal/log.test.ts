import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { lane, NOW } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

const SIZE = { columns: 100, rows: 30 }
const numbered = (from: number, many: number): string[] =>
  Array.from({ length: many }, (_, index) => `line ${from + index}.`)

requirePart('pty')('a lane opened, in a real pty', () => {
  const open = screens()
  let grown = 0

  async function opened(lines: readonly string[]): Promise<Screen> {
    const screen = await open({ ...SIZE, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    await screen.tell({ do: 'log', lines })
    screen.type(`/pilot${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('pilot-queue-v3 · working'), 'the detail')
    return screen
  }

  /** The log grows, and the lane's fact says so. */
  async function grow(screen: Screen, lines: readonly string[]): Promise<void> {
    grown += 1
    await screen.tell({ do: 'log', lines })
    await screen.tell({ do: 'facts', facts: [lane('pilot-queue-v3', { activeAt: NOW + grown })] })
  }

  it('[N05] follows its log until scrolled, counts what is new, and follows again', async () => {
    const screen = await opened(numbered(1, 100))
    await screen.until(text => text.includes('line 100.'), 'the end of the log')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/detail.txt')
    await grow(screen, numbered(101, 5))
    await screen.until(text => text.includes('line 105.'), 'the new end')
    screen.type('kkk')
    await screen.until(text => text.includes('0 new · G follows'), 'following stopped')
    await grow(screen, numbered(106, 7))
    await screen.until(text => text.includes('7 new'), 'the count')
    expect(screen.text()).not.toContain('line 112.')
    screen.type('G')
    await screen.until(text => text.includes('line 112.') && text.includes('following'), 'the end')
    screen.type('gg')
    await screen.until(text => text.includes('line 1.'), 'the start')
  })

  it('[N05] searches its log with / n N', async () => {
    const screen = await opened(numbered(1, 300))
    await screen.until(text => text.includes('line 300.'), 'the end of the log')
    screen.type(`gg/line 77.${KEYS.enter}`)
    await screen.until(text => text.includes('▸line 77.'), 'the first match')
    screen.type(`/7.${KEYS.enter}`)
    screen.type('\u0015')
    screen.type('n')
    await screen.until(text => /▸line \d*7\./.test(text), 'a match')
    screen.type(`/\u0015nowhere${KEYS.enter}`)
    await screen.until(text => text.includes('/nowhere not found'), 'that there is none')
  })

  it('shows all facts in full over the whole screen', async () => {
    const screen = await opened(['one line'])
    screen.type('f')
    await screen.until(text => !text.includes('one line'), 'facts alone')
    expect(screen.text()).toContain('seen          12:53 by lanes on yard')
    screen.type('f')
    await screen.until(text => text.includes('one line'), 'the log again')
  })

  it('asks for no log while none is on the screen', async () => {
    const screen = await opened(numbered(1, 3))
    await screen.until(text => text.includes('line 3.'), 'the log')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('Lanes ·'), 'home')
    const before = (await screen.tell({ do: 'asked' })) as string[]
    await grow(screen, numbered(4, 3))
    await screen.tell({ do: 'settle' })
    const after = (await screen.tell({ do: 'asked' })) as string[]
    expect(after).toEqual(before)
  })

  it('tells events in words and hostile lines in plain text', async () => {
    const screen = await opened([
      '{"type":"item.completed","item":{"type":"command_execution","command":"make","exit_code":2}}',
      'raw \u001b[2J line',
    ])
    await screen.until(
      text => text.includes('item.completed command_execution: make → exit 2'),
      'the event',
    )
    expect(screen.text()).toContain('raw  line')
  })
})
