import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { breach, fact, HOUR, lane, link, manyLanes, NOW, pr, source } from './parts/facts.ts'
import { screens } from './parts/suite.ts'
import type { Screen } from './parts/terminal.ts'

const ESC = '\u001b'
/** Any of the sixteen foreground colours. */
const COLOUR = new RegExp(`${ESC}\\[(?:3[0-7]|9[0-7])m`)
/** The last style before a text. */
const STYLE_LAST = new RegExp(`${ESC}\\[(\\d+)m[^${ESC}]*$`)

requirePart('pty')('the home screen in a real pty', () => {
  const open = screens()

  it.each([
    [40, 10],
    [60, 16],
    [80, 24],
    [120, 40],
    [200, 60],
    [300, 100],
  ])('[N01] [N04] shows the factory at %i×%i', async (columns, rows) => {
    const screen = await open({ columns, rows, facts: FACTORY })
    await screen.until(text => text.includes('5 live') && text.includes('? keys'), 'all')
    expect(screen.lines()).toHaveLength(rows)
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(
      `../fixtures/screens/home-${columns}x${rows}.txt`,
    )
  })

  it('[B06] [B16] shows a banned model in red above the lanes, and what a lane bypasses', async () => {
    const risk = { flags: ['--yolo'], reach: 'host' as const }
    const bold = lane('pilot-queue-v3', { currentCommand: 'git push origin queue-v3', risk })
    const facts = [...FACTORY, source('models'), breach(), bold]
    const screen = await open({ columns: 120, rows: 40, facts })
    await screen.until(text => text.includes('1 banned model'), 'the title')
    const [, colour] = screen.written().split('1 banned model')[0]?.match(STYLE_LAST) ?? []
    expect(colour).toBe('31')
    expect(screen.text()).toContain('!host git push')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/risks.txt')
    screen.type('\r')
    await screen.until(text => text.includes('/srv/ops/night.sh:3'), 'its detail')
    expect(screen.text()).not.toContain('log ·')
    screen.type(ESC)
    await screen.until(text => text.includes('1 banned model'), 'home again')
    await screen.tell({ do: 'facts', facts: [fact('breach', breach().key, null)] })
    await screen.until(text => !text.includes('night.sh'), 'it was mended')
    const narrow = await open({ columns: 40, rows: 10, facts, env: { FIXTURE_ASCII: '1' } })
    await narrow.until(text => text.includes('! night.sh:3'), 'the breach')
  })

  it('explains itself in five lines when nothing was seen yet', async () => {
    const screen = await open({ columns: 120, rows: 30, facts: [link()] })
    await screen.until(text => text.includes('38ms'), 'the link')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/first-run.txt')
  })

  it('draws with ASCII alone when asked, or when the locale is not UTF-8', async () => {
    const asked = await open({
      columns: 100,
      rows: 30,
      facts: FACTORY,
      env: { FIXTURE_ASCII: '1' },
    })
    const told = await open({ columns: 100, rows: 30, facts: FACTORY, env: { LANG: 'C' } })
    for (const screen of [asked, told]) {
      await screen.until(text => text.includes('5 live'), 'the lanes')
      expect(screen.text()).toMatch(/^[\x20-\x7e\n]+$/)
    }
    await expect(`${asked.text()}\n`).toMatchFileSnapshot('../fixtures/screens/ascii.txt')
  })

  it('paints no colour under NO_COLOR, and says the same', async () => {
    const coloured = await open({ columns: 100, rows: 30, facts: FACTORY })
    const plain = await open({ columns: 100, rows: 30, facts: FACTORY, env: { NO_COLOR: '1' } })
    for (const screen of [coloured, plain]) await screen.until(t => t.includes('5 live'), 'lanes')
    const colours = (screen: Screen): number => screen.written().split(COLOUR).length - 1
    expect(colours(coloured)).toBeGreaterThan(10)
    expect(colours(plain)).toBe(0)
    expect(plain.text()).toBe(coloured.text())
  })

  it('[A07] greys the last values when the host is unreachable, and sums nothing', async () => {
    const screen = await open({ columns: 120, rows: 30, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.mark()
    const since = NOW - 22 * 60_000
    await screen.tell({
      do: 'facts',
      facts: [link({ state: 'down', since, message: 'connection reset', mend: 'Is the host up?' })],
    })
    await screen.until(text => text.includes('unreachable since 12:31'), 'the staleness')
    const text = screen.text()
    expect(text).not.toContain('5 live')
    expect(text).toContain('berth-board')
    expect(text).toContain('5 open')
    expect(text).toContain('Is the host up?')
    expect(text).toContain('load ?')
    const [, grey] = screen.written().split('berth-board')[0]?.match(STYLE_LAST) ?? []
    expect(grey).toBe('90')
  })

  it('[A07] a source that fails leaves the other panes as they are', async () => {
    const screen = await open({ columns: 120, rows: 30, facts: FACTORY })
    await screen.until(text => text.includes('5 open'), 'the dock')
    const state = { state: 'unreachable', since: NOW - HOUR, message: 'no route' } as const
    await screen.tell({ do: 'facts', facts: [source('github', state)] })
    await screen.until(text => text.includes('stale since 11:53'), 'the staleness')
    expect(screen.text()).toContain('5 live')
    expect(screen.text()).not.toContain('5 open')
    expect(screen.text()).toContain('landed ?')
  })

  it('[M06] paints nothing green that merely runs', async () => {
    const facts = [
      link(),
      source('lanes'),
      source('github'),
      source('cron'),
      source('transcripts'),
      lane('runs', { status: 'working' }),
      lane('thinks', { status: 'thinking' }),
      lane('claims', { status: 'ended', result: 'claimed' }),
      pr(1, 'unknown yet', { mergeState: 'UNKNOWN', checks: 'none' }),
      fact('job', 'daemon', {
        name: 'daemon',
        origin: 'service',
        schedule: '',
        command: 'daemon',
        next: null,
        previousDue: null,
        last: null,
        state: 'running',
        periodsLate: 0,
        message: null,
      }),
    ]
    const screen = await open({ columns: 120, rows: 30, facts })
    await screen.until(text => text.includes('thinks'), 'the lanes')
    expect(screen.written()).not.toContain('\u001b[32m')
    await screen.tell({
      do: 'facts',
      facts: [
        lane('landed', {
          status: 'ended',
          result: 'landed',
          evidence: [{ kind: 'commit', ref: 'abcdef0123', at: NOW - HOUR }],
        }),
      ],
    })
    await screen.until(text => text.includes('abcdef01'), 'the landing')
    expect(screen.written()).toContain('\u001b[32m')
  })

  it('[O04] hostile names reach the terminal as plain text', async () => {
    const evil = 'a\u001b[2J\u001b]0;owned\u0007\u202e\u009b31mb\u200dc\r\nd'
    const facts = [link(), source('lanes'), source('github'), lane(evil), pr(7, evil)]
    const screen = await open({ columns: 120, rows: 30, facts })
    await screen.until(text => text.includes('abc d'), 'the cleaned name')
    for (const hostile of ['\u001b[2J', '\u001b]0', '\u202e', '\u009b', '\u200d']) {
      expect(screen.written()).not.toContain(hostile)
    }
  })

  it('[N04] never has more lines than rows, nor wider ones, at any size', async () => {
    const screen = await open({ columns: 120, rows: 40, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    const sizes = [
      [40, 10],
      [300, 100],
      [20, 5],
      [76, 18],
      [75, 17],
      [51, 13],
      [50, 12],
      [100, 20],
      [8, 3],
      [200, 60],
    ] as const
    for (const [columns, rows] of sizes) {
      screen.mark()
      screen.resize(columns, rows)
      // The clock stands at the right end of the first line, whatever the width.
      const drawn = (first: string): boolean =>
        columns < 20 || first.trimEnd().indexOf('12:53') === columns - 6
      await screen.until(text => drawn(text.split('\n')[0] ?? ''), `${columns}×${rows} drawn`)
      expect(screen.lines()).toHaveLength(rows)
    }
    await screen.until(text => text.includes('5 live'), 'the lanes')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/home-200x60.txt')
  })

  it('writes not one byte when what is shown did not change', async () => {
    const screen = await open({ columns: 120, rows: 40, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    await screen.tell({ do: 'settle' })
    screen.mark()
    for (let round = 0; round < 3; round++) await screen.tell({ do: 'facts', facts: FACTORY })
    await screen.tell({ do: 'settle' })
    expect(screen.written()).toBe('')
    await screen.tell({ do: 'facts', facts: [lane('newcomer')] })
    await screen.until(text => text.includes('newcomer'), 'a change')
  })

  it('[N05] scrolls 1,000 rows at once, repainting little', async () => {
    const screen = await open({ columns: 200, rows: 60 })
    await screen.tell({ do: 'facts', facts: [link(), source('lanes'), ...manyLanes(1_000)] })
    await screen.until(text => text.includes('800 live'), 'the lanes')
    const shown = (text: string): string | undefined => /(\d+)\/1000/.exec(text)?.[1]
    screen.mark()
    screen.type('j'.repeat(200))
    await screen.until(text => shown(text) === '201', 'row 201')
    screen.type('G')
    await screen.until(text => shown(text) === '1000', 'the last row')
    screen.type('gg')
    await screen.until(text => shown(text) === '1', 'the first row')
    // Two hundred keys in one piece of input are one frame or two, not two hundred.
    expect(screen.written().length).toBeLessThan(60_000)
  })
})
