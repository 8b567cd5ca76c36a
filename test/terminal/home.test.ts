import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/facts.ts'
import { buildFixture, openScreen, type Screen, type Start } from './parts/terminal.ts'

requirePart('pty')('the home screen in a real pty', () => {
  let directory = ''
  let program = ''
  const screens: Screen[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockmaster-fixture-'))
    program = await buildFixture(directory)
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))
  afterEach(async () => {
    await Promise.all(screens.splice(0).map(screen => screen.end()))
  })

  async function open(start: Omit<Start, 'program'>): Promise<Screen> {
    const screen = await openScreen({ program, ...start })
    screens.push(screen)
    return screen
  }

  it.each([
    [40, 10],
    [80, 24],
    [120, 40],
    [200, 60],
    [300, 100],
  ])('[N04] shows the factory at %i×%i', async (columns, rows) => {
    const screen = await open({ columns, rows, facts: FACTORY })
    await screen.until(text => text.includes('api-ga'), 'the lanes')
    expect(screen.lines()).toHaveLength(rows)
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(
      `../fixtures/screens/home-${columns}x${rows}.txt`,
    )
  })
})
