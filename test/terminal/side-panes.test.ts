import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { HOUR, MINUTE, NOW, source } from './parts/facts.ts'
import { entry, JOURNAL } from './parts/journal.ts'
import { KEYS, screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

const SMALL = { columns: 80, rows: 24 }
const SIZES = [
  [40, 10],
  [60, 16],
  [200, 60],
  [300, 100],
  [20, 5],
  [80, 24],
] as const

const COLLECTORS = [
  source('probe', { periodMs: 0 }),
  source('journal', { periodMs: 0 }),
  source('lanes', { lookedAt: NOW - 4 * MINUTE }),
  source('github', {
    state: 'denied',
    since: NOW - HOUR,
    message: 'HTTP 401 from api.example.invalid',
    mend: 'Give a token that may read: github.token in the profile.',
  }),
  source('systemd', { state: 'absent', message: 'there is no user manager' }),
]
const HOST = [...FACTORY, ...COLLECTORS]
const WRITTEN = { FIXTURE_JOURNAL: JSON.stringify(JOURNAL) }
const numbered = (from: number, many: number) =>
  Array.from({ length: many }, (_, index) => entry(from + index, `entry ${from + index}.`, 1))

const asked = async (screen: Screen): Promise<readonly string[]> =>
  ((await screen.tell({ do: 'asked' })) as string[]).filter(each => each.startsWith('journal'))

requirePart('pty')('the host and the journal in a real pty', () => {
  const open = screens()

  it('[N09] [O09] the host alone: load, memory, disks, link, and each collector', async () => {
    const screen = await open({ ...SMALL, facts: HOST, env: { FIXTURE_ONLY: 'host' } })
    await screen.until(text => text.includes('systemd'), 'the collectors')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/host-80x24.txt')
    expect(screen.written()).not.toContain('\u001b[32m')
    screen.type(`/github${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('github · denied'), 'the detail')
    expect(screen.text()).toContain('HTTP 401 from api.example.invalid')
    expect(screen.text()).toContain('Give a token that may read')
  })

  it('[G01] [G05] [G08] the boxes: what is left over with its lane, images and what they need', async () => {
    const facts = [...FACTORY, source('docker')]
    const screen = await open({ ...SMALL, facts })
    screen.type('7')
    await screen.until(text => text.includes('leftover'), 'the boxes')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/boxes-80x24.txt')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('berth-board · leftover'), 'the detail of the box')
    expect(screen.text()).toMatch(/it ended and was not removed/)
    expect(screen.text()).toMatch(/drift +AGENTS\.md/)
    screen.type(`qj${KEYS.enter}`)
    await screen.until(text => text.includes('work · drift'), 'the detail of the image')
    expect(screen.text()).toMatch(/pre-auth required: tracker, token expired/)
  })

  it('[N09] the journal alone, the newest entry last', async () => {
    const screen = await open({
      ...SMALL,
      facts: FACTORY,
      env: { ...WRITTEN, FIXTURE_ONLY: 'journal' },
    })
    await screen.until(text => text.includes('15 entries'), 'the entries')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/journal-80x24.txt')
    screen.type(`/restart${KEYS.enter}${KEYS.enter}`)
    await screen.until(text => text.includes('#13 intent'), 'the entry')
    expect(screen.text()).toContain(`hash          ${'0'.repeat(62)}1`)
  })

  it('5 and 6 lie over the home screen, and Esc goes back to it', async () => {
    const screen = await open({ ...SMALL, facts: HOST, env: WRITTEN })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.type('25')
    await screen.until(text => text.includes('5 Host · 2 sources failing'), 'the host')
    expect(screen.text()).toContain('1 Lanes · 2 Dock · 3 Heals · 4 PKM · 6 Journal')
    screen.type('6')
    await screen.until(text => text.includes('following'), 'the journal')
    screen.type('o')
    await screen.until(text => text.includes('in the order of its writing'), 'why not sorted')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('3 Heals ·') && text.includes('5 live'), 'home')
    screen.type(`:journal${KEYS.enter}`)
    await screen.until(text => text.includes('following'), 'the journal by its name')
  })

  it('asks for the journal only while it is on the screen', async () => {
    const screen = await open({ ...SMALL, facts: FACTORY, env: WRITTEN })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    expect(await asked(screen)).toEqual([])
    screen.type('6')
    await screen.until(text => text.includes('15 entries'), 'the entries')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('5 live'), 'home')
    expect(await asked(screen)).toEqual(['journal.follow', 'journal.unfollow'])
    await screen.tell({ do: 'settle' })
    screen.mark()
    await screen.tell({ do: 'journal', rows: numbered(16, 3) })
    await screen.tell({ do: 'settle' })
    expect(screen.written()).toBe('')
  })

  it('follows like a log until it is scrolled, and again at its end', async () => {
    const screen = await open({ ...SMALL, env: { ...WRITTEN, FIXTURE_ONLY: 'journal' } })
    await screen.until(text => text.includes('15 entries'), 'the entries')
    await screen.tell({ do: 'journal', rows: numbered(16, 100) })
    await screen.until(text => text.includes('entry 115.'), 'the newest')
    screen.type('kkk')
    await screen.until(text => text.includes('G follows'), 'following stopped')
    const still = screen.lines().slice(2, 20)
    await screen.tell({ do: 'journal', rows: numbered(116, 30) })
    await screen.until(text => text.includes('145 entries'), 'that there are more')
    expect(screen.lines().slice(2, 20)).toEqual(still)
    screen.type('G')
    await screen.until(text => text.includes('entry 145.'), 'the newest again')
    expect(screen.text()).toContain('following')
    screen.type('gg')
    await screen.until(text => text.includes('hub 1.2.3 started'), 'the oldest')
  })

  it('holds a bounded number of entries, however many there are', async () => {
    const screen = await open({ ...SMALL, facts: FACTORY })
    await screen.tell({ do: 'journal', rows: numbered(1, 1_500) })
    screen.type('6')
    await screen.until(text => text.includes('1,500 entries'), 'the entries')
    expect(screen.text()).toContain('1000/1000')
    screen.type('gg')
    await screen.until(text => text.includes('entry 501.'), 'the oldest that is held')
    screen.type('jj')
    await screen.tell({ do: 'settle' })
    const still = screen.lines()[4]
    await screen.tell({ do: 'journal', rows: numbered(1_501, 1) })
    await screen.until(text => text.includes('1,501 entries'), 'one more')
    expect(screen.lines()[3]).toBe(still)
  })

  it('goes on by itself after its hub was lost, with what was written meanwhile', async () => {
    const screen = await open({ ...SMALL, env: { ...WRITTEN, FIXTURE_ONLY: 'journal' } })
    await screen.until(text => text.includes('15 entries'), 'the entries')
    await screen.tell({ do: 'drop' })
    await screen.until(text => text.includes('no hub since'), 'that the hub is gone')
    await screen.tell({ do: 'journal', rows: numbered(16, 2) })
    await screen.tell({ do: 'revive' })
    await screen.until(text => text.includes('entry 17.'), 'what was written meanwhile')
    await screen.tell({ do: 'journal', rows: numbered(18, 1) })
    await screen.until(text => text.includes('entry 18.'), 'what comes now')
  })

  it('[O03] a journal that refuses shows its fault and its mend', async () => {
    const fault = 'journal /srv/j.db: the file is damaged (page 2). Mend: restore a backup.'
    const env = { FIXTURE_JOURNAL_FAULT: fault, FIXTURE_ONLY: 'journal' }
    const screen = await open({ ...SMALL, env })
    await screen.until(text => text.includes('Mend: restore a backup.'), 'the mend')
    expect(screen.text()).toContain('6 Journal · refuses')
  })

  it.each(['host', 'journal'])('[N04] the %s pane fits every size, and idles', async only => {
    const env = { ...WRITTEN, FIXTURE_ONLY: only }
    const screen = await open({ ...SMALL, facts: HOST, env })
    const shown = only === 'host' ? 'denied' : 'answer'
    await screen.until(text => text.includes(shown), 'its rows')
    for (const [columns, rows] of SIZES) {
      screen.mark()
      screen.resize(columns, rows)
      const first = (): string => screen.lines()[0]?.trimEnd() ?? ''
      await screen.until(() => first().indexOf('12:53') === columns - 6, `${columns}×${rows} drawn`)
      expect(screen.lines()).toHaveLength(rows)
    }
    await screen.until(text => text.includes(shown), 'its rows')
    await screen.tell({ do: 'settle' })
    screen.mark()
    await screen.tell({ do: 'facts', facts: HOST })
    await screen.tell({ do: 'settle' })
    expect(screen.written()).toBe('')
  })
})
