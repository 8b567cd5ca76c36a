/** A lane and its pull request tell of each other: while it runs by the branch, then by evidence. */
import { expect, it } from 'vitest'
import { worldOf } from '../../../state/reduce.ts'
import { lanesOf, linkLines } from '../../../state/select/lane-links.ts'
import { docked } from '../../terminal/parts/dock.ts'
import { lane, pr } from '../../terminal/parts/facts.ts'

it('links a pull request to the live lane of its branch, and to the ended one that pushed it', () => {
  const evidence = [{ kind: 'pr', ref: 'yard/dock#8', at: null } as const]
  const world = worldOf([
    pr(7, 'Seven', { url: 'https://git.test/7' }),
    pr(8, 'Eight', { url: 'https://git.test/8' }),
    docked(7, { lane: 'live' }),
    docked(8, { lane: 'again' }),
    lane('live'),
    lane('again'),
    lane('past', { status: 'ended', result: 'in-review', evidence }),
  ])
  const linesOf = (name: string) => {
    const seen = world.lane.get(name)
    return seen === undefined ? [] : linkLines(world, seen)
  }
  expect(lanesOf(world, 'yard/dock#7')).toEqual(['live'])
  expect(lanesOf(world, 'yard/dock#8')).toEqual(['again', 'past'])
  expect(linesOf('live')).toContainEqual(expect.stringContaining('https://git.test/7'))
  expect(linesOf('again')).toContainEqual(expect.stringContaining('https://git.test/8'))
  expect(linesOf('past')).toContainEqual(expect.stringContaining('https://git.test/8'))
})
