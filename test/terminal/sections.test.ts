import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { lane, NOW } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

/** What the fixture's brief and diff would have the terminal do. */
const obeyed = (screen: Screen): boolean =>
  ['\u001b[2J', ']0;owned'].some(order => screen.written().includes(order))

requirePart('pty')('the parts of a lane, in a real pty', () => {
  const open = screens()

  async function opened(columns: number, rows: number): Promise<Screen> {
    const screen = await open({ columns, rows, facts: FACTORY })
    await screen.until(text => text.includes('live'), 'the lanes')
    await screen.tell({ do: 'log', lines: ['a line of the log'] })
    screen.type(`/pilot${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('pilot-queue-v3 · working'), 'the detail')
    return screen
  }

  for (const [columns, rows] of [
    [80, 24],
    [200, 60],
  ] as const) {
    it(`[N04] [N06] are one key away at ${columns}×${rows}: log, brief, timeline, diff, checks, links`, async () => {
      const screen = await opened(columns, rows)
      await screen.until(text => text.includes('[1 Log]') && text.includes('a line of'), 'the log')
      for (const [key, tab, what] of [
        ['2', '[2 Brief]', 'Land the train.'],
        ['3', '[3 Timeline]', 'intent by ann #4: launch pilot-queue-v3'],
        ['4', '[4 Diff]', '+wagon 1'],
        ['5', '[5 Checks]', 'commit 85b6daf3aa11'],
        ['6', '[6 Links]', '/srv/logs/pilot-queue-v3.log'],
      ] as const) {
        screen.type(key)
        await screen.until(text => text.includes(tab) && text.includes(what), tab)
        await expect(`${screen.text()}\n`).toMatchFileSnapshot(
          `../fixtures/screens/lane-${columns}-${key}.txt`,
        )
      }
      screen.type(KEYS.tab)
      await screen.until(text => text.includes('[1 Log]') && text.includes('a line of'), 'the log')
      screen.type('[')
      await screen.until(text => text.includes('[6 Links]'), 'the part before it')
      screen.type(KEYS.esc)
      await screen.until(text => text.includes('Lanes ·'), 'home')
    })
  }

  it('[N06] [O04] a diff scrolls and is searched, and holds nothing that a terminal obeys', async () => {
    const screen = await opened(80, 24)
    screen.mark()
    screen.type('4')
    await screen.until(text => text.includes('+wagon 1'), 'the diff')
    expect(obeyed(screen)).toBe(false)
    screen.type(`/wagon 33${KEYS.enter}`)
    await screen.until(text => text.includes('▸+wagon 33'), 'the match')
    screen.type('G')
    await screen.until(text => text.includes('+wagon 60'), 'the end')
    screen.type('gg')
    await screen.until(text => text.includes('against c0ffeec0ffee'), 'the start')
    screen.type('2')
    await screen.until(text => text.includes('Land the train.'), 'the brief')
    expect(obeyed(screen)).toBe(false)
    screen.type('2')
    await screen.until(text => text.includes('Land the train.'), 'the brief once more')
  })

  it('[N06] asks once for a part, and again only when its lane has changed', async () => {
    const screen = await opened(80, 24)
    const asks = async () =>
      ((await screen.tell({ do: 'asked' })) as string[]).filter(method => method === 'lane.diff')
    screen.type('4')
    await screen.until(text => text.includes('+wagon 1'), 'the diff')
    await screen.tell({ do: 'settle' })
    expect(await asks()).toHaveLength(1)
    const logs = async () =>
      ((await screen.tell({ do: 'asked' })) as string[]).filter(method => method === 'log')
    const before = await logs()
    await screen.tell({ do: 'facts', facts: [lane('pilot-queue-v3', { activeAt: NOW + 1 })] })
    await screen.tell({ do: 'settle' })
    // Its log is not on the screen, and the last look is not old enough for another.
    expect(await logs()).toEqual(before)
    expect(await asks()).toHaveLength(1)
  })

  it('[N04] keeps name, part and lines at 40×10', async () => {
    const screen = await opened(40, 10)
    screen.type('4')
    await screen.until(text => text.includes('[4 Diff]'), 'the diff')
    screen.type('G')
    await screen.until(text => text.includes('+wagon 60'), 'its end')
    expect(Math.max(...screen.lines().map(line => line.length))).toBeLessThanOrEqual(40)
  })
})
