import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { decision, lane, link, NOW } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

const SIZE = { columns: 100, rows: 30 }

/** The name on the inverted line. */
function selected(screen: Screen): string {
  const rows = screen.written().split('\u001b[7m')
  return rows.at(-1)?.split('\u001b[27m')[0] ?? ''
}

requirePart('pty')('keys in a real pty', () => {
  const open = screens()

  async function home(): Promise<Screen> {
    const screen = await open({ ...SIZE, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    return screen
  }

  it('splits keys that come in one piece', async () => {
    const screen = await home()
    screen.type('jjjj')
    await screen.until(() => selected(screen).includes('signal-l3'), 'the fifth row selected')
    screen.type(`/berth${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('berth-board · stalled'), 'the detail')
  })

  it('[N05] filters as typed; Enter keeps, Esc drops', async () => {
    const screen = await home()
    screen.type('/fu')
    await screen.until(text => !text.includes('groundwork'), 'only what matches')
    expect(screen.text()).toContain('fuel-meter')
    screen.type(KEYS.enter)
    await screen.until(
      text => text.includes('Enter open') && text.includes('d dispatch'),
      'home keys',
    )
    expect(screen.text()).toContain('/fu')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('groundwork'), 'everything again')
    screen.type('/nothing like it')
    await screen.until(text => text.includes('Nothing matches'), 'the note')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('groundwork'), 'everything again')
  })

  it('[N05] marks rows, sorts, and the cursor follows its item', async () => {
    const screen = await home()
    screen.type(' ')
    await screen.until(text => text.includes('1 marked') && text.includes('▸'), 'a mark')
    screen.type('o')
    await screen.until(text => text.includes('by name'), 'another order')
    expect(selected(screen)).toContain('berth-board')
    const first = lane('aaa-first', { startedAt: NOW })
    await screen.tell({ do: 'facts', facts: [first] })
    await screen.until(text => text.includes('aaa-first'), 'a row above')
    expect(selected(screen)).toContain('berth-board')
  })

  it('zooms a pane and comes back', async () => {
    const screen = await home()
    screen.type('2z')
    await screen.until(text => !text.includes('Heals · 1 open'), 'one pane')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/zoom.txt')
    screen.type('z')
    await screen.until(text => text.includes('3 Heals'), 'four panes')
  })

  it('shows one pane alone with --pane', async () => {
    const screen = await open({ ...SIZE, facts: FACTORY, env: { FIXTURE_ONLY: 'queue' } })
    await screen.until(text => text.includes('5 open'), 'the dock')
    screen.type('z1')
    await screen.tell({ do: 'settle' })
    expect(screen.text()).not.toContain('Lanes')
  })

  it('[N02] says why a key cannot act', async () => {
    const screen = await home()
    for (const [key, what] of [
      ['h', 'Healing'],
      ['s', 'Syncing'],
    ] as const) {
      screen.type(key)
      await screen.until(
        text => text.includes(`${what} is not built yet`),
        `why ${key} does nothing`,
      )
    }
  })

  it('[N02] says it in full where the line is too short, until the next key', async () => {
    const screen = await open({ columns: 40, rows: 16, facts: FACTORY })
    await screen.until(text => text.includes('? keys'), 'the lanes')
    const before = screen.lines()
    screen.type('h')
    await screen.until(text => text.includes('only looks.'), 'the end of it')
    expect(screen.lines().slice(-3, -1).join(' ')).toMatch(/Healing is not .+ only looks\./)
    screen.type('j')
    await screen.until(text => !text.includes('Healing'), 'it went')
    expect(screen.lines().slice(-3)).toEqual(before.slice(-3))
  })

  it('shows every key, and closes', async () => {
    const screen = await home()
    screen.type('?')
    await screen.until(text => text.includes('─ Keys'), 'help')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/help.txt')
    screen.type('q')
    await screen.until(text => text.includes('5 live'), 'home')
  })

  it('finds a command by name and does it', async () => {
    const screen = await home()
    screen.type(':')
    await screen.until(text => text.includes('─ Commands'), 'the palette')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/palette.txt')
    screen.type(`sort by${KEYS.enter}`)
    await screen.until(text => text.includes('by name'), 'another order')
    screen.type(`:heal what${KEYS.enter}`)
    await screen.until(text => text.includes('Healing is not built yet'), 'the reason')
  })

  it('a pasted text is never taken for keys', async () => {
    const screen = await home()
    screen.type('\u001b[200~q\u001b[201~')
    screen.type('/')
    screen.type('\u001b[200~fuel\u0007\nmeter\u001b[201~')
    await screen.until(text => text.includes('/ fuel meter'), 'the pasted filter')
  })

  it('opens a decision that waits', async () => {
    const screen = await home()
    expect(screen.text()).toContain('▲ 1 waits for you')
    screen.type('w')
    await screen.until(text => text.includes('asked by      marshal'), 'the decision')
  })

  it('a question that is too long keeps the keys that answer it', async () => {
    const asked = decision('long', `Land ${'one after the other '.repeat(8)}?`)
    const screen = await open({ ...SIZE, facts: [link(), asked] })
    await screen.until(text => text.includes('a answer   w why   1 of 1'), 'the question')
    expect(screen.text()).toMatch(/Land one .+…   a answer/)
  })

  it('[O05] asks before it trusts a host key; Enter is Cancel', async () => {
    const unknownKey = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' }
    const key = link({ state: 'refused', unknownKey, mend: 'Compare the fingerprint.' })
    const screen = await open({ ...SIZE, facts: [key] })
    await screen.until(text => text.includes('unknown host key'), 'the key')
    screen.type('T')
    await screen.until(text => text.includes('Trust this host key?'), 'the question')
    expect(screen.text()).toContain('SHA256:abc')
    screen.type(KEYS.enter)
    await screen.until(text => !text.includes('Trust this host key?'), 'home')
    expect(await screen.tell({ do: 'asked' })).not.toContain('acceptKey')
    screen.type('T')
    await screen.until(text => text.includes('Trust this host key?'), 'the question')
    screen.type('y')
    await screen.until(text => !text.includes('Trust this host key?'), 'home')
    expect(await screen.tell({ do: 'asked' })).toContain('acceptKey')
  })
})
