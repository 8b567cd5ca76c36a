import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { KEYS, screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

requirePart('pty')('an act that is asked first, in a real pty', () => {
  const open = screens()

  async function opened(columns: number, rows: number): Promise<Screen> {
    const screen = await open({ columns, rows, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.type(`/berth${KEYS.enter}`)
    return screen
  }

  it('[A05] [N07] S shows what is stopped, where, and what undoes it; Enter is Cancel', async () => {
    const screen = await opened(100, 24)
    screen.type('S')
    await screen.until(text => text.includes('Stop the lane berth-board?'), 'the question')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/confirm.txt')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('1 Lanes'), 'home')
    expect(await screen.tell({ do: 'told' })).toEqual([])

    screen.type('Sy')
    // Both keys came in one piece: the yes was pressed before there was a question.
    await screen.until(text => text.includes('Stop the lane berth-board?'), 'the question')
    expect(await screen.tell({ do: 'told' })).toEqual([])
    screen.type('y')
    await screen.until(text => text.includes('ended by INT: none of its 3 processes'), 'the end')
    expect(await screen.tell({ do: 'told' })).toMatchObject([
      { lane: 'berth-board', pid: 4711, pidStart: '99', label: expect.stringMatching(/@.+ pid/) },
    ])
  })

  it('R asks before a lane goes on, and tells why it did not; a long target scrolls', async () => {
    const screen = await opened(40, 10)
    screen.type('R')
    await screen.until(text => text.includes('Let the lane'), 'the question')
    screen.type('G')
    await screen.until(text => text.includes('undo'), 'what undoes it')
    screen.type('y')
    await screen.until(text => text.includes('refused: it has a live writer'), 'the refusal')
  })

  it('[N02] says so where there is no lane', async () => {
    const screen = await open({ columns: 80, rows: 24, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.type('2S')
    await screen.until(text => text.includes('There is no lane under the cursor'), 'why not')
  })
})
