/** Runs engine cases as lanes, side by side, through the built program. */
import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import type { RunnerKind, RunRecord } from '../../../src/rpc/lane-api.ts'
import { eventually } from '../../setup/eventually.ts'
import type { EngineCase, ToldLane } from './engine-cases.ts'
import { writeBrief } from './lane-factory.ts'
import { scriptLine } from './model-server.ts'
import type { Ended, Operator } from './operator.ts'
import { descendants, killIn, marked } from './processes.ts'

export interface CaseHost {
  operator: Operator
  /** Of the operator's config. */
  profile: string
  /** The checkout on the host that its lanes begin from. */
  repo: string
  /** Signals one of its processes, where a pid there is no pid here. */
  signal?(pid: number, name: NodeJS.Signals): void
}

/** One whose lanes are all held by the same runner. */
export interface RunnerHost extends CaseHost {
  runner: RunnerKind
}

export interface Launched {
  kind: string
  problems?: string[]
  message?: string
  record?: RunRecord
}

/** `lane launch` with a brief that names that script. */
export async function launchCase(
  host: CaseHost,
  { name, engine }: Pick<EngineCase, 'name' | 'engine'>,
  ...more: string[]
): Promise<Launched> {
  const { operator, profile, repo } = host
  const brief = writeBrief(name, scriptLine(name))
  const words = ['--brief', brief, '--engine', engine, '--repo', repo, '--profile', profile]
  const launch = () => operator.run('lane', 'launch', ...words, '--json', ...more)
  return await overLimits(host, launch)
}

/** `lane resume` with a brief that names another script. */
export async function resumeCase(host: CaseHost, lane: string, script: string): Promise<Launched> {
  const { operator, profile } = host
  const words = ['--brief', writeBrief('go-on', scriptLine(script)), '--profile', profile, '--json']
  return await overLimits(host, () => operator.run('lane', 'resume', lane, ...words))
}

const HELD = /^account (\S+) is paused by hub/
const MOST_TRIES = 10

/** A case that hits its account's limit pauses it, as it should: the others begin all the same. */
async function overLimits(
  { operator, profile }: CaseHost,
  act: () => Promise<Ended>,
): Promise<Launched> {
  for (let tries = 1; ; tries++) {
    const came = acted(await act())
    const [, account] = (came.problems ?? []).flatMap(text => HELD.exec(text) ?? [])
    if (account === undefined || tries === MOST_TRIES) return came
    await operator.run('unpause', `account:${account}`, '--profile', profile)
  }
}

function acted({ stdout, stderr }: Ended): Launched {
  expect(stderr).toBe('')
  const launched = JSON.parse(stdout) as Launched
  const { record } = launched
  // Commands of an agent that was killed outlive it. Another suite may have lanes of the same mark.
  if (record) onTestFinished(() => killIn(record.cwd, marked(markOf(record))))
  return launched
}

/** What every process of a run carries in its environment. */
export const markOf = ({ stem, key }: RunRecord): string => `${stem} ${key}`

/** Waits until the lane is told so; what is told last is compared when `limitMs` are over. */
export async function seen(
  host: CaseHost,
  lane: string,
  expected: Partial<ToldLane>,
  limitMs = 30_000,
): Promise<ToldLane> {
  return await eventually(
    `${lane} is told as expected`,
    async () => {
      const told = (await lanesOf(host)).get(lane)
      expect(told).toMatchObject(expected)
      return told
    },
    limitMs,
  )
}

/** The lanes by name, as `lanes --json` tells them. */
export async function lanesOf({ operator, profile }: CaseHost): Promise<Map<string, ToldLane>> {
  const told = await operator.printed('lanes', '--json', '--profile', profile)
  const { rows } = JSON.parse(told) as { rows: ToldLane[] }
  return new Map(rows.map(row => [row.name, row]))
}

const LOOK_EVERY_MS = 500

/**
 * Launches every case, then watches all that began until each is told as expected, or `limitMs` are
 * over. What is told then is compared at once, so that a failure shows every wrong case.
 */
export async function runCases(
  host: RunnerHost,
  all: readonly EngineCase[],
  limitMs: number,
): Promise<Map<string, ToldLane>> {
  const cases = all.filter(each => !each.failed)
  const send = host.signal ?? process.kill
  const pids = new Map<string, number>()
  for (const each of all) {
    const launched = await launchCase(host, each)
    if (each.failed) {
      expect({ case: each.name, launched }).toMatchObject({
        launched: { kind: 'failed', message: expect.stringMatching(each.failed) },
      })
      continue
    }
    const { kind, message, problems, record } = launched
    const came = { kind, message, problems, runner: record?.runner.kind }
    expect({ case: each.name, ...came }).toEqual({
      case: each.name,
      kind: 'running',
      runner: host.runner,
    })
    pids.set(each.name, record?.pid ?? 0)
  }
  const unsignalled = new Set(cases.filter(({ signal }) => signal))
  const until = Date.now() + limitMs
  let lanes = await lanesOf(host)
  const isDone = () =>
    unsignalled.size === 0 && cases.every(each => isAsExpected(lanes.get(each.name), each))
  while (!isDone() && Date.now() < until) {
    await delay(LOOK_EVERY_MS)
    lanes = await lanesOf(host)
    for (const each of unsignalled) {
      const lane = lanes.get(each.name)
      if (lane?.status !== 'working' || !holds(pids.get(each.name), lane.pid)) continue
      if (each.signal) send(lane.pid, each.signal)
      unsignalled.delete(each)
    }
  }
  expect(
    Object.fromEntries(cases.map(each => [each.name, shown(lanes.get(each.name), each)])),
  ).toEqual(Object.fromEntries(cases.map(({ name, expected }) => [name, expected])))
  return lanes
}

/** In a box the agent is below its first process, which is the one on record. */
const holds = (launched: number | undefined, pid: number | null): pid is number =>
  launched !== undefined &&
  pid !== null &&
  (pid === launched || descendants(launched).includes(pid))

const LIVING: readonly unknown[] = ['thinking', 'stalled']

/** What never ends by itself is ended by us. */
export async function stopLiving(host: CaseHost, cases: readonly EngineCase[]): Promise<void> {
  for (const { name, expected } of cases) {
    if (!LIVING.includes(expected.status)) continue
    const ended = await host.operator.run('lane', 'stop', name, '--profile', host.profile)
    expect({ name, ...ended }).toMatchObject({ name, exitCode: 0 })
    await seen(host, name, { status: 'ended', pid: null })
  }
}

/** Lets the threads go on, each to a commit of its own, but those whose session file is gone. */
export async function goOn(
  host: CaseHost,
  cases: readonly EngineCase[],
  lanes: ReadonlyMap<string, ToldLane>,
): Promise<void> {
  const going = cases.filter(each => each.goesOn)
  for (const { name, engine } of going) {
    const resumed = await resumeCase(host, name, `${engine}-ok`)
    expect({ name, resumed }).toMatchObject({ resumed: { kind: 'running' } })
  }
  for (const { name, engine, lost } of cases) {
    if (!lost) continue
    rmSync(lanes.get(name)?.rollout ?? '')
    const resumed = await resumeCase(host, name, `${engine}-ok`)
    expect({ name, resumed }).toMatchObject({
      resumed: { kind: 'failed', message: expect.stringMatching(lost) },
    })
  }
  for (const { name } of going) {
    const threadId = lanes.get(name)?.threadId ?? 'none'
    const committed = { status: 'ended', result: 'local', lastExit: 0, pid: null } as const
    await seen(host, name, { ...committed, threadId }, GO_ON_MS)
  }
}
const GO_ON_MS = 60_000

/** Of a lane, what its case says something of. */
function shown(lane: ToldLane | undefined, { expected }: EngineCase): Partial<ToldLane> | null {
  if (!lane) return null
  const told = Object.entries(lane).filter(([key]) => key in expected)
  return Object.fromEntries(told)
}

const isAsExpected = (lane: ToldLane | undefined, each: EngineCase): boolean =>
  isDeepStrictEqual(shown(lane, each), each.expected)
