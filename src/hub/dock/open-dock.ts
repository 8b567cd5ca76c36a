/** What a dock works with once its mirror is there: its look, its line, and what else moves at it. */
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { Car, Train } from '../../engine/queue/line.ts'
import { newArrivals } from './arrivals.ts'
import type { DockDeps } from './dock-deps.ts'
import { gitWorld } from './git-world.ts'
import { type LineHold, newLineHold } from './line-hold.ts'
import { type LineRunner, newLineRunner } from './line-runner.ts'
import { newRepositoryLook } from './look.ts'
import { type NativeRunner, newNativeRunner } from './native-runner.ts'
import { metered, newPaceMeter } from './pace-meter.ts'
import { openRebasing, type Rebasing } from './rebase-dirty.ts'
import { newRedRuns, type RedRuns } from './red-runs.ts'
import { newSince, type Since } from './since.ts'
import { newSkipTeller, type SkipTeller } from './skip-teller.ts'
import { newSoakCount } from './soak-count.ts'
import { subjectsOf } from './subjects.ts'
import { branchTests } from './train-tests.ts'
import { newTrainVerdicts, type TrainVerdicts } from './train-verdicts.ts'

export interface Opened {
  mirror: Mirror
  look: ReturnType<typeof newRepositoryLook>
  runner: LineRunner
  native: NativeRunner
  hold: LineHold
  rebasing: Rebasing
  meter: ReturnType<typeof newPaceMeter>
  titles: Map<number, string>
  arrivals: ReturnType<typeof newArrivals>
  /** Since when cars have a place, and trains their stage. */
  placed: Since
  staged: Since
  soaked: ReturnType<typeof newSoakCount>
  verdicts: TrainVerdicts
  /** Trains are tested by checks on their branches, and not in boxes. */
  isByChecks: boolean
  skips: SkipTeller
  reds: RedRuns
}

/** Rejects as the mirror does. */
export async function openDock(deps: DockDeps): Promise<Opened> {
  const { repo, author, journal, now } = deps
  const { base, retries } = repo
  const subjects = subjectsOf(repo)
  const mirror = await deps.mirror()
  const meter = newPaceMeter(now)
  const titles = new Map<number, string>()
  const verdicts = newTrainVerdicts()
  const boxTests = deps.boxTests(mirror)
  const verdict = async (train: Train, commit: string) => verdicts.of(train, commit)
  const tests = boxTests ?? branchTests({ mirror, base, verdict })
  const tellEjected = ({ pr, head }: Car, why: string) => deps.tellEjected(pr, head, why)
  return {
    mirror,
    meter,
    titles,
    verdicts,
    isByChecks: boxTests === null,
    look: newRepositoryLook(mirror, {
      repo: repo.repo,
      base,
      allowed: deps.allowed,
      isOptedIn: repo.lands,
      gate: repo.gate,
      maxAgeMs: repo.old,
      works: deps.works,
      priority: deps.priority,
      requiredChecks: deps.requiredChecks,
      githubNow: deps.githubNow,
    }),
    runner: newLineRunner({
      journal,
      subject: subjects.line,
      strategy: repo,
      world: gitWorld({
        mirror,
        base,
        author,
        titles: () => titles,
        tests: metered(tests, meter),
        tellEjected,
      }),
      now,
    }),
    native: newNativeRunner({
      journal,
      subject: subjects.native,
      base,
      retries,
      acts: deps.queueActs,
      tellEjected,
      now,
    }),
    hold: newLineHold({
      mirror,
      journal,
      subject: subjects.hold,
      base,
      author,
      name: deps.console,
      now,
    }),
    rebasing: openRebasing(deps, mirror),
    arrivals: newArrivals({ mirror, journal, subject: subjects.line }),
    placed: newSince(),
    staged: newSince(),
    skips: newSkipTeller({ journal, subject: subjects.skips, tell: deps.tellSkipped, now }),
    reds: newRedRuns({
      journal,
      subject: subjects.reruns,
      retries,
      most: repo.depth,
      acts: deps.queueActs,
      now,
    }),
    soaked: newSoakCount(journal, subjects.soak, now),
  }
}
