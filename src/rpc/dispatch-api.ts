/** What clients, hub and probe say to each other about dispatching items. */
import * as z from 'zod'
import { Answerer } from '../../state/answerer.ts'
import { DispatchPlan } from '../../state/dispatch.ts'
import { Instant } from '../../state/facts.ts'
import { Attempt, GoalName, ItemId } from '../../state/item.ts'
import { LaneActed } from './lane-api.ts'

/** One attempt at an item. There is one lock of it on a host, whoever asks. */
const Work = z.object({ goal: GoalName, id: ItemId, attempt: Attempt })

const Freed = z.object({
  who: z.string().max(300),
  why: z.string().max(1_000),
  /** By the host's clock. */
  at: Instant,
})

/** What a lock says of who took it. It is written once, and never changed. */
export const LockRecord = Work.extend({
  schema: z.literal('dockmaster.lock/1'),
  lane: z.string().max(61),
  profile: z.string().max(100),
  /** Idempotency key of the dispatch. */
  key: z.string().max(100),
  who: z.string().max(300),
  /** By the host's clock. */
  at: Instant,
})
export type LockRecord = z.infer<typeof LockRecord>

export const LockSeen = z.object({
  record: LockRecord,
  ageMs: z.number(),
  /** Its item may be taken again, under the next number. */
  freed: Freed.nullable(),
})
export type LockSeen = z.infer<typeof LockSeen>

const Logs = z.object({ logs: z.string() })

export const PROBE_DISPATCH_METHODS = {
  /** What a plan must know of the host: one answer, so that it is of one moment. */
  'dispatch.look': {
    params: Logs.extend({ briefs: z.array(z.string()).max(10_000) }),
    result: z.object({
      /** The newest lock of each item. */
      locks: z.array(LockSeen),
      /** Names of lanes that were launched there, as items' lanes are named. */
      launched: z.array(z.string()),
      /** What is wrong with each brief; in the order of `briefs`. */
      problems: z.array(z.array(z.string())),
      /** Files that each brief names; in the same order. */
      named: z.array(z.array(z.string())),
    }),
  },
  'brief.read': {
    params: z.object({ path: z.string() }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('text'), text: z.string() }),
      z.object({ kind: z.literal('fault'), message: z.string() }),
    ]),
  },
  /**
   * Takes the lock of an attempt, once for all who ask. The lock of the attempt before it must
   * have been freed; `before` names the one that the caller saw, and frees it.
   */
  'lock.take': {
    params: Logs.extend({
      lock: LockRecord.omit({ schema: true, at: true }),
      before: z.object({ key: z.string(), why: z.string() }).nullable(),
    }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('taken') }),
      z.object({ kind: z.literal('held'), message: z.string() }),
    ]),
  },
  'lock.look': {
    params: Logs.extend({ work: Work }),
    /** `launched`: its lane has a record of a run on the host. */
    result: z.object({ lock: LockSeen.nullable(), launched: z.boolean() }),
  },
  /** Frees a lock of that key, which nobody can take any more after it. Look at `launched` after: a lane that began meanwhile holds still. */
  'lock.free': {
    params: Logs.extend({ work: Work, key: z.string(), who: z.string(), why: z.string() }),
    result: z.object({ lock: LockSeen.nullable(), launched: z.boolean() }),
  },
} as const

const Override = z.object({ reason: z.string().min(1).max(10_000), by: Answerer }).nullable()

/** One item of a dispatch, after its turn. */
export const Dispatched = z.object({
  goal: z.string(),
  id: z.string(),
  lane: z.string(),
  acted: LaneActed,
})
export type Dispatched = z.infer<typeof Dispatched>

export const HUB_DISPATCH_METHODS = {
  /** What would be dispatched now. An override of the gates is journaled with who gave it. */
  'dispatch.plan': { params: z.object({ override: Override }), result: DispatchPlan },
  /**
   * Launches what the plan holds, in its order, one after the other. Each item is told by a
   * `dispatched` event as soon as it is known.
   */
  'dispatch.run': {
    params: z.object({
      /** Names this run's events. */
      id: z.string(),
      limit: z.number().int().positive().nullable(),
      /** Lanes that a person said yes to: no other is launched. Null for all that are planned. */
      only: z.array(z.string()).max(10_000).nullable(),
      override: Override,
      by: Answerer,
    }),
    result: z.object({
      plan: DispatchPlan,
      items: z.array(Dispatched),
      /** Why it went no further than these; null when all had their turn. */
      stopped: z.string().nullable(),
    }),
  },
  /** Frees a lock that no lane stands behind, so that its item may be dispatched again. */
  'dispatch.unlock': {
    params: Work.omit({ attempt: true }).extend({ by: Answerer, isConfirmed: z.boolean() }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('unlocked'), text: z.string(), seq: z.number() }),
      /** What would be broken, for the question. */
      z.object({ kind: z.literal('stale'), text: z.string() }),
      z.object({ kind: z.literal('refused'), text: z.string() }),
    ]),
  },
} as const
