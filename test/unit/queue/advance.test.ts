import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Advanced, advance } from '../../../src/engine/queue/advance.ts'
import {
  type Car,
  carKey,
  carsOf,
  emptyLine,
  type Line,
  type LineEvent,
  type LineStep,
  pairKey,
  type Seen,
  type Strategy,
  type Train,
} from '../../../src/engine/queue/line.ts'

const serial: Strategy = { batch: 1, depth: 1, retries: 1 }
const car = (pr: number, head = 'a'): Car => ({ pr, head })
const look = (tip: string, mayBoard: Car[], more: Partial<Seen> = {}): Seen => ({
  kind: 'seen',
  tip,
  mayBoard,
  conflicts: new Set(),
  isFrozen: false,
  ...more,
})

/** Plays events; each step is told as `do what`. */
function play(strategy: Strategy, seen: Seen, ...events: LineEvent[]) {
  let line: Line = emptyLine
  const told: string[] = []
  let now = seen
  for (const event of [seen, ...events]) {
    if (event.kind === 'seen') now = event
    const after = advance(line, event, now, strategy)
    line = after.line
    told.push(...after.steps.map(tell))
  }
  return { line, told }
}

const tell = (step: LineStep): string =>
  step.do === 'eject'
    ? `eject ${step.car.pr}`
    : `${step.do} ${step.train.id} ${step.train.group.cars.map(({ pr }) => pr).join('+')}`

const built = (train: string): LineEvent => ({
  kind: 'built',
  train,
  commit: `c-${train}`,
  tree: `tree-${train}`,
})
const verdict = (train: string, isGreen: boolean): LineEvent => ({
  kind: 'verdict',
  train,
  isGreen,
  why: isGreen ? '' : 'unit is red',
})

describe('a line', () => {
  it('[F03] lands pull requests in order, each tested on what it lands on', () => {
    const cars = [car(1), car(2)]
    const { line, told } = play(
      serial,
      look('tip', cars),
      built('t1'),
      verdict('t1', true),
      { kind: 'landed', train: 't1' },
      look('c-t1', [car(2)]),
      built('t2'),
      verdict('t2', true),
    )
    expect(told).toEqual([
      'build t1 1',
      'test t1 1',
      'land t1 1',
      'build t2 2',
      'test t2 2',
      'land t2 2',
    ])
    expect(line.tip).toBe('c-t1')
  })

  it('[F04] never lands what is red: it is tried again once, then leaves with the reason', () => {
    const { line, told } = play(
      serial,
      look('tip', [car(1)]),
      built('t1'),
      verdict('t1', false),
      built('t2'),
      verdict('t2', false),
    )
    expect(told).toEqual([
      'build t1 1',
      'test t1 1',
      'cancel t1 1',
      'build t2 1',
      'test t2 1',
      'cancel t2 1',
      'eject 1',
    ])
    expect(line.ejected).toEqual([{ car: car(1), why: 'unit is red' }])
    expect(line.trains).toEqual([])
  })

  it('halves a red batch and lands the good half', () => {
    const cars = [1, 2, 3, 4].map(pr => car(pr))
    const { told } = play(
      { batch: 4, depth: 1, retries: 0 },
      look('tip', cars),
      built('t1'),
      verdict('t1', false),
      built('t2'),
      verdict('t2', true),
    )
    expect(told).toEqual([
      'build t1 1+2+3+4',
      'test t1 1+2+3+4',
      'cancel t1 1+2+3+4',
      'build t2 1+2',
      'test t2 1+2',
      'land t2 1+2',
    ])
  })

  it('speculates: a train stands on the one before it, and falls with it', () => {
    const cars = [1, 2, 3].map(pr => car(pr))
    const start = [built('t1'), built('t2'), built('t3')]
    const wide = { batch: 1, depth: 3, retries: 0 }
    const early = play(wide, look('tip', cars), ...start, verdict('t2', false))
    expect(early.told.slice(6)).toEqual(['cancel t3 3'])
    const late = play(wide, look('tip', cars), ...start, verdict('t2', false), verdict('t1', true))
    expect(late.told.slice(7)).toEqual(['land t1 1'])
  })

  it('voids what stood on a branch that somebody else moved', () => {
    const { told, line } = play(serial, look('tip', [car(1)]), built('t1'), look('other', [car(1)]))
    expect(told.slice(2)).toEqual(['cancel t1 1', 'build t2 1'])
    expect(line.tip).toBe('other')
  })

  it('takes a moved head for another car, and forgives it the old reds', () => {
    const { told, line } = play(
      { ...serial, retries: 0 },
      look('tip', [car(1)]),
      built('t1'),
      verdict('t1', false),
      look('tip', [car(1, 'b')]),
    )
    expect(told.slice(2)).toEqual(['cancel t1 1', 'eject 1', 'build t2 1'])
    expect(line.ejected).toEqual([])
  })

  it('puts no two cars that conflict into one window', () => {
    const cars = [1, 2, 3].map(pr => car(pr))
    const conflicts = new Set([pairKey(1, 2)])
    const { told } = play({ batch: 3, depth: 2, retries: 0 }, look('tip', cars, { conflicts }))
    expect(told).toEqual(['build t1 1+3'])
  })

  it('keeps a car that conflicts with what has just landed until a look has seen that', () => {
    const conflicts = new Set([pairKey(1, 2)])
    const seen = look('tip', [car(1), car(2)], { conflicts })
    const { line, told } = play(serial, seen, built('t1'), verdict('t1', true), {
      kind: 'landed',
      train: 't1',
    })
    expect(told).toEqual(['build t1 1', 'test t1 1', 'land t1 1'])
    expect(line).toMatchObject({ trains: [], waiting: [], ejected: [] })
  })

  it('boards and lands nothing while it is frozen, and keeps what is tested', () => {
    const cars = [car(1), car(2)]
    const { line, told } = play(
      serial,
      look('tip', cars),
      look('tip', cars, { isFrozen: true }),
      built('t1'),
      verdict('t1', true),
    )
    expect(told).toEqual(['build t1 1', 'test t1 1'])
    expect(advance(line, look('tip', cars), look('tip', cars), serial).steps.map(tell)).toEqual([
      'land t1 1',
    ])
  })

  it('[F03] whatever happens, no car rides twice, and only the first train lands, green', () => {
    const turn = fc.tuple(fc.constantFrom(...TURNS), fc.nat({ max: 8 }))
    const strategy = fc.record({
      batch: fc.integer({ min: 1, max: 4 }),
      depth: fc.integer({ min: 1, max: 4 }),
      retries: fc.integer({ min: 0, max: 2 }),
    })
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), strategy, (turns, way) => {
        let line = emptyLine
        let world: World = { heads: new Map(NINE.map(pr => [pr, 'a'])), tip: 'tip' }
        let seen = lookAt(world)
        const green = new Set<string>()
        const apply = (event: LineEvent) => {
          if (event.kind === 'seen') seen = event
          if (event.kind === 'verdict' && event.isGreen) green.add(event.train)
          const after = advance(line, event, seen, way)
          holds(after, green)
          line = after.line
        }
        apply(seen)
        for (const [name, at] of turns) {
          const push = PUSHES[name]
          const [stage, eventOf] = WORDS[name] ?? []
          const train = line.trains[at]
          if (push) {
            world = push(world, at)
            apply(lookAt(world))
          } else if (eventOf && train && train.stage.kind === stage) {
            apply(eventOf(train))
            const isLanded = name === 'landed'
            if (isLanded) world = landedIn(world, train)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})

interface World {
  heads: ReadonlyMap<number, string>
  tip: string
}

const NINE = Array.from({ length: 9 }, (_, index) => index + 1)

const lookAt = ({ heads, tip }: World): Seen =>
  look(
    tip,
    [...heads].map(([pr, head]) => car(pr, head)),
  )

const landedIn = ({ heads }: World, { id, group }: Train): World => ({
  heads: new Map([...heads].filter(([pr]) => !group.cars.some(one => one.pr === pr))),
  tip: `c-${id}`,
})

/** What others do to the world: a head moves, a pull request is held, the branch is moved. */
const PUSHES: Readonly<Record<string, (world: World, at: number) => World>> = {
  push: ({ heads, tip }, at) => ({ heads: new Map(heads).set(at, `${heads.get(at)}+`), tip }),
  hold: ({ heads, tip }, at) => ({ heads: new Map([...heads].filter(([pr]) => pr !== at)), tip }),
  race: ({ heads, tip }, at) => ({ heads, tip: `${tip}.${at}` }),
}

/** What may be told of a train in that stage. */
const WORDS: Readonly<Record<string, [Train['stage']['kind'], (train: Train) => LineEvent]>> = {
  built: ['building', ({ id }) => built(id)],
  unbuildable: [
    'building',
    ({ id, group }) => ({ kind: 'unbuildable', train: id, pr: group.cars[0]?.pr ?? 0, why: 'no' }),
  ],
  green: ['testing', ({ id }) => verdict(id, true)],
  red: ['testing', ({ id }) => verdict(id, false)],
  landed: ['landing', ({ id }) => ({ kind: 'landed', train: id })],
  'not-landed': ['landing', ({ id }) => ({ kind: 'not-landed', train: id, why: 'lease' })],
}

const TURNS = [...Object.keys(PUSHES), ...Object.keys(WORDS)]

function holds({ line, steps }: Advanced, green: ReadonlySet<string>): void {
  for (const step of steps) {
    if (step.do !== 'land') continue
    expect(line.trains[0]?.id).toBe(step.train.id)
    expect(step.train.after).toBeNull()
    expect(green).toContain(step.train.id)
  }
  const aboard = carsOf(line)
  expect(new Set(aboard.map(({ pr }) => pr)).size).toBe(aboard.length)
  const ids = line.trains.map(({ id }) => id)
  expect(line.trains.map(({ after }) => after)).toEqual(
    [null, ...ids.slice(0, -1)].slice(0, ids.length),
  )
  const gone = new Set([...line.ejected.map(one => one.car), ...line.landed].map(carKey))
  expect(aboard.filter(one => gone.has(carKey(one)))).toEqual([])
}
