/** `dockmaster decisions --json`: the open decisions, oldest first. */
import * as z from 'zod'
import type { Instant } from '../facts.ts'
import { DecisionFact } from '../rule-facts.ts'
import { openDecisions } from '../select/status.ts'
import type { World } from '../world.ts'
import { envelopeOf, iso, isoOrNull, Moment } from './envelope.ts'

const { answer: _, ...open } = DecisionFact.shape

export const DecisionRow = z.object({
  ...open,
  /** The number by which `dockmaster answer` names it. */
  number: z.number().int(),
  openedAt: Moment,
  deadline: Moment.nullable(),
})
export type DecisionRow = z.infer<typeof DecisionRow>

export const DecisionsEnvelope = envelopeOf('dockmaster.decisions/1', DecisionRow)

export const decisionsEnvelope = (
  world: World,
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): z.infer<typeof DecisionsEnvelope> => ({
  schema: 'dockmaster.decisions/1',
  profile: about.profile,
  host: about.host,
  at: iso(about.now),
  // They come from the journal on this side: the link does not age them.
  stale: null,
  rows: openDecisions(world).map(({ key, value: { answer: _answer, ...value } }) => ({
    ...value,
    number: Number(key),
    openedAt: iso(value.openedAt),
    deadline: isoOrNull(value.deadline),
  })),
})
