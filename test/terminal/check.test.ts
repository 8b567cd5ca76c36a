import { expect, it } from 'vitest'
import { claimKey } from '../../state/claim.ts'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { fact, lane, NOW } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'

const END = NOW - 60_000
const LIGHTHOUSE = lane('lighthouse', { status: 'ended', result: 'local', endedAt: END, pid: null })
const CLAIM = {
  lane: 'lighthouse',
  origin: 'brief',
  text: 'npm test',
  check: 'command',
  subject: 'npm test',
  state: 'unverified',
  output: null,
  madeAt: END,
  checkedAt: null,
} as const

requirePart('pty')('claims, in a real pty', () => {
  const open = screens()

  async function opened(name: string) {
    const facts = [...FACTORY, LIGHTHOUSE, fact('claim', claimKey(CLAIM), CLAIM)]
    const screen = await open({ columns: 120, rows: 30, facts })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.type(`z/${name}${KEYS.enter}`)
    return screen
  }

  it('[B04] stand on the row as unverified; c shows the commands, and runs them on a yes', async () => {
    const screen = await opened('lighthouse')
    await screen.until(text => text.includes('claims: 1 unverified'), 'the row')
    screen.type('c')
    await screen.until(
      text => text.includes('Check what the lane lighthouse claims?'),
      'the question',
    )
    expect(screen.text()).toMatch(/runs +npm test/)
    expect(await screen.tell({ do: 'told' })).toEqual([])
    screen.type('y')
    await screen.until(text => text.includes('refuted: npm test'), 'what came of it')
    expect(await screen.tell({ do: 'told' })).toMatchObject([{ lane: 'lighthouse' }])
  })

  it('[B04] of a lane that names no check are not asked about', async () => {
    const screen = await opened('pilot')
    screen.type('c')
    await screen.until(text => text.includes('Nothing is to be checked'), 'why not')
  })
})
