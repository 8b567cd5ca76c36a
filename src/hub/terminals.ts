/** Persons' terminals: where a lane's is, and how it is opened there. */
import { BoxFault, type BoxHost, type BoxSeen } from '../../adapters/box.ts'
import { openTerminalIn } from '../../adapters/remote-terminal.ts'
import { type Terminal, type TerminalOptions, TransportError } from '../../adapters/transport.ts'
import type { ProfileConfig } from '../../state/config.ts'
import { findLane, type Target } from '../policy/lane-target.ts'
import { type TerminalPlace, terminalPlace } from '../policy/terminal-place.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { FactStore } from './fact-store.ts'
import { knownLanes } from './known-lanes.ts'
import { newestRun } from './lane-survey.ts'
import type { Link } from './link.ts'
import type { ProbeSession } from './probe-session.ts'

export interface LaneTerminal {
  name: string
  place: TerminalPlace
}

export interface Terminals {
  /** Those that are open: a hub that holds one is not idle. */
  open: number
  find(lane: string): Promise<Target<LaneTerminal>>
  /** Rejects with TransportError. */
  at(place: TerminalPlace, options: TerminalOptions, readyMs: number): Promise<Terminal>
}

export interface TerminalDeps {
  ask: ProbeSession['request']
  profile: Pick<ProfileConfig, 'launch' | 'boxes'>
  facts: FactStore
  link: Link
  host: Pick<BoxHost, 'look' | 'terminal'>
}

export function newTerminals({ ask, profile, facts, link, host }: TerminalDeps): Terminals {
  const { launch, boxes } = profile
  const hasBoxes = Object.keys(boxes).length > 0

  const boxOf = async (lane: string): Promise<BoxSeen | null> => {
    const newest = hasBoxes ? await newestRun({ ask, launch }, lane) : null
    const runner = newest?.record.runner
    return runner?.kind === 'box' ? await host.look(runner.container) : null
  }

  return {
    open: 0,
    async find(lane) {
      const found = findLane(knownLanes(facts), lane)
      if (found.kind === 'refused') return found
      const { name } = found.target.value
      try {
        const place = terminalPlace(found.target.value, await boxOf(name))
        return place.kind === 'refused'
          ? place
          : { kind: 'found', target: { name, place: place.target } }
      } catch (error) {
        if (!(error instanceof RpcFault) && !(error instanceof BoxFault)) throw error
        return { kind: 'refused', message: `where ${name} works cannot be asked: ${error.message}` }
      }
    },
    async at(place, options, readyMs) {
      if (place.kind === 'box') return await inBox(host, place, options)
      const ready = await link.ready(readyMs)
      if (ready.kind === 'transport') throw new TransportError(ready.failure)
      return await openTerminalIn(ready.transport, place.directory, options)
    },
  }
}

async function inBox(
  host: TerminalDeps['host'],
  { box, directory }: Extract<TerminalPlace, { kind: 'box' }>,
  options: TerminalOptions,
): Promise<Terminal> {
  try {
    return await host.terminal(box, { ...options, directory })
  } catch (error) {
    if (!(error instanceof BoxFault)) throw error
    const { message, mend } = error
    throw new TransportError({ kind: 'refused', message, mend })
  }
}
