import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { DOCK, docked, line } from './parts/dock.ts'
import { fact, NOW, source } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'

requirePart('pty')('the dock in a real pty', () => {
  const open = screens()

  it.each([
    [40, 10],
    [80, 24],
    [120, 34],
    [200, 60],
  ])(
    '[F02] [F03] [F09] [F10] [B13] shows place, state, reason and time at %i×%i',
    async (columns, rows) => {
      const screen = await open({ columns, rows, facts: DOCK })
      await screen.until(text => text.includes('Lanes'), 'home')
      screen.type('2')
      await screen.until(text => text.includes('Harbour') && text.includes('? keys'), 'the dock')
      await expect(`${screen.text()}\n`).toMatchFileSnapshot(
        `../fixtures/screens/dock-${columns}x${rows}.txt`,
      )
    },
  )

  it('[L06] [L07] [F02] opens one: each signal, what it conflicts with, how long it rots', async () => {
    const screen = await open({ columns: 100, rows: 40, facts: DOCK })
    await screen.until(text => text.includes('Lanes'), 'home')
    screen.type('2z')
    screen.type('/store')
    screen.type(KEYS.enter)
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('FAIL conflicts'), 'its gate')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/dock-pull.txt')
  })

  it('[F03] opens a line: its trains, with stage, commit and what they stand on', async () => {
    const screen = await open({ columns: 100, rows: 30, facts: DOCK })
    await screen.until(text => text.includes('Lanes'), 'home')
    screen.type('2')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('speculates on t7'), 'its trains')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/dock-line.txt')
  })

  it('a frozen line says who froze it and why, and what is old is said to be old', async () => {
    const frozen = { by: 'ann@yard', reason: 'release week', at: NOW }
    const facts = [...DOCK, line({ frozen, trains: [] })]
    const screen = await open({ columns: 200, rows: 30, facts, env: { FIXTURE_ASCII: '1' } })
    await screen.until(text => text.includes('release week, by ann@yard'), 'who and why')
    expect(screen.text()).toContain('yard/dock frozen by ann@yard')
    expect(screen.text()).toMatch(/^[\x20-\x7e\n]+$/)
    const fault = { state: 'error', message: 'the mirror cannot be fetched', since: NOW } as const
    await screen.tell({ do: 'facts', facts: [source('dock:yard/dock', fault)] })
    await screen.until(text => !text.includes('frozen by ann@yard'), 'nothing is claimed')
    expect(screen.text()).toContain('conflicts with main')
  })

  it('[F09] p freezes the line of what is under the cursor, with a reason, and lets it go on', async () => {
    const screen = await open({ columns: 120, rows: 30, facts: DOCK })
    await screen.until(text => text.includes('? keys'), 'home')
    screen.type('2p')
    await screen.until(text => text.includes('queue yard/dock'), 'what to hold')
    screen.type(`release week${KEYS.enter}`)
    await screen.until(text => text.includes('is paused: release week'), 'it is frozen')
    const target = { kind: 'queue', name: 'yard/dock' } as const
    const by = 'ann@yard'
    const pause = { target, reason: 'release week', by, since: NOW, until: null, review: null }
    const held = fact('pause', 'queue yard/dock', { ...pause, isReviewDue: false })
    await screen.tell({ do: 'facts', facts: [held] })
    screen.type('p')
    await screen.until(text => text.includes('let it go on: paused by ann@yard'), 'what holds it')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('is paused no more'), 'it goes on')
    expect(await screen.tell({ do: 'told' })).toMatchObject([
      { target, reason: 'release week', by: { tty: expect.any(String) } },
      { target, by: { tty: expect.any(String) } },
    ])
  })

  it('J puts a pull request before all others of its line', async () => {
    const facts = [...DOCK, docked(158, { state: 'waiting', position: 3, priority: 2 })]
    const screen = await open({ columns: 120, rows: 30, facts })
    await screen.until(text => text.includes('? keys'), 'home')
    screen.type(`2/tables${KEYS.enter}J`)
    await screen.until(text => text.includes('priority 3, was 0'), 'its place')
    expect(await screen.tell({ do: 'told' })).toMatchObject([
      { repo: 'yard/dock', number: 155, priority: 3, by: { tty: expect.any(String) } },
    ])
  })

  it('[F08] B switches over a low dock alone: both numbers are shown', async () => {
    const screen = await open({ columns: 120, rows: 30, facts: DOCK })
    await screen.until(text => text.includes('? keys'), 'home')
    screen.type('2B')
    await screen.until(text => text.includes('12 are open, limit 10; 4 are in review'), 'why not')
    expect(await screen.tell({ do: 'told' })).toMatchObject([{ repo: 'yard/dock', to: 'native' }])
  })

  it('[F03] Tab in one shows what the journal says of it, with its steps in the line', async () => {
    const screen = await open({ columns: 100, rows: 30, facts: DOCK })
    await screen.until(text => text.includes('? keys'), 'home')
    screen.type(`2/signal${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('held by'), 'its facts')
    screen.type(KEYS.tab)
    await screen.until(text => text.includes('build t6: #158 #160'), 'its timeline')
    expect(screen.text()).toContain('[3 Timeline]')
    expect(screen.text()).toContain('priority 2, was 0')
    screen.type('1')
    await screen.until(text => text.includes('There is no log of this.'), 'why not')
    screen.type('f')
    await screen.until(text => !text.includes('build t6'), 'all facts again')
  })

  it('[F06] a signal that nobody could read is shown as absent, with what is missing', async () => {
    const screen = await open({ columns: 100, rows: 30, facts: DOCK })
    await screen.until(text => text.includes('? keys'), 'home')
    screen.type(`2/tide${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('ABSENT review: nobody has approved'), 'its gate')
    expect(screen.text()).toContain('codex, no review')
  })

  it('[L08] a line that does not land by itself tells how often it would have', async () => {
    const facts = [...DOCK, line({ trains: [], wouldHaveLanded: 3 })]
    const screen = await open({ columns: 120, rows: 30, facts })
    await screen.until(text => text.includes('? keys'), 'home')
    screen.type('2z')
    await screen.until(text => text.includes('no train; 3 would have landed'), 'its row')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('3: 5 to 10 are advised'), 'the advice')
  })
})
