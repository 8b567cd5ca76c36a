/** Drains the dock of the seeds by the hub's own collectors, until nothing moves any more. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Strategy } from '../../../../src/engine/queue/line.ts'
import type { Repository } from '../../../../src/practice/git/repository.ts'
import { seeded } from '../../../../src/practice/random.ts'
import type { DockRepo } from '../../../../state/config.ts'
import type { JournalRow } from '../../../../state/journal-entry.ts'
import { dockHub, OPEN_GATE } from '../../practice-github/parts/dock-hub.ts'
import { type DockServer, MINUTE, serverOf } from '../../practice-github/parts/dock-server.ts'
import { type Hunk, hunksOf, lostAt } from './hunks.ts'
import { LANE_TOKEN, seedLanes } from './seed-lanes.ts'
import { type SeedPull, seedsDock } from './seeds-dock.ts'

export interface SeedsDrain {
  readonly strategy: Strategy
  readonly rebase: DockRepo['rebase']
  /** Whether what no rule rebases is given to lanes; else a person is asked. */
  readonly lanes?: boolean
  /** There are as many runners. */
  readonly runners: number
  readonly red: ReadonlySet<number>
  /** The dock's first ones; else all thirty. */
  readonly count?: number
  /** Share of runs that are red for no reason. */
  readonly flaky: number
  /** Directory for all of it; the caller removes it. */
  readonly dir: string
}

export interface LeftPull extends SeedPull {
  /** Why it has not landed, as the dock tells it; null when it does not. */
  readonly blocking: string | null
  /** What is said on it, and what is asked of a person about it. */
  readonly told: readonly string[]
}

export interface SeedsDrained {
  /** In the time of one run. */
  readonly time: number
  /** Of trains, and of the branches of pull requests. */
  readonly runs: { readonly trains: number; readonly pulls: number }
  readonly landed: readonly SeedPull[]
  readonly left: readonly LeftPull[]
  /** Hunks of what landed that the branch does not hold, and how many there were. */
  readonly lost: readonly Hunk[]
  readonly hunks: number
  /** Commits of the branch, by first parents, and what its own check says of those it refuses. */
  readonly commits: number
  readonly red: readonly string[]
}

const RUN_MS = 6 * MINUTE
const SPEED = 40
const CHECKS_MAX_AGE_HOURS = 1_000
/** Looks in which nothing moves: then nothing will. */
const STILL = 3
const MOST_LOOKS = 400

export async function drainSeeds(how: SeedsDrain): Promise<SeedsDrained> {
  const { strategy, rebase, lanes = false, runners, red, count, flaky, dir } = how
  const { plan, pulls } = seedsDock(red, count)
  const flakes = seeded('flakes')
  const check = checkIn(join(dir, 'checks'))
  const ci = {
    runners,
    takes: SPEED * RUN_MS,
    isRed: async (git: Repository, commit: string) => check(git.dir, commit) !== null,
    flake: () => flakes.chance(flaky),
  }
  const tokens = [{ token: LANE_TOKEN, login: 'lanes', role: 'merge' as const }]
  const dock = await serverOf(plan, { dir, ci, tokens })
  const began = dock.clock.now
  const before = headsOf(dock)
  const tip = dock.git('rev-parse', 'main')
  const fork = dock.git('merge-base', 'main', before.get(1) ?? '')
  const gate = { ...OPEN_GATE, checksMaxAgeHours: CHECKS_MAX_AGE_HOURS }
  const { launch, idle } = seedLanes(dock)
  const rebaseLane = lanes ? { engine: 'codex' as const } : undefined
  const hub = dockHub(dock, { ...strategy, rebase, rebaseLane, gate }, { works: () => [], launch })
  try {
    let [still, moved, last] = [0, began, '']
    for (let look = 0; still < STILL; look += 1) {
      if (look === MOST_LOOKS) throw new Error(`the dock still moves after ${look} looks`)
      const { message } = await hub.turn()
      if (message !== null) throw new Error(`the dock met trouble: ${message}`)
      await idle()
      const now = JSON.stringify([dock.git('for-each-ref', 'refs/heads'), dock.model.ci.depth()])
      const isBusy = dock.model.ci.runners().some(({ busy }) => busy !== null)
      still = now === last && !isBusy ? still + 1 : 0
      if (still === 0) moved = dock.clock.now
      last = now
      dock.pass(RUN_MS)
    }
    const open = new Map(
      dock.model.pulls().flatMap(one => (one.landed === null ? [[one.number, one] as const] : [])),
    )
    const landed = pulls.filter(({ number }) => !open.has(number))
    const brought = [
      ...hunksOf(dock.git, fork, tip),
      ...landed.flatMap(({ number }) => hunksOf(dock.git, fork, before.get(number) ?? '')),
    ]
    const commits = dock.git('log', '--first-parent', '--format=%H', 'main').split('\n')
    const trains = runsOf(dock).filter(({ branch }) => branch.startsWith('dockmaster/'))
    return {
      time: (moved - began) / RUN_MS,
      runs: { trains: trains.length, pulls: runsOf(dock).length - trains.length },
      landed,
      left: pulls.flatMap(pull => {
        const found = open.get(pull.number)
        if (found === undefined) return []
        const fact = hub.facts.value('dock', `acme/app#${pull.number}`)
        const asked = hub.journal
          .unsettled('decision')
          .filter(({ subject }) => subject === `acme/app#${pull.number}`)
        const told = [...found.comments.map(({ body }) => body), ...asked.map(wordsOf)]
        return [{ ...pull, blocking: fact?.blocking ?? null, told }]
      }),
      lost: lostAt(dock.git, 'main', brought),
      hunks: brought.length,
      commits: commits.length,
      red: commits.flatMap(commit => check(dock.model.git.dir, commit) ?? []),
    }
  } finally {
    hub.close()
    await dock.close()
  }
}

const wordsOf = ({ text, data }: JournalRow): string => `${text} ${JSON.stringify(data)}`

const runsOf = ({ model }: DockServer) => model.ci.runs().filter(({ runner }) => runner !== null)

/** Heads of pull requests as they are, by number. */
const headsOf = ({ model }: DockServer): Map<number, string> =>
  new Map(model.pulls().map(({ number, headSha }) => [number, headSha]))

/** Runs the repository's own check on a commit: what it says against it, or null. */
function checkIn(dir: string) {
  const known = new Map<string, string | null>()
  return (repository: string, commit: string): string | null => {
    const said = known.get(commit)
    if (said !== undefined) return said
    const tree = join(dir, commit)
    mkdirSync(tree, { recursive: true })
    const tar = execFileSync('git', ['-C', repository, 'archive', commit])
    execFileSync('tar', ['-xm', '-C', tree], { input: tar })
    const { status, stdout, stderr } = spawnSync('./check.sh', { cwd: tree, encoding: 'utf8' })
    const found = status === 0 ? null : `${commit} ends with ${status}: ${stdout}${stderr}`
    known.set(commit, found)
    return found
  }
}
