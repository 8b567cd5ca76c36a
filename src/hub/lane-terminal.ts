/** A person's terminal in a lane's place: on record before it opens, and how it came out after. */
import { type Exit, TransportError } from '../../adapters/transport.ts'
import { age } from '../../state/format.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import type { Target } from '../policy/lane-target.ts'
import { placeText, type TerminalPlace } from '../policy/terminal-place.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import type { TerminalEnded } from '../rpc/terminal-api.ts'
import type { Carried } from './carry.ts'
import type { HubParts } from './hub-parts.ts'

/** Joins what `open` resolves with to the client; resolves when it has ended. */
export type Carry = (open: () => Promise<Carried>) => Promise<{ exit: Exit; isLeft: boolean }>

type Asked = Pick<HubParams<'terminal'>, 'lane' | 'size' | 'term' | 'label'>

export async function laneTerminal(
  parts: HubParts,
  { lane, size, term, label }: Asked,
  carry: Carry,
  readyMs: number,
): Promise<TerminalEnded> {
  const finding = find(parts, lane, label)
  // Begun before it is known where: what is typed meanwhile is kept.
  const carrying = carry(async () => {
    const found = await finding
    if (found.kind === 'refused') throw new TransportError({ ...found, mend: MEND })
    const terminal = await parts.terminals.at(found.target.place, { size, term }, readyMs)
    return { ...terminal, outputs: [[1, terminal.output]] }
  })
  carrying.catch(() => undefined)
  const found = await finding
  if (found.kind === 'refused') return { ...found, mend: MEND }
  const { close } = found.target
  parts.terminals.open += 1
  try {
    const { exit, isLeft } = await carrying
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

const MEND = '`dockmaster lanes` tells what is known'

async function find(
  parts: HubParts,
  lane: string,
  author: string,
): Promise<Target<{ place: TerminalPlace; close: Close }>> {
  const found = await parts.terminals.find(lane)
  if (found.kind === 'refused') return found
  const { name, place } = found.target
  const close = onRecord(parts, { subject: name, author }, place)
  return { kind: 'found', target: { place, close } }
}

type Close = (outcome: string, how: string) => { ms: number; seq: number }

/** Journals that it opens; the answer journals how it came out, once. */
function onRecord(
  { journal, now }: HubParts,
  who: { subject: string; author: string },
  place: TerminalPlace,
): Close {
  const began = now()
  const intent = journal.append({
    ...who,
    at: began,
    kind: 'intent',
    text: `open a terminal in ${placeText(place)}`,
    data: { ...place, act: 'lane.attach' },
  })
  return (outcome, how) => {
    const at = now()
    const ms = at - began
    const text = `the terminal was open for ${age(began, at)}: ${how}`
    const { seq } = journal.append(outcomeEntry(intent, { outcome, text, data: { ms } }, at))
    return { ms, seq }
  }
}
