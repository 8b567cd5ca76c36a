/** A small dock is drained by hubs that are struck; what must hold then, however often they were. */
import type { DockRepo } from '../../../../state/config.ts'
import type { JournalRow } from '../../../../state/journal-entry.ts'
import {
  type DockServer,
  type DockServerPlan,
  dockServer,
  MINUTE,
} from '../../../real/practice-github/parts/dock-server.ts'
import { eventually } from '../../../setup/eventually.ts'
import { scratch } from '../../../setup/scratch.ts'
import { startMortalHub } from './mortal-hub.ts'

/** One is green, one is red in its train alone, two conflict with one another. */
const PLAN: DockServerPlan = { pulls: 4, lurking: new Set([2]), rivals: new Set([3, 4]) }
const QUEUE = { method: 'merge', maxEntriesToBuild: 3, maxEntriesToMerge: 3 } as const
const MOST_TURNS = 40

export interface Drained {
  /** Points that the hubs passed, all of them. */
  points: string[]
  /** How often a hub was struck. */
  deaths: number
  landed: number[]
  /** Promises that do not hold. */
  breaches: string[]
}

export interface Drain {
  repo: Partial<DockRepo>
  /** At which points, from 1 and counted anew for each hub, the first hub, the second … dies. */
  blows?: readonly number[]
  /** Which run is red by chance, from 1; 0: none. */
  flaky?: number
  /** GitHub's own queue is on. */
  hasQueue?: boolean
}

export async function drained({
  repo,
  blows = [],
  flaky = 0,
  hasQueue = false,
}: Drain): Promise<Drained> {
  let runs = 0
  const flake = () => {
    runs += 1
    return runs === flaky
  }
  const server = await dockServer({
    ...PLAN,
    rules: { queue: hasQueue ? QUEUE : null },
    ci: { flake, runners: 3 },
  })
  const dir = scratch()
  const points: string[] = []
  let deaths = 0
  const start = () => {
    let count = 0
    return startMortalHub({
      server,
      dir,
      repo,
      strikes: point => {
        if (!isEffect(point)) return false
        points.push(point)
        count += 1
        return count === blows[deaths]
      },
    })
  }
  let hub = start()
  try {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const look = await hub.turn()
      if (hub.isDead) {
        deaths += 1
        hub = start()
        continue
      }
      if (look?.state === 'ok' && isOver(server) && hub.journal.unsettled('intent').length === 0) {
        break
      }
      server.pass(6 * MINUTE)
    }
    // What a dead hub had sent may still be under way.
    await eventually('nothing of a train is left over', () => leftOver(server) === '').catch(
      () => undefined,
    )
    const rows = hub.journal.list({ limit: 10_000 })
    return { points, deaths, landed: landed(server), breaches: breachesOf(server, rows) }
  } finally {
    hub.close()
    await server.close()
  }
}

/** Between two of these neither the journal nor the world changes, whatever is asked. */
const isEffect = (point: string): boolean =>
  point === 'entry after' ||
  /^(?:push|delete|hold|tell|enqueue|dequeue) (?:sent|answered)$/.test(point)

const open = ({ model }: DockServer) => model.pulls().filter(({ landed: at }) => at === null)
const landed = ({ model }: DockServer) =>
  model.pulls().flatMap(({ number, landed: at }) => (at === null ? [] : [number]))
const leftOver = ({ git }: DockServer) => git('for-each-ref', 'refs/heads/dockmaster')

/** The red one and one of those that conflict stay. */
const isOver = (server: DockServer) => open(server).length <= 2 && leftOver(server) === ''

function breachesOf(server: DockServer, rows: readonly JournalRow[]): string[] {
  const breaches: string[] = []
  const must = (holds: boolean, what: string) => {
    if (!holds) breaches.push(what)
  }
  const numbers = landed(server).toSorted((a, b) => a - b)
  must(['1,3', '1,4'].includes(numbers.join()), `#${numbers.join(' #')} landed`)
  must(leftOver(server) === '', `left over: ${leftOver(server)}`)
  const tips = server.git('log', '--first-parent', '--format=%H', 'main').split('\n').slice(0, -1)
  for (const tip of tips) {
    const broken = server.git('ls-tree', '-r', '--name-only', tip).includes('broken/')
    must(!broken, `${tip} is red`)
    must(server.model.rollup(tip) === 'SUCCESS', `${tip} was not tested green`)
  }
  const parents = server.git('log', '--format=%P', 'main').split(/\s+/)
  for (const { number, headSha } of server.model.pulls()) {
    const times = parents.filter(parent => parent === headSha).length
    must(times === (numbers.includes(number) ? 1 : 0), `#${number} landed ${times} times`)
    const { comments } = server.model.pulls().find(pull => pull.number === number) ?? {}
    const said = (comments ?? []).length
    must(said === (number === 2 ? 1 : 0), `#${number} has ${said} comments`)
  }
  for (const intent of rows.filter(({ kind }) => kind === 'intent')) {
    const ends = rows.filter(
      ({ kind, data }) => kind === 'outcome' && data['intent'] === intent.seq,
    )
    must(ends.length === 1, `${intent.text} has ${ends.length} outcomes`)
    const isKnown = ends.every(({ data }) => data['outcome'] !== 'unknown')
    must(isKnown, `${intent.text} ended unknown`)
  }
  return breaches
}
