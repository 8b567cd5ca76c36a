/** What a person is asked before a lane is stopped or resumed. */
import { plural } from '../../state/format.ts'
import { linkOf } from '../../state/reduce.ts'
import { claimsOf } from '../../state/select/claims.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import type { HubClient } from '../rpc/client-api.ts'

/** Names the process as it is now, or tells why there is none. */
export async function askToStop(
  hub: HubClient,
  state: ConsoleState,
  lane: string,
): Promise<UiAction> {
  const found = await hub.request('lane.target', { lane })
  if (found.kind === 'refused') return { type: 'notice', text: found.message }
  const { pid, pidStart, commandLine } = found
  return {
    type: 'confirm',
    confirm: {
      title: `Stop the lane ${nameOf(state, lane)}?`,
      act: 'end it with all that it started: INT, then TERM, then KILL',
      target: `process ${pid}, started at tick ${pidStart}: ${commandLine}`,
      host: hostOf(state),
      undo: 'R lets it go on in its thread; what it had not written is lost',
      request: { act: 'lane.stop', lane, pid, pidStart },
    },
  }
}

/** `brief` is what it is told to do next; null tells it to go on. */
export function askToResume(state: ConsoleState, lane: string, brief: string | null): UiAction {
  const value = state.world.lane.get(lane)?.value
  const first = brief?.split('\n').find(line => line.trim() !== '') ?? ''
  const told =
    brief === null
      ? 'it is told to go on'
      : `its brief of ${Buffer.byteLength(brief)} bytes begins: ${first}`
  return {
    type: 'confirm',
    confirm: {
      title: `Let the lane ${nameOf(state, lane)} go on?`,
      act: `resume it in its thread; ${told}`,
      target: `thread ${value?.threadId ?? '?'} in ${value?.cwd ?? '?'}`,
      host: hostOf(state),
      undo: 'S stops it; what it did by then stays in its worktree',
      request: { act: 'lane.resume', lane, brief },
    },
  }
}

/** The commands are the brief's own: they are shown before they run. */
export function askToCheck(state: ConsoleState, lane: string): UiAction {
  const seen = state.world.lane.get(lane)
  const commands = seen
    ? claimsOf(state.world, seen).filter(({ check }) => check === 'command')
    : []
  if (commands.length === 0) {
    const text = 'Nothing is to be checked: it runs, or its brief names no command under CHECK.'
    return { type: 'notice', text }
  }
  return {
    type: 'confirm',
    confirm: {
      title: `Check what the lane ${nameOf(state, lane)} claims?`,
      act: `run ${plural(commands.length, 'command')} of its brief, one after the other`,
      target: `its worktree ${seen?.value.cwd ?? '?'}`,
      host: hostOf(state),
      undo: 'nothing: a check is there to look; what it writes stays',
      more: commands.map(({ text }) => ({ label: 'runs', text })),
      request: { act: 'lane.check', lane },
    },
  }
}

const nameOf = (state: ConsoleState, lane: string): string =>
  state.world.lane.get(lane)?.value.name ?? lane

/** Where the act would be done, as the operator knows it. */
const hostOf = ({ world, profile }: ConsoleState): string =>
  `${profile} · ${linkOf(world)?.target ?? 'not connected'}`
