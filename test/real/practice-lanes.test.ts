/** Lanes that really run: their processes, logs, commits and pushes, and what we read from them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { explain } from '../../src/lanes/explain.ts'
import { CHARACTERS, type Character } from '../../src/practice/lanes/characters.ts'
import { orderFor } from '../../src/practice/lanes/seats.ts'
import { seeded } from '../../src/practice/random.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { type TestFactory, testFactory } from './parts/factory.ts'
import { isAlive } from './parts/processes.ts'

const SEED = '7'
const SPEED = 40
/** One lane of each character. */
const LANES = CHARACTERS.length

let factory: TestFactory
beforeAll(async () => {
  factory = await testFactory({ seed: SEED, speed: SPEED, lanes: LANES })
})
afterAll(() => factory?.remove())

/** The first lane of a character: the seed says its name. */
function firstOf(character: Character) {
  const seat = CHARACTERS.indexOf(character)
  const random = seeded(SEED).fork('lanes').fork(`seat ${seat}, lane 0`)
  return orderFor(random, seat, 0, { seats: LANES, now: 0 })
}

const logOf = (name: string) => join(factory.layout.lanes.logs, `${name}.jsonl`)

/** The logs that a live lane holds open, by whatever descriptor. */
const heldLogs = () =>
  factory.lanes.processes().flatMap(({ pid }) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      const open = readdirSync(`/proc/${pid}/fd`).map(fd => readlinkSync(`/proc/${pid}/fd/${fd}`))
      const log = open.find(path => path.startsWith(factory.layout.lanes.logs))
      return log === undefined ? [] : [{ log, program: words[1], mode: words[2] }]
    } catch {
      // It ended, or closed a file, while we looked: ask again.
      return isAlive(pid) ? [{ log: 'unknown', program: '', mode: '' }] : []
    }
  })

requirePart('git')('practice lanes', () => {
  it('are processes that hold their logs, under the names of the engines', async () => {
    const held = await eventually('a lane runs', () => {
      const found = heldLogs().filter(({ program }) => program !== '')
      return found.length > 0 && found
    })
    for (const { program, mode } of held) {
      const engine = program?.split('/').at(-1)
      expect(mode).toBe(engine === 'codex' ? 'exec' : '-p')
    }
  })

  const ends: [Character, object][] = [
    ['noop', { status: 'ended', result: 'none' }],
    ['claimer', { status: 'ended', result: 'claimed' }],
    ['crasher', { status: 'ended', result: 'crashed' }],
    ['quota', { status: 'quota', result: 'failed' }],
    ['auth', { status: 'auth', result: 'failed' }],
  ]
  it.each(ends)('a %s is read for what it is', async (character, expected) => {
    const path = logOf(firstOf(character).name)
    await eventually('it began and ended', () => {
      const holders = heldLogs().filter(({ log }) => log === path || log === 'unknown')
      return readFileSync(path).length > 0 && holders.length === 0
    })
    const outcome = await explain(path, {}, { now: Date.now(), zone: 'UTC' })
    expect(outcome.ok && outcome.explanation).toMatchObject(expected)
  })

  it('a finisher commits, pushes, and opens a pull request of what it pushed', async () => {
    const branch = `lane/${firstOf('finisher').name}`
    const { repository, pull } = await eventually('its pull request is open', () => {
      for (const one of factory.github.repositories) {
        const found = one.pulls().find(candidate => candidate.branch === branch)
        if (found) return { repository: one, pull: found }
      }
      return null
    })
    const cwd = join(factory.layout.origins, `${repository.fullName}.git`)
    const { stdout } = await execa('git', ['log', '--format=%an', `main..${pull.headSha}`], { cwd })
    expect(new Set(stdout.split('\n'))).toEqual(new Set(['Lane Agent']))
  })

  it('writes session files that fit the log', async () => {
    const order = ['noop', 'claimer', 'auth', 'stumbler']
      .map(character => firstOf(character as Character))
      .find(({ engine }) => engine === 'codex')
    if (!order) throw new Error('the seed has no codex lane among them')
    const first = await eventually('the log begins', () => {
      return readFileSync(logOf(order.name), 'utf8').split('\n')[0]
    })
    const { thread_id: thread } = JSON.parse(first) as { thread_id: string }
    const sessions = join(factory.layout.home, '.codex', 'sessions')
    const files = readdirSync(sessions, { recursive: true }).map(String)
    expect(files.filter(name => name.endsWith(`${thread}.jsonl`))).toHaveLength(1)
  })

  it('begins another lane where one has ended', async () => {
    await eventually('there are more logs than seats', () => {
      return readdirSync(factory.layout.lanes.logs).length > LANES
    })
  })
})

requirePart('git')('a metronome', () => {
  it('lets all lanes together write that many lines a second', async () => {
    const rate = 40
    const metered = await testFactory({ lanes: 6, speed: 100, rate })
    const lines = () =>
      readdirSync(metered.layout.lanes.logs)
        .map(name => readFileSync(join(metered.layout.lanes.logs, name), 'utf8'))
        .reduce((total, text) => total + text.split('\n').length - 1, 0)
    await eventually('the lanes write', () => lines() > 30)
    const [from, began] = [lines(), performance.now()]
    await eventually('they wrote much more', () => lines() > from + 100)
    const perSecond = (lines() - from) / ((performance.now() - began) / 1000)
    await metered.remove()
    expect(perSecond).toBeGreaterThan(rate * 0.5)
    expect(perSecond).toBeLessThan(rate * 1.5)
  })
})

requirePart('git')('a factory that stops', () => {
  it('leaves no process', async () => {
    const short = await testFactory({ lanes: 4 })
    await eventually('all lanes run', () => short.lanes.processes().length >= 3)
    const pids = short.lanes.processes().map(({ pid }) => pid)
    await short.remove()
    expect(pids.filter(isAlive)).toEqual([])
  })
})
