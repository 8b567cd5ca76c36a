/** A person's terminal in a lane's place: on record before it opens, and how it came out after. */
import { openTerminalIn } from '../../adapters/remote-terminal.ts'
import { type Exit, TransportError } from '../../adapters/transport.ts'
import { age } from '../../state/format.ts'
import { findLane, type Target } from '../policy/lane-target.ts'
import { type TerminalPlace, terminalPlace } from '../policy/terminal-place.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import type { TerminalEnded } from '../rpc/terminal-api.ts'
import type { Carried } from './carry.ts'
import type { HubParts } from './hub-parts.ts'
import { knownLanes } from './lane-look.ts'

/** Joins what `open` resolves with to the client; resolves when it has ended. */
export type Carry = (open: () => Promise<Carried>) => Promise<{ exit: Exit; isLeft: boolean }>

type Asked = Pick<HubParams<'terminal'>, 'lane' | 'size' | 'term' | 'label'>

export async function laneTerminal(
  parts: HubParts,
  { lane, size, term, label }: Asked,
  carry: Carry,
  readyMs: number,
): Promise<TerminalEnded> {
  const found = placeOf(parts, lane)
  if (found.kind === 'refused') {
    return { ...found, mend: '`dockmaster lanes` tells what is known' }
  }
  const { name, place } = found.target
  const close = onRecord(parts, { subject: name, author: label }, place)
  parts.terminals.open += 1
  try {
    const { exit, isLeft } = await carry(async () => {
      const ready = await parts.link.ready(readyMs)
      if (ready.kind === 'transport') throw new TransportError(ready.failure)
      const terminal = await openTerminalIn(ready.transport, place.directory, { size, term })
      return { ...terminal, outputs: [[1, terminal.output]] }
    })
    const how = isLeft ? 'left' : (exit.signal ?? `exit ${exit.code}`)
    return { kind: 'ended', exit, isLeft, ...close('ended', how) }
  } catch (error) {
    if (!(error instanceof TransportError)) {
      close('failed', (error as Error).message)
      throw error
    }
    const { kind, message, mend } = error.failure
    const { seq } = close(kind, message)
    return kind === 'unknown-outcome'
      ? { kind: 'lost', message, mend, seq }
      : { kind: 'refused', message, mend }
  } finally {
    parts.terminals.open -= 1
  }
}

function placeOf(
  { facts }: HubParts,
  lane: string,
): Target<{ name: string; place: TerminalPlace }> {
  const found = findLane(knownLanes(facts), lane)
  if (found.kind === 'refused') return found
  const place = terminalPlace(found.target)
  if (place.kind === 'refused') return place
  return { kind: 'found', target: { name: found.target.value.name, place: place.target } }
}

/** Journals that it opens; the answer journals how it came out, once. */
function onRecord(
  { journal, now }: HubParts,
  who: { subject: string; author: string },
  { directory }: TerminalPlace,
): (outcome: string, how: string) => { ms: number; seq: number } {
  const began = now()
  const intent = journal.append({
    ...who,
    at: began,
    kind: 'intent',
    text: `open a terminal in ${directory}`,
    data: { act: 'lane.attach', directory },
  })
  return (outcome, how) => {
    const at = now()
    const { seq } = journal.append({
      ...who,
      at,
      kind: 'outcome',
      text: `the terminal was open for ${age(began, at)}: ${how}`,
      data: { intent: intent.seq, outcome, ms: at - began },
    })
    return { ms: at - began, seq }
  }
}
