/** A dispatch plan: which items would get a lane next, which would not, and why. */
import * as z from 'zod'
import { Instant } from './facts.ts'
import { Attempt, Item } from './item.ts'
import { ItemWork } from './shipped.ts'

/**
 * Why no lane may start at all. `sight` is no gate: without it locks and caps are unknown. `pause`
 * is a person's word: who takes it back lifts it. `canon` was edited since a person locked it.
 */
export const Refusal = z.object({
  gate: z.enum(['dock', 'host', 'sight', 'pause', 'canon']),
  text: z.string(),
  /** What was measured, and the limit that it is over; null when it cannot be measured. */
  figure: z.number().nullable(),
  limit: z.number().nullable(),
})
export type Refusal = z.infer<typeof Refusal>

export const SKIP_REASONS = [
  'not-ready',
  'held',
  'stale',
  'brief',
  'paused',
  'goal-cap',
  'model-cap',
  'account-cap',
  'total-cap',
  'host-cap',
] as const

export const Planned = z.object({
  item: Item,
  /** What its lane would be called. */
  lane: z.string(),
  attempt: Attempt,
  /** The lock of the attempt before it, which is freed with it: its lane did nothing that stays. */
  before: z.object({ key: z.string(), why: z.string() }).nullable(),
  why: z.string(),
  /** Files that it would share with other lanes, each in words. */
  overlaps: z.array(z.string()),
  /** What its lanes left so far; null when that is nothing. */
  work: ItemWork.nullable(),
})
export type Planned = z.infer<typeof Planned>

export const Skipped = z.object({
  item: Item,
  reason: z.enum(SKIP_REASONS),
  /** The reason in words, with its numbers. */
  text: z.string(),
  /** What its lanes left so far; null when that is nothing. */
  work: ItemWork.nullable(),
})
export type Skipped = z.infer<typeof Skipped>

export const DispatchPlan = z.object({
  at: Instant,
  refusals: z.array(Refusal),
  /** Why a person plans on over the gates; null when nobody does. */
  override: z.string().nullable(),
  /** In the order in which their lanes would start; empty while the plan is refused. */
  planned: z.array(Planned),
  skipped: z.array(Skipped),
  /** What was left out of account, e.g. lines of the items file that cannot be read. */
  notes: z.array(z.string()),
})
export type DispatchPlan = z.infer<typeof DispatchPlan>

const FIRM: ReadonlySet<Refusal['gate']> = new Set(['sight', 'pause', 'canon'])

/** What still refuses the plan: gates give way to an override, blindness, pauses and canon do not. */
export const standing = ({ refusals, override }: Pick<DispatchPlan, 'refusals' | 'override'>) =>
  refusals.filter(({ gate }) => FIRM.has(gate) || override === null)
