/** What every terminal suite shares: the fixture is built once, and every screen is ended. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { buildFixture, openScreen, type Screen, type Start } from './terminal.ts'

export type Open = (start: Omit<Start, 'program'>) => Promise<Screen>

/** Call inside a suite; returns how its tests open a screen. */
export function screens(): Open {
  let directory = ''
  let program = ''
  const open: Screen[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockmaster-fixture-'))
    program = await buildFixture(directory)
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))
  afterEach(async () => {
    await Promise.all(open.splice(0).map(screen => screen.end()))
  })

  return async start => {
    const screen = await openScreen({ program, ...start })
    open.push(screen)
    return screen
  }
}

export const KEYS = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  down: '\u001b[B',
  right: '\u001b[C',
  ctrlD: '\u0004',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
  ctrlL: '\u000c',
} as const
