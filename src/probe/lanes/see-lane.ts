/** All that is looked for once a lane has ended: its work, its report, its claims, work of others. */
import { isAbsolute } from 'node:path'
import type { RunCommand } from '../../../adapters/command.ts'
import type { WorkSeen } from '../../../adapters/lane-judge.ts'
import { type ClaimFact, claimKey } from '../../../state/claim.ts'
import type { Evidence, Instant, ReportSeen } from '../../../state/facts.ts'
import { type Claimed, claimsIn } from '../../lanes/claims.ts'
import { type CheckContext, checkClaim } from './claim-checks.ts'
import { seeWork, type WorkPlace } from './evidence.ts'
import { gitIn } from './git.ts'
import { type Launched, launchedOf } from './launched.ts'
import { type Report, reportEvidence, seeReport } from './report.ts'
import { type Stranger, strangersIn } from './strangers.ts'

export interface LaneSeen {
  work: WorkSeen
  /** What there is whatever git says. */
  evidence: readonly Evidence[]
  report: ReportSeen | null
  claims: readonly ClaimFact[]
  strangers: readonly Stranger[]
}

export async function seeLane(
  lane: string,
  place: WorkPlace,
  { run, now }: { run: RunCommand; now: Instant },
): Promise<LaneSeen> {
  const { cwd } = place
  const launched = await launchedOf(place.log)
  const report = await reportOf(place, launched)
  const proof = report === null ? [] : reportEvidence(report)
  const git = gitIn(cwd !== null && isAbsolute(cwd) ? cwd : '/', run)
  const work = await seeWork(place, git, proof)
  const tree = launched?.tree ?? null
  const commits = work.kind === 'seen' ? work.evidence.filter(({ kind }) => kind === 'commit') : []
  const context = { git, place, branch: tree?.branch ?? null, newest: commits[0]?.ref ?? null }
  return {
    work,
    evidence: work.kind === 'seen' ? work.evidence : proof,
    report: report?.seen ?? null,
    claims: await seeClaims(lane, claimedBy(place, report, launched), context, now),
    strangers: tree === null ? [] : await strangersIn(git, tree.base, place.endedAt),
  }
}

const claimedBy = (
  place: WorkPlace,
  report: Report | null,
  launched: Launched | null,
): Claimed[] => [
  ...(launched?.checks ?? []).map(
    command => ({ origin: 'brief', text: command, check: 'command', subject: command }) as const,
  ),
  ...claimsIn(place.message ?? '', 'message'),
  ...claimsIn(report?.text ?? '', 'report'),
]

/** Each subject once, checked as far as reading goes. */
async function seeClaims(
  lane: string,
  found: readonly Claimed[],
  context: CheckContext,
  now: Instant,
): Promise<ClaimFact[]> {
  const claims = new Map<string, ClaimFact>()
  for (const claimed of found) {
    const key = claimKey({ lane, ...claimed })
    if (claims.has(key)) continue
    const verdict = await checkClaim(claimed, context)
    const checkedAt = verdict.state === 'unverified' ? null : now
    claims.set(key, { lane, ...claimed, ...verdict, madeAt: context.place.endedAt, checkedAt })
  }
  return [...claims.values()]
}

async function reportOf(place: WorkPlace, launched: Launched | null): Promise<Report | null> {
  const { cwd, startedAt, endedAt } = place
  const path = launched?.output ?? place.report
  if (path === null || cwd === null || !isAbsolute(cwd) || startedAt === null) return null
  return await seeReport(path, { cwd, startedAt, endedAt })
}
