/** Which act is struck, who is killed and where: all of it from one seed. */
import type { Habit } from './factory.ts'
import { MOMENTS, type StopAt } from './stop-at.ts'

export const ACTS = ['launch', 'dispatch', 'stop', 'resume'] as const
export type Act = (typeof ACTS)[number]
export const VICTIMS = ['hub', 'client', 'probe', 'link', 'lane'] as const
export type Victim = (typeof VICTIMS)[number]

/** At the hub: around its n-th entry or message. On the host: at the probe's n-th step. */
export type Point =
  | { at: 'hub'; nth: number }
  | { at: 'host'; stop: Pick<StopAt, 'step' | 'moment'> }

export interface Blow {
  victim: Victim
  point: Point
  /** The host does not hear that its peer is gone, and goes on. */
  isSilent: boolean
}

export interface Plan {
  act: Act
  habit: Habit
  blow: Blow
  /** Whoever recovers may be struck too. */
  second: Blow | null
}

/** How many points an act passes: known from one act that nobody strikes. */
export interface Passed {
  hub: readonly string[]
  host: readonly string[]
}

/** Numbers in [0, 1) that a seed names for good (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What each act is tried with; a deaf lane takes seconds to stop. */
export const HABITS_OF: Record<Act, readonly (readonly [habit: Habit, share: number])[]> = {
  launch: [
    ['stays', 0.6],
    ['short', 0.2],
    ['quiet', 0.2],
  ],
  stop: [
    ['stays', 0.97],
    ['deaf', 0.03],
  ],
  resume: [
    ['stays', 0.8],
    ['quiet', 0.2],
  ],
  dispatch: [
    ['stays', 0.8],
    ['quiet', 0.2],
  ],
}

/** About as many points as a recovery passes: a blow beyond its end falls on nobody. */
const RECOVERY = { hub: 8, host: 16 }

export function planOf(seed: number, passed: (act: Act, habit: Habit) => Passed): Plan {
  const random = randomOf(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const weighed = (of: readonly (readonly [Habit, number])[]): Habit => {
    let left = random()
    return (of.find(([, share]) => (left -= share) < 0) ?? of[0])?.[0] ?? 'stays'
  }
  const upTo = (count: number) => 1 + Math.floor(random() * count)
  const blowOf = (
    among: readonly Victim[],
    { hub, host }: Record<'hub' | 'host', number>,
  ): Blow => {
    const victim = pick(among)
    const point: Point =
      random() < 0.4
        ? { at: 'hub', nth: upTo(hub) }
        : { at: 'host', stop: { step: upTo(host), moment: pick(MOMENTS) } }
    return { victim, point, isSilent: random() < 0.25 }
  }
  const act = random() < 0.5 ? 'launch' : pick(['dispatch', 'stop', 'resume'] as const)
  const habit = weighed(HABITS_OF[act])
  const { hub, host } = passed(act, habit)
  const blow = blowOf(VICTIMS, { hub: hub.length, host: host.length })
  const second = random() < 0.25 ? blowOf(['hub', 'probe', 'link'], RECOVERY) : null
  return { act, habit, blow, second }
}
