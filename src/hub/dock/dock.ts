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
import type { PullDetails } from '../../../adapters/github/details.ts'
import { newPace } from '../../../adapters/github/pace.ts'
import type { DockFact } from '../../../state/dock.ts'
import type { FactDraft } from '../../../state/facts.ts'
import { describe } from '../../engine/queue/describe.ts'
import { type Car, carKey, carsOf, type Line } from '../../engine/queue/line.ts'
import { inQueue } from '../../engine/queue/native.ts'
import { orderOf } from '../../engine/queue/order.ts'
import { candidatesOf, redIn, skippedIn, takenIn } from './boarding.ts'
import type { DockDeps } from './dock-deps.ts'
import { LookFailed } from './github-reads.ts'
import { lineFact } from './line-fact.ts'
import type { Hold } from './line-hold.ts'
import type { RepositoryLook } from './look.ts'
import { type Opened, openDock } from './open-dock.ts'
import { compareLanes, rebaseDirty, rebaseTrouble, withRebase } from './rebase-dirty.ts'
import type { PushedRebase } from './rebase-journal.ts'
import type { RedRuns } from './red-runs.ts'
import { sweepTrains } from './train-tests.ts'

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
  return {
    name: `dock:${repo.repo}`,
    periodMs: PERIOD_MS,
    watch: (poke, signal) => {
      const stop = deps.onPulls(() => poke('pulls'))
      signal.addEventListener('abort', stop, { once: true })
    },
    look: async (_, signal) => {
      const standing = pace.standing(deps.now())
      if (standing !== null) return standing
      try {
        opened ??= await openDock(deps)
        const look = await lookOnce(deps, opened, signal)
        pace.succeeded(deps.now())
        return opened.runner.trouble === null ? look : ((await mended()) ?? look)
      } catch (error) {
        const look = (await mended()) ?? faultOf(repo.repo, error)
        const waitMs = error instanceof LookFailed ? error.waitMs : null
        pace.failed({ look, scope: 'repository', waitMs }, deps.now())
        return look
      }
    },
  }
}

async function lookOnce(deps: DockDeps, opened: Opened, signal: AbortSignal): Promise<Look> {
  const { repo, now } = deps
  const { mirror, runner, native, titles } = opened
  const landings = deps.landings()
  const tested = opened.isByChecks ? underTest(runner.line) : []
  const [details, checks] = await Promise.all([deps.details(), deps.checks(tested), mirror.fetch()])
  // A line that finds none open would let its trains go.
  if (!(await deps.pullsRead(signal))) throw new LookFailed(unread(repo.repo))
  const at = now()
  const seen = await opened.look(deps.pulls(), details, at)
  opened.verdicts.see(seen.policy, details, checks)
  for (const [number, { title }] of seen.pulls) titles.set(number, title)
  const held = await compareLanes(opened.rebasing, details, seen.tip)
  const candidates = candidatesOf(seen).filter(({ pr }) => !held.has(pr))
  const order = orderOf(candidates, seen.conflicts, { now: at, starveMs: repo.starve })
  const backend = deps.backend()
  const mayBoard = order.map(({ candidate: { pr, head } }) => ({ pr, head }))
  const boarding = backend === 'look' ? 0 : mayBoard.length
  const hold = await holdOf(opened, { tip: seen.tip, base: repo.base, boarding })
  if (hold.kind === 'ours' || hold.kind === 'free')
    await moveAll(deps, opened, { seen, mayBoard, details, at })
  const frozen = hold.kind === 'theirs' ? elsewhere(hold) : deps.frozen()
  const standing = {
    repo: repo.repo,
    line: runner.line,
    order: order.map(({ candidate }) => candidate.pr),
    placed: opened.placed([...carsOf(runner.line), ...mayBoard].map(carKey), at),
    strategy: repo,
    pace: opened.meter.pace(),
    lacks: opened.verdicts.lacks,
    frozen: frozen?.reason ?? null,
  }
  const docks = seen.found.map((found): FactDraft => {
    const described = inQueue(describe(found, standing), native, standing.order)
    const value = withRebase(withRed(described, found, opened.reds), opened.rebasing)
    return { kind: 'dock', key: `${repo.repo}#${found.pr}`, at, value }
  })
  const drafts = [
    ...docks,
    ...(await opened.arrivals(seen.tip, landings, at)),
    lineFact(
      { ...opened, repo, backend, tip: seen.tip, waiting: standing.order.length },
      { frozen, wouldHaveLanded: repo.lands ? 0 : opened.soaked(seen.found), now: now() },
    ),
  ]
  const trouble = hold.kind === 'unknown' ? hold.why : troubleOf(opened)
  if (trouble === null) return sawAll(drafts)
  return sawAllBut(drafts, `${repo.repo}: ${trouble}`, 'it is tried again by itself')
}

/** Commits of trains that are being tested. */
const underTest = ({ trains }: Line): string[] =>
  trains.flatMap(({ stage }) => (stage.kind === 'testing' ? [stage.commit] : []))

type Holding = Hold | { kind: 'unknown'; why: string }

/** A red one says which run it was, and whether that is tried again. */
function withRed(fact: DockFact, found: Car, { told }: RedRuns): DockFact {
  const why = told.get(carKey(found))?.why
  const isHeld = fact.state === 'held' && fact.blocking !== null
  return isHeld && why !== undefined ? { ...fact, blocking: `${fact.blocking}; ${why}` } : fact
}

/** Whether this console may move the line; while that is not known, it may not. */
async function holdOf(
  { hold, mirror, runner, native }: Opened,
  { tip, base, boarding }: { tip: string; base: string; boarding: number },
): Promise<Holding> {
  try {
    const holding = await hold.ask(tip, boarding > 0 || !runner.isIdle || !native.isEmpty)
    const isNew = holding.kind === 'ours' && holding.isNew
    if (isNew) await sweepTrains(mirror, base, runner.line.trains)
    return holding
  } catch (error) {
    return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) }
  }
}

const elsewhere = ({ by, since }: Hold & { kind: 'theirs' }) => ({
  by,
  reason: 'another console moves this line',
  at: since,
})

interface ToMove {
  seen: RepositoryLook
  mayBoard: readonly Car[]
  details: readonly PullDetails[]
  at: number
}

/** Trains, GitHub's own queue, rebases, and words to who is passed by, one after the other. */
async function moveAll(
  deps: DockDeps,
  { runner, native, rebasing, reds, skips }: Opened,
  { seen, mayBoard, details, at }: ToMove,
): Promise<void> {
  const { repo } = deps
  const { conflicts } = seen
  const frozen = deps.frozen()
  const backend = deps.backend()
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
  await reds.tick(redIn(deps, seen, rebasing.rebaser?.pushed ?? NONE))
  await rebaseDirty(rebasing, {
    ...deps,
    seen,
    open: details,
    line: runner.line,
    boarding: mayBoard.map(({ pr }) => pr),
    taken: takenIn(deps, seen),
    red: reds.told,
    refusal: runner.refusal,
    at,
  })
  await skips.tick(skippedIn(deps, seen, reds.told))
}

const NONE: ReadonlyMap<number, PushedRebase> = new Map()

const troubleOf = ({ runner, native, rebasing, reds, skips }: Opened): string | null =>
  runner.trouble ?? native.trouble ?? rebaseTrouble(rebasing) ?? reds.trouble ?? skips.trouble

const unread = (repo: string): Look =>
  failed(
    'absent',
    `${repo}: its open pull requests have not been read`,
    'name it in github.repos of the profile, and mend what github tells',
  )

const faultOf = (repo: string, error: unknown): Look => {
  if (error instanceof LookFailed) return error.look
  const message = error instanceof Error ? error.message : String(error)
  const mend = 'check the remote and the tokens of dock and github in the profile'
  return failed('error', `${repo}: ${message}`, mend)
}
