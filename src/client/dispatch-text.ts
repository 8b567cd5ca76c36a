/** What came of a dispatch, in lines to read. Not cleaned: reasons may quote the host. */
import { plural } from '../../state/format.ts'
import type { Dispatched } from '../rpc/dispatch-api.ts'
import type { HubResult } from '../rpc/hub-api.ts'
import { laneText } from './lane-text.ts'

/** The first line begins with the lane; what more there is to say follows. */
export function dispatchedText({ lane, acted }: Dispatched): string[] {
  const lines = laneText(acted)
  return acted.kind === 'running' ? lines : lines.map(line => `${lane} ${line}`)
}

/** The same in one line, where the lane is named already. */
export const cameOf = ({ acted }: Dispatched): string =>
  acted.kind === 'running' ? acted.seen : laneText(acted).join('; ')

/** `2 lanes launched, 1 was not; stopped: dock is jammed: 10 open PRs, limit 10`. */
export function summaryOf({ items, stopped }: HubResult<'dispatch.run'>): string {
  const launched = items.filter(({ acted }) => acted.kind === 'running').length
  const others = items.length - launched
  const not = others === 0 ? '' : `, ${others} ${others === 1 ? 'was' : 'were'} not`
  const end = stopped === null ? '' : `; stopped: ${stopped}`
  return `${plural(launched, 'lane')} launched${not}${end}`
}
