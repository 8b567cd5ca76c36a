/** A broken rule as a row, at the top of the lanes until it is mended. */
import type { BreachFact } from '../rule-facts.ts'
import { staleOf } from '../stale.ts'
import type { AnySeen, World } from '../world.ts'
import type { RowDraft } from './row.ts'

/** `nightly.sh:7`, `pid 4711`, or the name of a lane. */
export function placeOf({ where, line, pid }: BreachFact): string {
  const name = where.slice(where.lastIndexOf('/') + 1) || where
  if (line !== null) return `${name}:${line}`
  return pid === null ? name : `pid ${pid}`
}

export function breachRow(breach: BreachFact): RowDraft {
  const { about, rule, model, where } = breach
  if (about === 'share') {
    const [tag = ''] = rule.split(' ')
    const name = 'share of tokens'
    return { ...MISSED, order: 0, tag, name, state: 'missed', fact: where, since: null }
  }
  const name = placeOf(breach)
  if (about === 'lead') {
    return { ...BROKEN, order: 0, tag: 'lead', name, state: 'strange', fact: rule, since: null }
  }
  if (about === 'token') {
    return { ...BROKEN, order: 0, tag: 'token', name, state: 'leaks', fact: rule, since: null }
  }
  const fact = [rule, where].join(', ')
  return {
    ...BROKEN,
    order: 0,
    tag: 'model',
    name,
    state: rule.startsWith('banned') ? 'banned' : rule,
    fact: `${model}: ${fact}`,
    since: null,
  }
}

const BROKEN = { glyph: 'bad', tone: 'bad', attention: -2 } as const
const MISSED = { glyph: 'hold', tone: 'wait', attention: -1 } as const

/** How many places name a model that may not run. What is stale is not counted. */
export function bannedModels(world: World): number {
  let many = 0
  for (const seen of world.breach.values()) {
    if (seen.value.about === 'model' && staleOf(world, seen) === null) many++
  }
  return many
}

let last: {
  lane: World['lane']
  breach: World['breach']
  pause: World['pause']
  all: ReadonlyMap<string, AnySeen>
} | null = null

/** What the lanes' pane holds: the same map until one of the three changes. */
export function breachesAndLanes({ lane, breach, pause }: World): ReadonlyMap<string, AnySeen> {
  if (breach.size + pause.size === 0) return lane
  if (last?.lane !== lane || last.breach !== breach || last.pause !== pause) {
    const all = new Map<string, AnySeen>([...breach, ...pause, ...lane])
    last = { lane, breach, pause, all }
  }
  return last.all
}
