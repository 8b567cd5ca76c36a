import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { docked } from './parts/dock.ts'
import { FACTORY } from './parts/factory.ts'
import { pr } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'

const HEAD = 'a'.repeat(40)
const DOCK = docked(158, {
  head: HEAD,
  blocking: 'paths: not allowed: src/a.ts',
  waitsFor: ['paths'],
  behind: 4,
  baseMoves: 1,
  conflictsWith: [151],
  marks: ['oversize'],
  signals: [
    { name: 'checks', verdict: 'pass', datum: '5 checks green' },
    { name: 'paths', verdict: 'fail', datum: 'not allowed: src/a.ts' },
  ],
})
const ONE = [...FACTORY.filter(({ kind }) => kind !== 'pr'), pr(158, 'signal-gaps'), DOCK]

requirePart('pty')('a pull request in a real pty', () => {
  const open = screens()

  async function asked(key: string, question: string) {
    const screen = await open({ columns: 100, rows: 30, facts: ONE })
    await screen.until(text => text.includes('signal-gaps'), 'the pull request')
    screen.type('2')
    screen.type(key)
    await screen.until(text => text.includes(question), 'the question')
    return screen
  }

  it('[N02] [M03] a shows gate, diff, risk and address; y approves that head', async () => {
    const screen = await asked('a', 'Approve #158, or merge it?')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/approve.txt')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('2 Dock'), 'home')
    expect(await screen.tell({ do: 'told' })).toEqual([])
    screen.type('a')
    await screen.until(text => text.includes('Approve #158'), 'the question')
    screen.type('y')
    await screen.until(text => text.includes('approved at aaaa'), 'what came of it')
    expect(await screen.tell({ do: 'told' })).toMatchObject([
      { repo: 'yard/dock', number: 158, head: HEAD, by: { tty: expect.any(String) } },
    ])
  })

  it('[N02] m merges it: a decision, and its answer by who is at this terminal', async () => {
    const screen = await asked('a', 'Approve #158')
    screen.type('m')
    await screen.until(text => text.includes('#41: merged as c0ffee by harbour'), 'the landing')
    expect(await screen.tell({ do: 'told' })).toMatchObject([
      { number: 158, head: HEAD, isDryRun: false },
      { decision: 41, answer: 'Merge it', by: { tty: expect.any(String) } },
    ])
  })

  it('[N02] x asks why before it rejects, and tells what GitHub says', async () => {
    const screen = await asked('x', 'Request changes of #158?')
    screen.type('y')
    await screen.until(text => text.includes('Type why first'), 'why not')
    screen.type('r')
    screen.type(`It drops a file.${KEYS.enter}`)
    await screen.until(text => text.includes('It drops a file.'), 'the reason')
    screen.type('y')
    await screen.until(text => text.includes('GitHub says 422'), 'the refusal')
    expect(await screen.tell({ do: 'told' })).toMatchObject([{ reason: 'It drops a file.' }])
  })
})
