/** `dockmaster dispatch plan --json`. */
import * as z from 'zod'
import { type DispatchPlan, Planned, Refusal, Skipped, standing } from '../dispatch.ts'
import { Item, laneNameOf } from '../item.ts'
import { iso, Moment } from './envelope.ts'

/** An item, with what its lane is called. */
const Row = Item.extend({ lane: z.string() })

export const DispatchEnvelope = z.object({
  schema: z.literal('dockmaster.dispatch/1'),
  profile: z.string(),
  host: z.string(),
  at: Moment,
  /** True when `refusals` stand: then nothing is planned. */
  refused: z.boolean(),
  refusals: z.array(Refusal),
  override: z.string().nullable(),
  /** In the order in which their lanes would start. */
  planned: z.array(Row.extend(Planned.pick({ why: true, overlaps: true, work: true }).shape)),
  skipped: z.array(
    Row.extend({
      reason: Skipped.shape.reason,
      text: Skipped.shape.text,
      work: Skipped.shape.work,
    }),
  ),
  notes: z.array(z.string()),
})
export type DispatchEnvelope = z.infer<typeof DispatchEnvelope>

export const dispatchEnvelope = (
  plan: DispatchPlan,
  about: { readonly profile: string; readonly host: string },
): DispatchEnvelope => ({
  schema: 'dockmaster.dispatch/1',
  profile: about.profile,
  host: about.host,
  at: iso(plan.at),
  refused: standing(plan).length > 0,
  refusals: plan.refusals,
  override: plan.override,
  planned: plan.planned.map(({ item, lane, why, overlaps, work }) => ({
    ...item,
    lane,
    why,
    overlaps,
    work,
  })),
  skipped: plan.skipped.map(({ item, reason, text, work }) => ({
    ...item,
    lane: laneNameOf(item),
    reason,
    text,
    work,
  })),
  notes: plan.notes,
})
