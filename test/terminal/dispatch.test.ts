import { expect, it } from 'vitest'
import type { Fact } from '../../state/facts.ts'
import { Item, itemKey } from '../../state/item.ts'
import { requirePart } from '../setup/require-part.ts'
import { FACTORY } from './parts/factory.ts'
import { fact, lane, pr, source } from './parts/facts.ts'
import { KEYS, screens } from './parts/suite.ts'

const SIZE = { columns: 110, rows: 24 }

const item = (goal: string, id: string, title: string, more: object = {}): Fact => {
  const value = Item.parse({ goal, id, title, brief: '~/briefs/one.md', ...more })
  return fact('item', itemKey(value), value)
}

const ITEMS: readonly Fact[] = [
  source('items', { message: '1 line was left out: /srv/items.jsonl:4: is no JSON' }),
  item('reviews', 'rebase', 'Rebase the oldest', { priority: 2 }),
  item('reviews', 'split', 'Split the change of the feature store in two, and then in two again'),
  item('tests', 'slow', 'Halve the slowest suite'),
  item('tests', 'flaky', 'Find the race', { engine: 'claude' }),
  item('docs', 'readme', 'Say how it is started\u001b[31m', { engine: 'claude' }),
  item('docs', 'changelog', 'Write the changelog', { ready: false }),
  lane('tests--flaky', { engine: 'claude' }),
]

requirePart('pty')('the dispatch plan in a real pty', () => {
  const open = screens()

  it('[B09] D shows what would start, in turns, and why not the rest', async () => {
    const awake = FACTORY.filter(({ key }) => key !== 'night-owl')
    const screen = await open({ ...SIZE, facts: [...awake, ...ITEMS] })
    await screen.until(text => text.includes('live'), 'the lanes')
    screen.type('D')
    await screen.until(text => text.includes('Dispatch · 3 lanes would start'), 'the plan')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/dispatch.txt')

    await screen.tell({ do: 'facts', facts: [item('tests', 'slow', 'x', { ready: false })] })
    screen.type('D')
    await screen.until(text => text.includes('Dispatch · 2 lanes would start'), 'a newer plan')
    screen.type('q')
    await screen.until(text => text.includes('1 Lanes'), 'home')
    expect(await screen.tell({ do: 'asked' })).not.toContain('dispatch.run')
  })

  it('[B19] D shows the jam with its numbers, and plans nothing', async () => {
    const prs = Array.from({ length: 37 }, (_, at) => pr(200 + at, 'change'))
    const screen = await open({ ...SIZE, facts: [...FACTORY, ...ITEMS, ...prs] })
    await screen.until(text => text.includes('live'), 'the lanes')
    screen.type('D')
    await screen.until(text => text.includes('Dispatch · refused'), 'the refusal')
    expect(screen.text()).toContain('dock is jammed: 42 open PRs, limit 10')
    expect(screen.text()).not.toContain('reviews--rebase')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('1 Lanes'), 'home')
  })

  it('[B09] [N07] Enter asks before the plan is run, and shows what comes of each item', async () => {
    const awake = FACTORY.filter(({ key }) => key !== 'night-owl')
    const screen = await open({ ...SIZE, facts: [...awake, ...ITEMS] })
    await screen.until(text => text.includes('live'), 'the lanes')
    screen.type('D')
    await screen.until(text => text.includes('3 lanes would start'), 'the plan')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('Launch 3 lanes?'), 'the question')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/dispatch-ask.txt')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('3 lanes would start'), 'the plan again')
    expect(await screen.tell({ do: 'told' })).toEqual([])

    screen.type('y')
    await screen.until(text => text.includes('Launch 3 lanes?'), 'the question')
    screen.type('y')
    await screen.until(text => text.split('2 were not; stopped').length === 3, 'title and note')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/dispatch-run.txt')
    const [asked] = (await screen.tell({ do: 'told' })) as { only: string[] }[]
    expect(asked?.only).toHaveLength(3)
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('This plan was run'), 'why not again')
  })

  it('[B19] over a jam it asks why, shows that plan, and asks again', async () => {
    const prs = Array.from({ length: 37 }, (_, at) => pr(200 + at, 'change'))
    const awake = FACTORY.filter(({ key }) => key !== 'night-owl')
    const screen = await open({ ...SIZE, facts: [...awake, ...ITEMS, ...prs] })
    await screen.until(text => text.includes('live'), 'the lanes')
    screen.type('D')
    await screen.until(text => text.includes('Dispatch · refused'), 'the refusal')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('why over the gates:'), 'the question')
    screen.type(KEYS.enter)
    await screen.until(text => !text.includes('why over the gates:'), 'no reason, no plan')
    expect(screen.text()).toContain('Dispatch · refused')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('why over the gates:'), 'the question')
    screen.type(`reviews are quick today${KEYS.enter}`)
    await screen.until(text => text.includes('overridden: reviews are quick today'), 'the plan')
    screen.type('y')
    await screen.until(text => text.includes('overridden, reviews are quick today'), 'the question')
    screen.type('y')
    await screen.until(text => text.includes('1 lane launched'), 'the end')
  })

  it('says so when nothing waits', async () => {
    const screen = await open({ ...SIZE, facts: [...FACTORY, source('items')] })
    await screen.until(text => text.includes('live'), 'the lanes')
    screen.type('D')
    await screen.until(text => text.includes('No item waits'), 'the empty plan')
  })
})
