/** A small dock is drained by hubs that are struck, turn by turn. */
import type { DockRepo } from '../../../../state/config.ts'
import { dockServer, MINUTE } from '../../../real/practice-github/parts/dock-server.ts'
import { eventually } from '../../../setup/eventually.ts'
import { scratch } from '../../../setup/scratch.ts'
import { startMortalHub } from './mortal-hub.ts'
import { breachesOf, isOver, landed, leftOver, PLAN } from './promises.ts'

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
