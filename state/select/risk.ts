/** What a lane may do unasked, and what it did in vain, in words. */
import type { Instant, LaneFact, Risk } from '../facts.ts'

/** `!host`, `!box`: it bypasses approvals or the sandbox, and this is what it reaches. */
export const riskBadge = ({ reach }: Risk): string => `!${reach === 'unknown' ? '?' : reach}`

const REACHES: Readonly<Record<Risk['reach'], string>> = {
  host: 'reaches the host',
  box: 'reaches no further than its box',
  unknown: 'what it reaches is not known',
}

export const riskText = ({ flags, reach }: Risk): string => `${flags.join(', ')}: ${REACHES[reach]}`

/** A run since `today` that spent tokens, has ended, and left nothing that we could find. */
export const isNoOp = (lane: LaneFact, today: Instant): boolean =>
  lane.status === 'ended' &&
  // What it claims of work that is not there does not make it work.
  (lane.result === 'none' || lane.result === 'refuted') &&
  lane.evidence.length === 0 &&
  (lane.tokens ?? 0) > 0 &&
  (lane.endedAt ?? 0) >= today
