/**
 * What the lanes that live work on: the host is asked again and again, so that each pull request
 * can tell who else is at its files. Kept here, for whole lists of files are nothing for clients.
 */
import { type Collector, failed, sawAll } from '../../../adapters/collector.ts'
import { isTouching } from '../../policy/overlap.ts'
import { isSameRepository } from '../../policy/repository-identity.ts'
import { RpcFault } from '../../rpc/peer.ts'
import type { ProbeResult } from '../../rpc/probe-api.ts'
import type { Change, FactStore } from '../fact-store.ts'
import { knownLanes } from '../known-lanes.ts'
import { livingLanes } from '../living-work.ts'
import type { ProbeSession } from '../probe-session.ts'

export type LaneWork = ProbeResult<'lane.touched'>[number]

export interface LaneWorks {
  readonly collector: Collector
  /** Of lanes in a repository with one of these addresses; null while the host cannot be asked. */
  of(remotes: readonly string[]): readonly LaneWork[] | null
}

/** Between two looks: git reads whole worktrees for each. */
const PERIOD_MS = 30_000
/** The source of lanes: while it is not well, nobody knows which live. */
const LANES = 'lanes'
/** Lanes of one question. */
const AT_ONCE = 100

export function newLaneWorks(deps: { facts: FactStore; ask: ProbeSession['request'] }): LaneWorks {
  const { facts, ask } = deps
  let works: LaneWork[] | null = null

  const living = () => livingLanes(knownLanes(facts))
  const placesOf = () =>
    living()
      .map(({ name, cwd }) => `${name}\0${cwd}`)
      .toSorted()
      .join('\n')

  const collector: Collector = {
    name: 'lane-files',
    periodMs: PERIOD_MS,
    watch: (poke, signal) => {
      let places = placesOf()
      const stop = facts.onChange(changes => {
        const isLane = changes.some(({ next }) => next.kind === 'lane')
        const now = isLane ? placesOf() : places
        if (changes.some(turnsSight)) poke('host')
        if (now !== places) poke('lanes')
        places = now
      })
      signal.addEventListener('abort', stop, { once: true })
    },
    look: async () => {
      const lanes = living()
      const seen: LaneWork[] = []
      try {
        for (let at = 0; at < lanes.length; at += AT_ONCE) {
          seen.push(...(await ask('lane.touched', { lanes: lanes.slice(at, at + AT_ONCE) })))
        }
      } catch (error) {
        if (!(error instanceof RpcFault)) throw error
        works = null
        const message = `which files the lanes work on is not known: ${error.message}`
        return failed('unreachable', message, 'it is asked again once the probe answers')
      }
      works = facts.value('source', LANES)?.state === 'ok' ? seen : null
      return sawAll([])
    },
  }

  return {
    collector,
    of: remotes =>
      works?.filter(({ remote }) => remotes.some(each => isSameRepository(each, remote))) ?? null,
  }
}

/** Whether it changes what can be seen of lanes. */
function turnsSight({ next, previous }: Change): boolean {
  if (next.kind !== 'source' || (next.key !== 'probe' && next.key !== LANES)) return false
  const before = previous?.kind === 'source' ? previous.value?.state : undefined
  return before !== next.value?.state
}

/** Who works on a pull request's own branch, and who else is at its files; null: not known. */
export function lanesAt(
  { branch, paths }: { readonly branch: string; readonly paths: readonly string[] | null },
  works: readonly LaneWork[] | null,
): { own: string | null; others: string[] | null } {
  const own = works?.find(work => work.branch === branch)?.lane ?? null
  if (paths === null || works === null) return { own, others: null }
  const others = works.filter(work => work.lane !== own && isTouching(paths, work))
  return { own, others: others.map(({ lane }) => lane).toSorted() }
}
