/** What is told beside a lane: its claims, and work of others in its worktree. */
import { claimKey } from '../../../state/claim.ts'
import type { FactDraft, Instant } from '../../../state/facts.ts'
import type { LaneSeen } from './see-lane.ts'
import type { Stranger } from './strangers.ts'

const RULE = 'a commit after its lane had ended'

export function besideLane(
  { key, name }: { key: string; name: string },
  { claims, strangers }: Pick<LaneSeen, 'claims' | 'strangers'>,
  at: Instant,
): FactDraft[] {
  return [
    ...claims.map(claim => ({ kind: 'claim' as const, key: claimKey(claim), at, value: claim })),
    ...strangers.map(stranger => ({
      kind: 'breach' as const,
      key: `lead ${key} ${stranger.sha}`,
      at,
      value: {
        about: 'lead' as const,
        rule: RULE,
        model: null,
        where: placeOf(name, stranger),
        line: null,
        pid: null,
      },
    })),
  ]
}

const placeOf = (name: string, { sha, author, title }: Stranger): string =>
  `${name} ${sha.slice(0, 12)} ${title}, by ${author}`

const idOf = ({ kind, key }: FactDraft): string => `${kind} ${key}`

/** Remembers what is told beside each lane, so that what is no more can be told too. */
export function besideMemory() {
  const told = new Map<string, readonly FactDraft[]>()
  return {
    /** What is said of the lane now, and what was and is gone. */
    next(lane: string, drafts: readonly FactDraft[], at: Instant): FactDraft[] {
      const now = new Set(drafts.map(idOf))
      const gone = (told.get(lane) ?? []).filter(draft => !now.has(idOf(draft)))
      if (drafts.length > 0) told.set(lane, drafts)
      else told.delete(lane)
      return [...drafts, ...gone.map(draft => ({ ...draft, at, value: null }))]
    },
  }
}
