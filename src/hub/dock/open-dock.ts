/** What a dock works with once its mirror is there: its look, its line, and what else moves at it. */
import type { Mirror } from '../../../adapters/git/mirror.ts'
import { newArrivals } from './arrivals.ts'
import type { DockDeps } from './dock-deps.ts'
import { gitWorld } from './git-world.ts'
import { type LineHold, newLineHold } from './line-hold.ts'
import { subjectOf } from './line-journal.ts'
import { type LineRunner, newLineRunner } from './line-runner.ts'
import { newRepositoryLook } from './look.ts'
import { type NativeRunner, newNativeRunner } from './native-runner.ts'
import { metered, newPaceMeter } from './pace-meter.ts'
import { openRebasing, type Rebasing } from './rebase-dirty.ts'
import { newRedRuns, type RedRuns } from './red-runs.ts'
import { newSince, type Since } from './since.ts'
import { newSkipTeller, type SkipTeller } from './skip-teller.ts'
import { newSoakCount } from './soak-count.ts'
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
  skips: SkipTeller
  reds: RedRuns
}

/** Rejects as the mirror does. */
export async function openDock(deps: DockDeps): Promise<Opened> {
  const { repo } = deps
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
  const hold = newLineHold({
    mirror,
    journal: deps.journal,
    subject: `${subject} hold`,
    base: repo.base,
    author: deps.author,
    name: deps.console,
    now: deps.now,
  })
  const kept = {
    placed: newSince(),
    staged: newSince(),
    skips: newSkipTeller({
      journal: deps.journal,
      subject: `${subject} skips`,
      tell: deps.tellSkipped,
      now: deps.now,
    }),
    reds: newRedRuns({
      journal: deps.journal,
      line: subject,
      retries: repo.retries,
      most: repo.depth,
      acts: deps.queueActs,
      now: deps.now,
    }),
    soaked: newSoakCount(deps.journal, subject, deps.now),
  }
  return {
    mirror,
    look,
    runner,
    native,
    hold,
    rebasing,
    meter,
    titles,
    arrivals,
    verdicts,
    ...kept,
  }
}
