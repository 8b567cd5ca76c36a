/** Plans a dispatch from what the hub knows. Nothing is started; an override is put on record. */
import type { DispatchConfig } from '../../state/config.ts'
import { type DispatchPlan, standing } from '../../state/dispatch.ts'
import { worldOf } from '../../state/reduce.ts'
import { lookAt } from '../engine/dispatch/look.ts'
import { planDispatch } from '../engine/dispatch/plan.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import type { HubParts } from './hub-parts.ts'

/** The turn is that of the goal after the newest intent for one: it is looked for in so many. */
const INTENTS = 1_000

interface Parts extends Pick<HubParts, 'facts' | 'journal' | 'now'> {
  readonly config: DispatchConfig
}

/** Throws JournalFault: an override that is not on record is none. */
export function dispatchPlan(
  { config, facts, journal, now }: Parts,
  { override }: HubParams<'dispatch.plan'>,
): DispatchPlan {
  const plan = planDispatch(
    lookAt({
      world: worldOf(facts.all()),
      config,
      open: journal.unsettled('intent'),
      intents: journal.list({ kinds: ['intent'], limit: INTENTS }),
      override: override?.reason ?? null,
      now: now(),
    }),
  )
  const { refusals } = plan
  // Nothing to override, or nothing that gives way: then nobody plans over anything.
  const overridden = refusals.length > 0 && standing(plan).length === 0
  if (override === null || !overridden) return { ...plan, override: null }
  const { reason, by } = override
  journal.append({
    at: plan.at,
    kind: 'note',
    author: `${by.user}@${by.host}`,
    subject: 'dispatch',
    text: `plans over the gates: ${reason}`,
    data: { act: 'dispatch.override', gates: refusals, lanes: plan.planned.length, reason, by },
  })
  return plan
}
