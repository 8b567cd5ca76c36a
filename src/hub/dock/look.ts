/**
 * One look at a repository: what its mirror, its pull requests and its policy say now. What was
 * found out of a head stays true of it, so a second look costs what changed.
 */

import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { PullDetails } from '../../../adapters/github/details.ts'
import type { PrFact } from '../../../state/facts.ts'
import type { GateOverrides, GatePolicy } from '../../../state/gate-policy.ts'
import { judgeGate } from '../../engine/gate/gate.ts'
import { POLICY_PATH, policyFrom } from '../../engine/gate/repository-policy.ts'
import {
  type Change,
  conflictsIn,
  type KnownMerges,
  keepKnown,
  mergeKey,
  pairsOf,
  pairsToAsk,
} from '../../engine/queue/conflict-map.ts'
import type { Found } from '../../engine/queue/describe.ts'
import { duplicatesOf, marksOf } from '../../engine/queue/marks.ts'
import { type LaneWork, lanesAt } from './lane-work.ts'
import { newMeasure } from './measure.ts'

export interface LookOptions {
  repo: string
  base: string
  /** Repositories where something may land at all. */
  allowed: readonly string[]
  isOptedIn: boolean
  gate: GateOverrides
  maxAgeMs: number
  /** What live lanes of this repository work on; null: the host has not told. */
  works(): readonly LaneWork[] | null
  /** What an operator said of a pull request; 0 when nobody did. */
  priority(number: number): number
  /** Names of the checks that the branch itself asks for. */
  requiredChecks(): Promise<readonly string[]>
  /** Now, by GitHub's clock. */
  githubNow(): number
}

export interface RepositoryLook {
  readonly tip: string
  readonly found: readonly Found[]
  /** Pairs that conflict. */
  readonly conflicts: ReadonlySet<string>
  /** With the checks that the branch asks for, where none is named. */
  readonly policy: GatePolicy
  readonly pulls: ReadonlyMap<number, PrFact>
}

/** What is not read yet says nothing. */
const UNTOLD: Pick<PullDetails, 'body' | 'issues'> = { body: '', issues: [] }

const LONGEST_POLICY = 65_536

export function newRepositoryLook(mirror: Mirror, options: LookOptions) {
  const measure = newMeasure(mirror)
  const dirtySince = new Map<number, number>()
  let known: KnownMerges = new Map()

  const mergePairs = async (changes: readonly Change[]) => {
    const sharing = pairsOf(changes)
    known = keepKnown(sharing, known)
    const pairs = pairsToAsk(sharing, known)
    const merges = await mirror.merge(pairs.map(([ours, theirs]) => [ours.head, theirs.head]))
    const told = pairs.map(
      ([a, b], index) => [mergeKey(a, b), merges[index]?.conflicts ?? ['?']] as const,
    )
    known = new Map([...known, ...told])
    return conflictsIn(sharing, known)
  }

  /** Rejects with GitFault. The mirror must have been fetched. */
  return async (
    prs: readonly PrFact[],
    details: readonly PullDetails[],
    now: number,
  ): Promise<RepositoryLook> => {
    const heads = await mirror.pullHeads()
    const tip = (await mirror.branches()).get(options.base)
    if (tip === undefined) throw new Error(`${options.repo} has no branch ${options.base}`)
    // What the mirror does not have yet is judged at the next look.
    const pulls = prs.filter(
      ({ base, number, headSha }) => base === options.base && heads.get(number) === headSha,
    )
    const text = await mirror.readFile(tip, POLICY_PATH, LONGEST_POLICY)
    const { policy: told, fault } = policyFrom(text, options.gate)
    const policy = await withRequired(told, options.requiredChecks)
    const measured = await measure.heads(
      tip,
      pulls.map(({ headSha }) => headSha),
      policy.compactionFlag,
    )
    const changes = pulls.flatMap(pull => {
      const { number: pr, headSha: head } = pull
      const one = measured.get(head)
      return one === undefined ? [] : [{ ...one, pr, head, pull }]
    })
    const conflicts = await mergePairs(changes)
    const detailOf = new Map(details.map(detail => [detail.number, detail]))
    const duplicates = duplicatesOf(
      changes.map(({ pr, patchId, pull }) => ({
        pr,
        patchId,
        isApproved: pull.reviewDecision === 'APPROVED',
      })),
    )

    const found: Found[] = []
    for (const { pull, pr, head, paths, dirtyPaths, markedPaths, behind, compaction } of changes) {
      const detail = detailOf.get(pr)
      const isCurrent = detail?.head === head
      const lines = pull.additions + pull.deletions
      const checks = isCurrent ? detail.checks : null
      const gate = judgeGate({
        repo: options.repo,
        head,
        author: pull.author,
        isDraft: pull.isDraft,
        allowed: options.allowed,
        policy,
        policyFault: fault,
        checks,
        reviews: isCurrent ? detail.reviews : null,
        paths,
        lines,
        conflicts: dirtyPaths,
        marked: markedPaths,
        compaction,
        isOptedIn: options.isOptedIn,
        now: options.githubNow(),
      })
      noteDirty(dirtySince, pr, dirtyPaths, now)
      const green = Math.max(...(checks ?? []).map(({ at }) => at ?? 0), 0)
      const { body, issues } = detail ?? UNTOLD
      const { title, createdAt } = pull
      const at = lanesAt({ branch: pull.branch, paths }, options.works())
      found.push({
        pr,
        head,
        gate,
        dirtyPaths,
        dirtySince: dirtySince.get(pr) ?? null,
        behind,
        baseMoves: green === 0 ? null : await measure.landingsSince(tip, green),
        conflictsWith: partnersOf(pr, conflicts),
        duplicateOf: duplicates.get(pr) ?? null,
        marks: marksOf(
          { title, body, issues, paths, lines, createdAt },
          { now, maxLines: policy.maxLines, maxFiles: policy.maxFiles, maxAgeMs: options.maxAgeMs },
        ),
        lanes: at.others,
        lane: at.own,
        needs: needsOf(body, pulls),
        isQueued: pull.queuePosition !== null,
        isOwn: isOwn(detail, head),
        priority: options.priority(pr),
      })
    }
    const byNumber = new Map(pulls.map(pull => [pull.number, pull]))
    return { tip, found, conflicts, policy, pulls: byNumber }
  }
}

/** What was not read yet is nobody's. */
const isOwn = (detail: PullDetails | undefined, head: string): boolean =>
  detail?.head === head && !detail.isFork

/** What nobody names is what the branch asks for. */
const withRequired = async (
  policy: GatePolicy,
  required: LookOptions['requiredChecks'],
): Promise<GatePolicy> =>
  policy.checks.length > 0 ? policy : { ...policy, checks: [...(await required())] }

function noteDirty(
  since: Map<number, number>,
  pr: number,
  paths: readonly string[],
  now: number,
): void {
  if (paths.length === 0) since.delete(pr)
  else if (!since.has(pr)) since.set(pr, now)
}

const partnersOf = (pr: number, conflicts: ReadonlySet<string>): number[] =>
  [...conflicts]
    .map(key => key.split(' ').map(Number))
    .filter(pair => pair.includes(pr))
    .flatMap(pair => pair.filter(other => other !== pr))
    .toSorted((a, b) => a - b)

/** A pull request may say what must land before it; only those that are still open hold it. */
function needsOf(body: string, pulls: readonly PrFact[]): number[] {
  const open = new Set(pulls.map(({ number }) => number))
  return [...body.matchAll(/^depends[- ]on:?\s+#(\d{1,9})\s*$/gim)]
    .map(([, number]) => Number(number))
    .filter(number => open.has(number))
}
