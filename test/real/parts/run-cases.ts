/** Runs engine cases as lanes, side by side, through the built program. */
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import type { EngineCase, ToldLane } from './engine-cases.ts'
import { writeBrief } from './lane-factory.ts'
import { scriptLine } from './model-server.ts'
import type { Operator } from './operator.ts'
import { endMarked } from './processes.ts'

export interface CaseHost {
  operator: Operator
  /** Of the operator's config. */
  profile: string
}

export interface Launched {
  kind: string
  problems?: string[]
  message?: string
  record?: { pid: number; log: string; stem: string; key: string }
}

/** `lane launch` with a brief that names that script. */
export async function launchCase(
  { operator, profile }: CaseHost,
  { name, engine }: Pick<EngineCase, 'name' | 'engine'>,
  ...more: string[]
): Promise<Launched> {
  const brief = writeBrief(name, scriptLine(name))
  const words = ['--brief', brief, '--engine', engine, '--profile', profile, '--json', ...more]
  const { stdout, stderr } = await operator.run('lane', 'launch', ...words)
  expect(stderr).toBe('')
  const launched = JSON.parse(stdout) as Launched
  const { record } = launched
  // Commands of an agent that was killed outlive it.
  if (record) onTestFinished(() => endMarked(`${record.stem} ${record.key}`))
  return launched
}

/** The lanes by name, as `lanes --json` tells them. */
export async function lanesOf({ operator, profile }: CaseHost): Promise<Map<string, ToldLane>> {
  const told = await operator.printed('lanes', '--json', '--profile', profile)
  const { rows } = JSON.parse(told) as { rows: ToldLane[] }
  return new Map(rows.map(row => [row.name, row]))
}

const LOOK_EVERY_MS = 500

/**
 * Launches every case, then watches all of them until each is told as expected, or `limitMs` are
 * over. What is told then is compared at once, so that a failure shows every wrong case.
 */
export async function runCases(
  host: CaseHost,
  cases: readonly EngineCase[],
  limitMs: number,
): Promise<Map<string, ToldLane>> {
  const pids = new Map<string, number>()
  for (const each of cases) {
    const { kind, record, message } = await launchCase(host, each)
    expect({ name: each.name, kind, message }).toMatchObject({ kind: 'running' })
    pids.set(each.name, record?.pid ?? 0)
  }
  const waiting = new Set(cases)
  const unsignalled = new Set(cases.filter(({ signal }) => signal))
  const until = Date.now() + limitMs
  let lanes = new Map<string, ToldLane>()
  while (waiting.size > 0 && Date.now() < until) {
    lanes = await lanesOf(host)
    for (const each of unsignalled) {
      const lane = lanes.get(each.name)
      if (lane?.status !== 'working' || lane.pid !== pids.get(each.name)) continue
      process.kill(lane.pid, each.signal)
      unsignalled.delete(each)
    }
    for (const each of waiting) {
      const lane = lanes.get(each.name)
      if (!unsignalled.has(each) && lane && isAsExpected(lane, each)) waiting.delete(each)
    }
    if (waiting.size > 0) await delay(LOOK_EVERY_MS)
  }
  lanes = await lanesOf(host)
  expect(
    Object.fromEntries(cases.map(each => [each.name, shown(lanes.get(each.name), each)])),
  ).toEqual(Object.fromEntries(cases.map(({ name, expected }) => [name, expected])))
  return lanes
}

/** Of a lane, what its case says something of. */
function shown(lane: ToldLane | undefined, { expected }: EngineCase): Partial<ToldLane> | null {
  if (!lane) return null
  const told = Object.entries(lane).filter(([key]) => key in expected)
  return Object.fromEntries(told) as Partial<ToldLane>
}

const isAsExpected = (lane: ToldLane, each: EngineCase): boolean =>
  JSON.stringify(sorted(shown(lane, each))) === JSON.stringify(sorted(each.expected))

const sorted = (fields: Partial<ToldLane> | null) => Object.entries(fields ?? {}).sort()
