/** What each act needs before it, how its client asks for it, and where its runs stand. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LaneActed } from '../../../../src/rpc/lane-api.ts'
import type { Fact } from '../../../../state/facts.ts'
import { laneNameOf } from '../../../../state/item.ts'
import { eventually } from '../../../setup/eventually.ts'
import { type Factory, type Habit, THREAD } from './factory.ts'
import type { Client, HubInProcess } from './hub.ts'
import type { Act } from './plan.ts'

export type Ask = (from: Client) => Promise<LaneActed>

export interface ActCase {
  /** Of the runs that it may make, the first first. */
  readonly stems: readonly string[]
  /** Lanes that the hub sees. */
  readonly lanes: readonly Fact[]
  /** Items that wait for a lane. */
  readonly items: readonly object[]
  /** Makes what is acted on; nobody is struck yet. */
  prepare(hub: HubInProcess): Promise<Ask>
}

interface Place {
  factory: Factory
  name: string
  habit: Habit
  /** The hub's directory. */
  dir: string
}

const briefOf = (habit: Habit) => `TASK: ${habit}\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n`

const wishOf = (name: string, habit: Habit) => ({
  brief: briefOf(habit),
  name,
  repo: null,
  engine: 'codex' as const,
  model: null,
  isDryRun: false,
  label: 'test',
})

/** The run before, which nobody strikes. */
async function launched({ acts }: HubInProcess, name: string, habit: Habit) {
  const before = await acts.launch({ ...wishOf(name, habit), runner: null, box: null })
  if (before.kind !== 'running') throw new Error(`the run before: ${JSON.stringify(before)}`)
  return before.record
}

const launch = ({ name, habit }: Place): ActCase => ({
  stems: [name],
  lanes: [],
  items: [],
  prepare: async () => from => from.request('lane.launch', wishOf(name, habit)),
})

const stop = ({ name, habit }: Place): ActCase => ({
  stems: [name],
  lanes: [],
  items: [],
  prepare: async hub => {
    await launched(hub, name, habit)
    const target = await hub.acts.target({ lane: name })
    if (target.kind === 'refused') throw new Error(target.message)
    const { pid, pidStart } = target
    return from => from.request('lane.stop', { lane: name, pid, pidStart, label: 'test' })
  },
})

const resume = ({ factory, name, habit }: Place): ActCase => ({
  stems: [`${name}.2`],
  lanes: [endedLane(factory, name)],
  items: [],
  prepare: async hub => {
    const { pid } = await launched(hub, name, 'short')
    await eventually('the run before has ended', () => !factory.isAlive(pid))
    const more = { lane: name, brief: briefOf(habit), label: 'test' }
    return from => from.request('lane.resume', more)
  },
})

/** An item whose lane failed, or was taken back, is tried again under the next number. */
const ATTEMPTS = [1, 2, 3, 4]

const dispatch = ({ name, habit, dir }: Place): ActCase => {
  const item = { goal: 'land', id: name }
  return {
    stems: ATTEMPTS.map(attempt => laneNameOf(item, attempt)),
    lanes: [],
    items: [item],
    prepare: async () => {
      writeFileSync(join(dir, 'brief.md'), briefOf(habit))
      const by = { user: 'kim', host: 'desk', pid: 7, tty: '/dev/pts/7', parents: [] }
      const wish = { id: name, limit: null, only: null, override: null, by }
      return async from => {
        const { items, stopped } = await from.request('dispatch.run', wish)
        return items[0]?.acted ?? { kind: 'refused', problems: [stopped ?? 'nothing is planned'] }
      }
    },
  }
}

const CASES: Record<Act, (place: Place) => ActCase> = { launch, stop, resume, dispatch }

export const caseOf = (act: Act, place: Place): ActCase => CASES[act](place)

function endedLane(factory: Factory, name: string): Fact {
  const log = factory.at(`logs/${name}.jsonl`)
  return {
    kind: 'lane',
    key: name,
    at: 0,
    value: {
      name,
      engine: 'codex',
      threadId: THREAD,
      cwd: factory.at(`trees/${name}`),
      pid: null,
      pidStart: null,
      log,
      status: 'ended',
    },
  } as unknown as Fact
}
