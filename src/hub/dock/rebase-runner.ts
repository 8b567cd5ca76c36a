/**
 * Brings dirty pull requests onto their branch. What is made is checked before anything is pushed,
 * and is pushed only over the head that was read. Each step is journaled and looks at the world
 * first, so one that was cut off is simply done again.
 */
import { GitFault } from '../../../adapters/git/git.ts'
import { JournalFault } from '../../../state/journal/fault.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { type Ending, outcomeEntry } from '../../../state/journal/outcome.ts'
import { pathText } from '../../../state/tree-change.ts'
import { type Car, carKey } from '../../engine/queue/line.ts'
import { type Dirty, planRebases, type RebaseSeen } from '../../engine/rebase/plan.ts'
import type { Obstacle, Replayed, ReplayPlan } from '../../engine/rebase/replay.ts'
import {
  type OpenRebase,
  openRebases,
  type PushedRebase,
  pushedRebases,
  type RebaseOutcome,
  type RebaseStep,
  rebaseIntent,
  short,
  tellCheck,
} from './rebase-journal.ts'
import type { RebaseLanes } from './rebase-lanes.ts'
import type { RebaseQuestions, RebaseTopic } from './rebase-questions.ts'

/** Each may be asked again for what was done already, and then does nothing. */
export interface RebaseWorld {
  /** Makes and checks commits; moves nothing. */
  replay(plan: Omit<ReplayPlan, 'base'>): Promise<Replayed>
  /** Whether any of these paths differs between two commits. */
  isChanged(from: string, to: string, paths: readonly string[]): Promise<boolean>
  push(
    step: Pick<RebaseStep, 'branch' | 'head' | 'commit'>,
  ): Promise<{ kind: 'pushed' } | { kind: 'raced' | 'refused'; message: string }>
  tell(pr: number, commit: string, text: string): Promise<void>
}

export interface Rebaser {
  /** Number → its newest rebase that was pushed. */
  readonly pushed: ReadonlyMap<number, PushedRebase>
  /** Number → how far its rebase is, or why there is none. */
  readonly told: ReadonlyMap<number, string>
  /** Why the last look came to nothing; null when all went well. */
  readonly trouble: string | null
  tick(seen: RebaserSeen): Promise<void>
}

export interface RebaserSeen extends RebaseSeen {
  readonly tip: string
  /** Why nothing new begins; what was cut off is ended all the same. */
  readonly mayNotBegin: string | null
  /** Whether a pull request is still as it was when a person was asked about it. */
  stands(asked: Car & { topic: RebaseTopic }): boolean
}

export interface RebaserDeps {
  journal: Journal
  subject: string
  /** `propose` pushes what a person says yes to. */
  mode: 'propose' | 'push'
  questions: RebaseQuestions
  /** Who gets what no rule resolves; null: a person is asked. */
  lanes: RebaseLanes | null
  world: RebaseWorld
  now(): number
}

/** What came of one try. */
interface Tried {
  readonly kind: 'stuck' | 'proposed' | 'other'
  readonly tip: string
  readonly why: string
  /** What it is stuck over; paths as git has them. */
  readonly losses: readonly Obstacle[]
}

export function newRebaser(deps: RebaserDeps): Rebaser {
  const { journal, subject, mode, questions, lanes, world, now } = deps
  const pushed = pushedRebases(journal, subject)
  /** What came to nothing, by car: it is not tried again over what is the same. */
  const tried = new Map<string, Tried>()
  let told: ReadonlyMap<number, string> = new Map()
  let trouble: string | null = null

  /** What fails is told, and tried again with the next look; without a journal nothing goes on. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T | 'fault'> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof JournalFault) throw error
      trouble ??= `rebase: ${error instanceof Error ? error.message : String(error)}`
      return 'fault'
    }
  }

  const close = (
    open: OpenRebase,
    ending: Ending<RebaseOutcome>,
    next?: RebaseStep,
  ): OpenRebase | null => {
    const at = now()
    const entry = outcomeEntry(open.row, { ...ending, data: open.step }, at)
    // Together: a crash between them would leave a push that nobody was told of.
    const rows = journal.appendAll(next ? [entry, rebaseIntent(subject, next, at)] : [entry])
    const row = rows[1]
    return next && row ? { row, step: next } : null
  }

  const perform = async (open: OpenRebase): Promise<void> => {
    const { step } = open
    const { pr, head, commit } = step
    if (step.do === 'tell') {
      await world.tell(pr, commit, tellPull(step))
      close(open, { outcome: 'told', text: `told on #${pr}` })
      return
    }
    const came = await world.push(step)
    if (came.kind !== 'pushed') {
      const why = `not rebased: ${came.message}`
      tried.set(carKey({ pr, head }), { kind: 'other', tip: step.tip, why, losses: [] })
      close(open, { outcome: came.kind, text: `#${pr} is ${why}` })
      return
    }
    pushed.set(pr, { head, commit, at: now() })
    const text = `#${pr} is ${commit} on ${step.branch}, and was ${head}`
    const next = close(open, { outcome: 'pushed', text }, { ...step, do: 'tell' })
    if (next) await perform(next)
  }

  /** What git refuses of one pull request is its own matter, and holds up no other. */
  const replayed = async (plan: Omit<ReplayPlan, 'base'>) => {
    try {
      return await world.replay(plan)
    } catch (error) {
      if (!(error instanceof GitFault) || error.code === null) throw error
      return { kind: 'fault' as const, why: `not rebased: ${error.message}` }
    }
  }

  /** Why it came to nothing; null when it was pushed. */
  const attempt = async ({ pr, head, branch }: Dirty, tip: string): Promise<Tried | null> => {
    const at = now()
    const made = await replayed({ head, tip, branch, at })
    if (made.kind === 'fault') return { kind: 'other', tip, why: made.why, losses: [] }
    if (made.kind === 'stuck') {
      return { kind: 'stuck', tip, why: tellStuck(made.losses), losses: made.losses }
    }
    if (made.kind === 'empty') return { kind: 'other', tip, why: LANDED, losses: [] }
    const { kind: _kind, tree: _tree, ...rest } = made
    const bothKept = rest.bothKept.map(pathText)
    const step: RebaseStep = {
      act: 'dock.rebase',
      do: 'push',
      pr,
      head,
      tip,
      branch,
      ...rest,
      bothKept,
    }
    if (mode === 'propose' && !questions.isAllowed(step, 'push')) {
      return { kind: 'proposed', tip, why: `can be rebased: ${tellCheck(step)}`, losses: [] }
    }
    await perform({ row: journal.append(rebaseIntent(subject, step, at)), step })
    return tried.get(carKey({ pr, head })) ?? null
  }

  /** The look is older than the push; or somebody took that back, and meant it. */
  const rebasedFrom = ({ pr, head }: Car): string | null => {
    const done = pushed.get(pr)
    return done?.head === head ? `was rebased as ${done.commit.slice(0, 12)}` : null
  }

  /** What is known of a car and still true of this tip: why it is not tried now. */
  const whyNot = async (one: Dirty, tip: string): Promise<string | null> => {
    const lane = lanes?.inHand(one.pr)
    if (lane) return lane
    const known = tried.get(carKey(one))
    const isWanted = known?.kind === 'proposed' && questions.isAllowed(one, 'push')
    if (known === undefined || isWanted) return null
    if (known.tip === tip) return known.why
    const paths = pathsOf(known)
    const isSame = paths.length > 0 && !(await world.isChanged(known.tip, tip, paths))
    if (isSame) tried.set(carKey(one), { ...known, tip })
    else tried.delete(carKey(one))
    return isSame ? known.why : null
  }

  /** What no rule resolves goes to a lane, else to a person. */
  const handOver = async (car: Dirty, { tip, why, losses }: Tried) => {
    const obstacles = losses.map(one => ({ path: pathText(one.path), why: one.why }))
    const noLane = lanes === null ? '' : await lanes.take({ ...car, tip, obstacles })
    if (noLane === null) return
    const reasons = [why, noLane, `${short(car.head)} over ${short(tip)}; nothing was pushed`]
    questions.ask(car, 'stuck', reasons.filter(Boolean).join('; '))
  }

  const propose = (car: Car, { tip, why }: Tried) => {
    questions.ask(car, 'push', `${why}; ${short(car.head)} over ${short(tip)}; nothing was pushed`)
  }

  const turn = async (seen: RebaserSeen) => {
    for (const open of openRebases(journal, subject)) await guarded(() => perform(open))
    const { tip, mayNotBegin, dirty, stands } = seen
    const open = new Set(dirty.map(carKey))
    for (const key of tried.keys()) if (!open.has(key)) tried.delete(key)
    questions.keep(stands)
    const stuck = new Map<number, string>()
    for (const one of dirty) {
      const known = rebasedFrom(one) ?? mayNotBegin ?? (await whyNot(one, tip))
      if (known !== null) stuck.set(one.pr, known)
    }
    for (;;) {
      const done = dirty.filter(one => rebasedFrom(one) !== null).map(({ pr }) => pr)
      const ahead = [...seen.ahead, ...done]
      const underTest = seen.underTest + done.length
      const plan = planRebases({ ...seen, ahead, underTest }, stuck)
      told = plan.waits
      const [next] = plan.next
      if (next === undefined) break
      const came = await guarded(() => attempt(next, tip))
      if (came === 'fault') return
      if (came !== null) {
        tried.set(carKey(next), came)
        if (came.kind === 'proposed') propose(next, came)
      }
      stuck.set(next.pr, came?.why ?? rebasedFrom(next) ?? 'is tried again')
    }
    if (mayNotBegin !== null) return
    for (const one of dirty) {
      const known = tried.get(carKey(one))
      if (known?.kind === 'stuck') await guarded(() => handOver(one, known))
    }
  }

  return {
    pushed,
    get told() {
      return told
    },
    get trouble() {
      return trouble
    },
    tick: async seen => {
      trouble = null
      await guarded(() => turn(seen))
    },
  }
}

const LANDED = 'not rebased: all that it changes has landed: close it'
const SHOWN = 3

const pathsOf = ({ losses }: Pick<Tried, 'losses'>): string[] =>
  losses.flatMap(({ path }) => (path === '' ? [] : [path]))

function tellStuck(losses: readonly Obstacle[]): string {
  const some = losses
    .slice(0, SHOWN)
    .map(({ path, why }) => (path === '' ? why : `${pathText(path)}: ${why}`))
  const more = losses.length > SHOWN ? `, and ${losses.length - SHOWN} more` : ''
  return `not rebased: ${some.join('; ')}${more}`
}

const tellPull = (step: RebaseStep): string =>
  [
    `Brought onto ${step.tip.slice(0, 12)} by Dockmaster, because it conflicted with it: ${tellCheck(step)}.`,
    `The head before was ${step.head}; \`git push --force-with-lease origin ${step.head}:${step.branch}\` takes this back.`,
  ].join('\n\n')
