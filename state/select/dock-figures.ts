/** The figures of the Dock pane's title: how many, in which state, how fast, and what holds them. */
import { age, count } from '../format.ts'
import type { World } from '../world.ts'
import { linesOf, merging } from './docked.ts'
import { type Figure, plain, some } from './figure.ts'
import { etaText } from './pr.ts'
import type { Tone } from './row.ts'
import { runsWaiting, waitText } from './runner.ts'

const MERGE_TONES: Readonly<Record<string, Tone>> = {
  clean: 'good',
  has_hooks: 'good',
  unstable: 'bad',
  dirty: 'bad',
  behind: 'wait',
  blocked: 'wait',
  unknown: 'wait',
}

/** How many open pull requests stand in each merge state, most first. */
export function mergeHistogram(world: World): readonly (readonly [string, number])[] {
  const states = new Map<string, number>()
  for (const { value } of world.pr.values()) {
    const state = value.mergeState.toLowerCase()
    states.set(state, (states.get(state) ?? 0) + 1)
  }
  return [...states].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

/** What waits for the runners: that is what lands, or does not. */
function runs(world: World): Figure[] {
  const waiting = runsWaiting(world)
  const text = waiting && waitText(waiting)
  return text === null || waiting?.depth === 0 ? [] : [{ text: `runs: ${text}`, tone: 'wait' }]
}

/** What the lines say: frozen, under way, and when the last of them has drained. */
function lines(world: World): Figure[] {
  const all = linesOf(world)
  const frozen = all.filter(line => line.frozen !== null)
  const [first] = frozen
  const drains = all.flatMap(({ drainMs, frozen: held }) => (held ? [] : (drainMs ?? [])))
  const longest = Math.max(0, ...drains)
  return [
    ...(first?.frozen
      ? [{ text: `${first.repo} frozen by ${first.frozen.by}`, tone: 'wait' as const }]
      : []),
    ...some(merging(world) ?? 0, 'merging', 'plain'),
    ...(longest > 0 ? [plain(`drained in ${etaText(longest)}`)] : []),
  ]
}

/** Half of what landed of late took no longer from its opening. */
function toLand(world: World): Figure[] {
  const spans = [...world.landing.values()]
    .map(({ value }) => value.mergedAt - value.createdAt)
    .toSorted((a, b) => a - b)
  const median = spans[spans.length >> 1]
  return median === undefined ? [] : [plain(`${age(0, median)} to land`)]
}

export function dockFigures(world: World): Figure[] {
  const [most, ...others] = mergeHistogram(world).map(([state, many]) => ({
    text: `${count(many)} ${state}`,
    tone: MERGE_TONES[state] ?? 'plain',
  }))
  return [
    plain(`${count(world.pr.size)} open`),
    ...(most ? [most] : []),
    ...lines(world),
    ...toLand(world),
    ...others,
    ...runs(world),
  ]
}
