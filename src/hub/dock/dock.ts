/**
 * The dock of one repository: looks at what is open, lets the line move, and tells both. It is a
 * collector like any other, so one that stops or hangs is red by itself.
 */
import {
  type Collector,
  failed,
  type Look,
  sawAll,
  sawAllBut,
} from '../../../adapters/collector.ts'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { GithubActs } from '../../../adapters/github/acts.ts'
import type { CheckState, PullDetails } from '../../../adapters/github/details.ts'
import { newPace } from '../../../adapters/github/pace.ts'
import type { FactDraft, LandingFact } from '../../../state/facts.ts'
import { describe } from '../../engine/queue/describe.ts'
import { carKey, carsOf } from '../../engine/queue/line.ts'
import { inQueue } from '../../engine/queue/native.ts'
import { orderOf } from '../../engine/queue/order.ts'
import type { Skip } from '../../engine/queue/skips.ts'
import { newArrivals } from './arrivals.ts'
import { candidatesOf, skippedIn, takenIn } from './boarding.ts'
import { gitWorld } from './git-world.ts'
import { LookFailed } from './github-reads.ts'
import type { LaneWork } from './lane-work.ts'
import { lineFact } from './line-fact.ts'
import { subjectOf } from './line-journal.ts'
import { type LineRunner, newLineRunner } from './line-runner.ts'
import { newRepositoryLook } from './look.ts'
import { type NativeRunner, newNativeRunner } from './native-runner.ts'
import { metered, newPaceMeter } from './pace-meter.ts'
import {
  compareLanes,
  openRebasing,
  type RebaseDeps,
  type Rebasing,
  rebaseDirty,
  rebaseTrouble,
  withRebase,
} from './rebase-dirty.ts'
import { newSince, type Since } from './since.ts'
import { newSkipTeller, type SkipTeller } from './skip-teller.ts'
import { newSoakCount } from './soak-count.ts'
import { branchTests, type TrainTests } from './train-tests.ts'
import { newTrainVerdicts, type TrainVerdicts } from './train-verdicts.ts'

export interface DockDeps extends RebaseDeps {
  /** Repositories where something may land at all. */
  allowed: readonly string[]
  /** Acts on GitHub's own queue; rejects with TokenFault. */
  queueActs(): Promise<GithubActs>
  mirror(): Promise<Mirror>
  /** What has landed of late, as GitHub last told. */
  landings(): readonly LandingFact[]
  /** What live lanes of the repository work on; null: the host has not told. */
  works(): readonly LaneWork[] | null
  details(): Promise<PullDetails[]>
  /** Names of the checks that the branch itself asks for. */
  requiredChecks(): Promise<readonly string[]>
  /** Checks of one commit; null when they cannot be read. */
  checks(commit: string): Promise<CheckState[] | null>
  /** How trains that are built in that mirror are tested; null: by checks on a branch of ours. */
  boxTests(mirror: Mirror): TrainTests | null
  /** Null, or why it cannot be told; rejects while that is not known. */
  tellEjected(pr: number, head: string, why: string): Promise<string | null>
  /** So too: why it is passed by, once for each head. */
  tellSkipped(skip: Skip): Promise<string | null>
  /** Takes a mirror away that is damaged: what was wrong, null when nothing is. */
  mend(): Promise<string | null>
  /** What an operator said of a pull request: higher boards first. */
  priority(number: number): number
  /** Calls back when pull requests changed; returns what ends it. */
  onPulls(tell: () => void): () => void
  /** Freezes the line until somebody lets it go on. Throws JournalFault. */
  freeze(reason: string): void
  /** Now, by GitHub's clock. */
  githubNow(): number
}

/** Between two looks while trains are under way; pull requests that change cut it short. */
const PERIOD_MS = 10_000
const MEND_MS = 10 * 60_000

export function dockCollector(deps: DockDeps): Collector {
  const { repo } = deps
  let opened: Opened | null = null
  let mendedAt = Number.NEGATIVE_INFINITY
  const pace = newPace(PERIOD_MS)
  /** A failure may be the mirror's; to know takes long, so it is looked at seldom. */
  const mended = async (): Promise<Look | null> => {
    if (deps.now() - mendedAt < MEND_MS) return null
    mendedAt = deps.now()
    const damage = await deps.mend()
    if (damage === null) return null
    opened = null
    const message = `${repo.repo}: its mirror was damaged: ${damage}`
    return failed('error', message, 'nothing to do: it is fetched anew')
  }
  const open = async (): Promise<Opened> => {
    const mirror = await deps.mirror()
    const look = newRepositoryLook(mirror, {
      repo: repo.repo,
      base: repo.base,
      allowed: deps.allowed,
      isOptedIn: repo.lands,
      gate: repo.gate,
      maxAgeMs: repo.old,
      works: deps.works,
      priority: deps.priority,
      requiredChecks: deps.requiredChecks,
      githubNow: deps.githubNow,
    })
    const meter = newPaceMeter(deps.now)
    const titles = new Map<number, string>()
    const verdicts = newTrainVerdicts(deps.checks)
    const { base } = repo
    const tests = deps.boxTests(mirror) ?? branchTests({ mirror, base, verdict: verdicts.of })
    const world = gitWorld({
      mirror,
      base,
      author: deps.author,
      titles: () => titles,
      tests: metered(tests, meter),
      tellEjected: ({ pr, head }, why) => deps.tellEjected(pr, head, why),
    })
    const runner = newLineRunner({
      journal: deps.journal,
      subject: subjectOf(repo.repo, repo.base),
      strategy: repo,
      world,
      now: deps.now,
    })
    const native = newNativeRunner({
      journal: deps.journal,
      subject: `${subjectOf(repo.repo, repo.base)} native`,
      base: repo.base,
      retries: repo.retries,
      acts: deps.queueActs,
      tellEjected: ({ pr, head }, why) => deps.tellEjected(pr, head, why),
      now: deps.now,
    })
    const subject = subjectOf(repo.repo, repo.base)
    const arrivals = newArrivals({ mirror, journal: deps.journal, subject })
    const rebasing = openRebasing(deps, mirror)
    const kept = {
      placed: newSince(),
      staged: newSince(),
      skips: newSkipTeller({
        journal: deps.journal,
        subject: `${subject} skips`,
        tell: deps.tellSkipped,
        now: deps.now,
      }),
      soaked: newSoakCount(deps.journal, subject, deps.now),
    }
    return { mirror, look, runner, native, rebasing, meter, titles, arrivals, verdicts, ...kept }
  }

  return {
    name: `dock:${repo.repo}`,
    periodMs: PERIOD_MS,
    watch: (poke, signal) => {
      const stop = deps.onPulls(() => poke('pulls'))
      signal.addEventListener('abort', stop, { once: true })
    },
    look: async () => {
      const standing = pace.standing(deps.now())
      if (standing !== null) return standing
      try {
        opened ??= await open()
        const look = await lookOnce(deps, opened)
        pace.succeeded(deps.now())
        return opened.runner.trouble === null ? look : ((await mended()) ?? look)
      } catch (error) {
        const look = (await mended()) ?? faultOf(repo.repo, error)
        pace.failed({ look, scope: 'repository', waitMs: null }, deps.now())
        return look
      }
    },
  }
}

interface Opened {
  mirror: Mirror
  look: ReturnType<typeof newRepositoryLook>
  runner: LineRunner
  native: NativeRunner
  rebasing: Rebasing
  meter: ReturnType<typeof newPaceMeter>
  titles: Map<number, string>
  arrivals: ReturnType<typeof newArrivals>
  /** Since when cars have a place, and trains their stage. */
  placed: Since
  staged: Since
  soaked: ReturnType<typeof newSoakCount>
  verdicts: TrainVerdicts
  skips: SkipTeller
}

async function lookOnce(deps: DockDeps, opened: Opened): Promise<Look> {
  const { repo, now } = deps
  const { mirror, runner, native, titles } = opened
  const landings = deps.landings()
  const [details] = await Promise.all([deps.details(), mirror.fetch()])
  const at = now()
  const seen = await opened.look(deps.pulls(), details, at)
  opened.verdicts.see(seen.policy, details)
  for (const [number, { title }] of seen.pulls) titles.set(number, title)
  const held = await compareLanes(opened.rebasing, details, seen.tip)
  const candidates = candidatesOf(seen).filter(({ pr }) => !held.has(pr))
  const order = orderOf(candidates, seen.conflicts, { now: at, starveMs: repo.starve })
  const frozen = deps.frozen()
  const backend = deps.backend()
  const mayBoard = order.map(({ candidate: { pr, head } }) => ({ pr, head }))
  const { conflicts } = seen
  // Two never hold one pull request: what the other one has comes out before this one begins.
  const isOfTrain = backend === 'train' && native.isEmpty
  if (backend === 'train' || runner.line.trains.length > 0) {
    const taken = takenIn(deps, seen)
    const boarding = isOfTrain ? mayBoard.filter(({ pr }) => !taken.has(pr)) : []
    const isFrozen = frozen !== null || !isOfTrain
    await runner.tick({ kind: 'seen', tip: seen.tip, mayBoard: boarding, conflicts, isFrozen })
    if (runner.refusal !== null && frozen === null) {
      deps.freeze(`a landing was refused: ${runner.refusal}`)
      runner.goOn()
    }
  }
  const isOfQueue = backend === 'native' && runner.line.trains.length === 0
  if (backend === 'native' || !native.isEmpty) {
    await native.tick({
      mayBoard,
      held: new Map(seen.found.map(({ pr, gate }) => [pr, gate.held ?? 'the line holds it'])),
      conflicts,
      frozen: isOfQueue ? (frozen?.reason ?? null) : `${repo.repo} lands by ${backend}`,
    })
  }
  await rebaseDirty(opened.rebasing, {
    ...deps,
    seen,
    open: details,
    line: runner.line,
    boarding: mayBoard.map(({ pr }) => pr),
    taken: takenIn(deps, seen),
    refusal: runner.refusal,
    at,
  })
  await opened.skips.tick(skippedIn(deps, seen))
  const standing = {
    repo: repo.repo,
    line: runner.line,
    order: order.map(({ candidate }) => candidate.pr),
    placed: opened.placed([...carsOf(runner.line), ...mayBoard].map(carKey), at),
    strategy: repo,
    pace: opened.meter.pace(),
    lacks: opened.verdicts.lacks,
    frozen: deps.frozen()?.reason ?? null,
  }
  const docks = seen.found.map((found): FactDraft => {
    const described = inQueue(describe(found, standing), native, standing.order)
    const value = withRebase(described, opened.rebasing)
    return { kind: 'dock', key: `${repo.repo}#${found.pr}`, at, value }
  })
  const drafts = [
    ...docks,
    ...(await opened.arrivals(seen.tip, landings, at)),
    lineFact(
      { ...opened, repo, backend, tip: seen.tip, waiting: standing.order.length },
      {
        frozen: deps.frozen(),
        wouldHaveLanded: repo.lands ? 0 : opened.soaked(seen.found),
        now: now(),
      },
    ),
  ]
  const trouble = troubleOf(opened)
  if (trouble === null) return sawAll(drafts)
  return sawAllBut(drafts, `${repo.repo}: ${trouble}`, 'it is tried again by itself')
}

const troubleOf = ({ runner, native, rebasing, skips }: Opened): string | null =>
  runner.trouble ?? native.trouble ?? rebaseTrouble(rebasing) ?? skips.trouble

const faultOf = (repo: string, error: unknown): Look => {
  if (error instanceof LookFailed) return error.look
  const message = error instanceof Error ? error.message : String(error)
  const mend = 'check the remote and the tokens of dock and github in the profile'
  return failed('error', `${repo}: ${message}`, mend)
}
