/** A small dock, and what must hold once it is drained, however often its hubs were struck. */
import type { JournalRow } from '../../../../state/journal-entry.ts'
import type { DockServer, DockServerPlan } from '../../../real/practice-github/parts/dock-server.ts'

/** One is green, one is red in its train alone, two conflict with one another. */
export const PLAN: DockServerPlan = { pulls: 4, lurking: new Set([2]), rivals: new Set([3, 4]) }

const open = ({ model }: DockServer) => model.pulls().filter(({ landed: at }) => at === null)
export const landed = ({ model }: DockServer) =>
  model.pulls().flatMap(({ number, landed: at }) => (at === null ? [] : [number]))
/** Branches of trains. */
export const leftOver = ({ git }: DockServer) => git('for-each-ref', 'refs/heads/dockmaster')

/** The red one and one of those that conflict stay. */
export const isOver = (server: DockServer) => open(server).length <= 2 && leftOver(server) === ''

/** Promises that do not hold once the dock is drained. */
export function breachesOf(server: DockServer, rows: readonly JournalRow[]): string[] {
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
