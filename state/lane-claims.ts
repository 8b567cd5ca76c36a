/** A lane's claims as they stand beside what is known of pull requests. */
import type { ClaimFact } from './claim.ts'
import type { LaneFact } from './facts.ts'
import type { Index } from './grouped.ts'

/** Those of its latest end: a lane that went on since has to be believed anew. */
export const claimsOfLane = (key: string, lane: LaneFact, index: Index): readonly ClaimFact[] =>
  (index.claimsByLane.get(key) ?? [])
    .filter(({ madeAt }) => madeAt === lane.endedAt)
    .map(claim => (claim.check === 'pr' ? withPull(claim, index) : claim))

/**
 * One that is seen verifies it; one that is not proves nothing, for not every closed one is known.
 * A number that two repositories have counts when the claim names the repository.
 */
function withPull(claim: ClaimFact, { pullsByNumber, landingsByNumber }: Index): ClaimFact {
  const found = [
    ...(pullsByNumber.get(claim.subject) ?? []).map(pull => ({ ...pull, is: 'is open' })),
    ...(landingsByNumber.get(claim.subject) ?? []).map(pull => ({ ...pull, is: 'is merged' })),
  ]
  const named = found.filter(({ repo }) => claim.text.includes(`${repo}/pull/`))
  const [pull, ...others] = named.length > 0 ? named : found
  if (pull === undefined || others.length > 0) return claim
  const output = `${pull.repo}#${pull.number} ${pull.is}: ${pull.title}`
  return { ...claim, state: 'verified', output }
}
