/** A lane's claims and how they stand. */
import type { ClaimFact } from '../claim.ts'
import { indexOf } from '../grouped.ts'
import { claimsOfLane } from '../lane-claims.ts'
import type { Seen, World } from '../world.ts'
import type { Pair } from './detail-pair.ts'

const ORDER = { refuted: 0, unverified: 1, verified: 2 } as const

/** Those of its latest end, refuted ones first; in the order in which they were made. */
export function claimsOf(world: World, { key, value }: Seen<'lane'>): readonly ClaimFact[] {
  const claims = claimsOfLane(key, value, indexOf(world))
  return claims.toSorted((a, b) => ORDER[a.state] - ORDER[b.state])
}

/** `refuted  "Committed abc1234."  there is no commit abc1234`. */
export const claimPairs = (claims: readonly ClaimFact[]): Pair[] =>
  claims.map(claim => ['claim', claimText(claim)])

const UNCHECKED: Readonly<Record<ClaimFact['check'], string>> = {
  commit: 'not checked yet',
  push: 'not checked yet',
  report: 'not checked yet',
  pr: 'no such pull request is seen',
  command: 'its check has not run',
  none: 'nothing checks it: name a command under CHECK in the brief',
}

export function claimText({ state, text, check, output }: ClaimFact): string {
  const found = output ?? (state === 'unverified' ? UNCHECKED[check] : '')
  return [`${state}: ${check === 'command' ? `\`${text}\`` : text}`, found]
    .filter(Boolean)
    .join(' · ')
}
