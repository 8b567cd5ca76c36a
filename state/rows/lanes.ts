/** `dockmaster lanes --json`. */
import * as z from 'zod'
import { ClaimFact } from '../claim.ts'
import { Evidence, ReportSeen, Risk } from '../facts.ts'
import { claimsOf } from '../select/claims.ts'
import { Shipped, shippedOf } from '../shipped.ts'
import { Engine, LaneResult, LaneStatus } from '../words.ts'
import type { Seen, World } from '../world.ts'
import { envelopeOf, iso, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

const ClaimRow = ClaimFact.omit({ lane: true }).extend({
  madeAt: Moment,
  checkedAt: Moment.nullable(),
})

export const LaneRow = Provenance.extend({
  name: z.string(),
  engine: Engine,
  model: z.string().nullable(),
  status: LaneStatus,
  result: LaneResult,
  cause: z.string().nullable(),
  resetAt: Moment.nullable(),
  threadId: z.string().nullable(),
  pid: z.number().nullable(),
  cwd: z.string().nullable(),
  log: z.string().nullable(),
  rollout: z.string().nullable(),
  /** SHA-256 of the brief that it was launched with. */
  brief: z.string().nullable(),
  currentCommand: z.string().nullable(),
  lastCommand: z.string().nullable(),
  lastExit: z.number().nullable(),
  lastMessage: z.string().nullable(),
  tokens: z.number().nullable(),
  startedAt: Moment.nullable(),
  activeAt: Moment.nullable(),
  endedAt: Moment.nullable(),
  evidence: z.array(Evidence.extend({ at: Moment.nullable() })),
  /** How far its work came; null while it runs, and when it left none. */
  shipped: Shipped.nullable(),
  /** The report that its brief asks for; null while it runs, and when none is known. */
  report: ReportSeen.nullable(),
  /** What it may do unasked, and what it reaches; null when nothing is bypassed. */
  risk: Risk.nullable(),
  /** What its agent claims, and what its brief wants checked; a lane that runs has none yet. */
  claims: z.array(ClaimRow),
  why: z.array(z.string()),
  /** Lines of the log that could not be read. */
  skipped: z.number(),
})
export type LaneRow = z.infer<typeof LaneRow>

export const LanesEnvelope = envelopeOf('dockmaster.lanes/1', LaneRow)

export function laneRow(world: World, seen: Seen<'lane'>): LaneRow {
  const { pidStart: _, ...value } = seen.value
  return {
    ...provenance(world, seen),
    ...value,
    resetAt: isoOrNull(value.resetAt),
    startedAt: isoOrNull(value.startedAt),
    activeAt: isoOrNull(value.activeAt),
    endedAt: isoOrNull(value.endedAt),
    claims: claimsOf(world, seen).map(({ lane: __, madeAt, checkedAt, ...claim }) => ({
      ...claim,
      madeAt: iso(madeAt),
      checkedAt: isoOrNull(checkedAt),
    })),
    shipped: shippedOf(world, seen.value),
    evidence: value.evidence.map(({ kind, ref, at }) => ({
      kind,
      ref,
      at: at === null ? null : iso(at),
    })),
  }
}
