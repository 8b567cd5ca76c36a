/** The practice factory: a small real one, in one directory, that needs only git. */
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { installAgents } from './agent/install.ts'
import { makeDirectory, removeDirectory } from './directory.ts'
import { practiceBoxes } from './engine/practice-boxes.ts'
import { startEngine } from './engine/server.ts'
import { gitWith } from './git/git.ts'
import { openRepository } from './git/repository.ts'
import { modelOf, type RepositoryModel } from './github/model.ts'
import { type GithubServer, startGithub } from './github/server.ts'
import { makeRepository } from './history/fast-import.ts'
import { planRepositories, type RepositoryPlan } from './history/plan.ts'
import { GIT_CONFIG, hostEnvironment } from './host-environment.ts'
import { layItems } from './items.ts'
import { installEngines } from './lanes/lane-process.ts'
import { metronome, ownPace } from './lanes/pace.ts'
import { type Seats, takeSeats } from './lanes/seats.ts'
import { layLauncher } from './launcher.ts'
import { type Layout, layoutOf } from './layout.ts'
import { layLocks } from './locks.ts'
import { startMarshal } from './marshal.ts'
import { DOCK_ACCOUNT, LANE_ACCOUNT } from './names.ts'
import { identify } from './process-identity.ts'
import { seeded } from './random.ts'
import type { ReadyFile } from './ready.ts'
import { startSpine } from './spine/spine.ts'
import { NONE, type SshCounters } from './ssh/counters.ts'
import { HOST_ALIAS, HOST_USER, makeKeys, writeSshConfig } from './ssh/keys.ts'
import { type SshServer, startSsh } from './ssh/server.ts'
import { capture, layTranscripts } from './transcripts.ts'
import { writeWhole } from './write-whole.ts'

export interface FactoryOptions {
  /** Absent or empty. */
  dir: string
  seed: string
  /** How many times faster than life. */
  speed: number
  lanes: number
  /** Log lines a second over all lanes; null lets each lane go its own pace. */
  rate: number | null
  /** The built program's entry file, which launched agents run; null leaves them out. */
  program: string | null
}

export interface Factory {
  readonly layout: Layout
  readonly ready: ReadyFile
  readonly ssh: SshServer
  readonly github: GithubServer
  readonly lanes: Pick<Seats, 'processes'>
  /** Ends everything that it started. The directory stays: see removeDirectory. */
  stop(): Promise<void>
}

/** Share of ended lanes whose session file is captured. */
const CAPTURED = 0.8

/** How long a run of the checks takes, in ms of life: a newcomer sees the first train land. */
const CI_TAKES = 30_000
/** Share of runs that are red for no reason. */
const FLAKY = 0.05

/** How long counters may lag behind in their file, in ms. */
const COUNTERS_EVERY = 50

/** Resolves once everything serves. Rejects, with nothing left, when a part cannot start. */
export async function startFactory(options: FactoryOptions): Promise<Factory> {
  const layout = layoutOf(options.dir)
  await makeDirectory(layout)
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    // The last that was started is the first to end, and each has its turn whatever befell another.
    const faults: unknown[] = []
    for (const one of stops.splice(0).toReversed()) {
      await one().catch((error: unknown) => faults.push(error))
    }
    if (faults.length > 0) throw new AggregateError(faults, `${layout.dir} did not stop cleanly`)
  }
  try {
    return await assemble(layout, options, stops, stop)
  } catch (error) {
    await stop()
    await removeDirectory(layout)
    throw error
  }
}

async function assemble(
  layout: Layout,
  { seed, speed, lanes, rate, program }: FactoryOptions,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Factory> {
  const random = seeded(seed)
  const now = Date.now
  const startedAt = now()
  const env: Record<string, string> = {
    ...hostEnvironment(layout, process.env),
    PRACTICE_PAUSE: (4 / speed).toFixed(2),
  }
  const git = gitWith(env)
  const { trouble, keep } = notes(layout)
  const token = randomBytes(20).toString('hex')
  const mergeToken = randomBytes(20).toString('hex')
  await Promise.all([
    writeFile(join(layout.home, '.gitconfig'), GIT_CONFIG),
    writeFile(layout.token, `${token}\n`, { mode: 0o600 }),
    writeFile(layout.mergeToken, `${mergeToken}\n`, { mode: 0o600 }),
    installEngines(layout.bin),
    layLauncher(layout.home),
    program === null ? null : installAgents(layout, program, speed),
  ])

  const flakes = random.fork('flakes')
  const ci = { takes: CI_TAKES, flake: () => flakes.chance(FLAKY) }
  const makeModel = async (plan: RepositoryPlan): Promise<RepositoryModel> => {
    const dir = join(layout.origins, plan.owner, `${plan.name}.git`)
    const clone = join(layout.lanes.clones, plan.name)
    const marks = await makeRepository(git, plan, { dir, clone })
    return modelOf({ plan, marks, git: openRepository(git, dir), now, speed, ci })
  }
  const keys = await makeKeys(layout)
  const [repositories, ssh] = await Promise.all([
    Promise.all(planRepositories(random.fork('repositories')).map(makeModel)),
    startSsh(
      keys,
      { env, cwd: layout.home },
      countersTo(text => keep(layout.counters, text), stops),
    ),
    layTranscripts(layout, random.fork('transcripts'), startedAt),
    layItems(layout),
  ])
  stops.push(() => ssh.close())
  await writeSshConfig(layout, keys, ssh.port)

  const spine = await startSpine({ layout, random: random.fork('spine'), now, speed, trouble })
  stops.push(() => spine.stop())
  const tokens = [{ token: mergeToken, login: DOCK_ACCOUNT, role: 'merge' }] as const
  const github = await startGithub({ repositories, token, tokens, now })
  stops.push(() => github.close())
  await layLocks(layout.home, repositories, startedAt)
  const boxes = practiceBoxes(now, [layout.agents, env['PATH'] ?? ''].join(delimiter))
  const boxEngine = await startEngine({ ...boxes, socket: layout.engine, now })
  stops.push(() => boxEngine.close())
  const marshal = startMarshal({
    repositories,
    random: random.fork('marshal'),
    now,
    speed,
    log: join(layout.logs, 'marshal.log'),
    trouble,
  })
  stops.push(() => marshal.stop())

  const capturing = random.fork('capture')
  const seats = takeSeats({
    count: lanes,
    random: random.fork('lanes'),
    layout,
    env,
    git,
    speed,
    now,
    trouble,
    pace: signal => (rate === null ? ownPace(speed, signal) : metronome(rate, speed, signal)),
    clones: repositories.map(({ name }) => ({
      repository: name,
      dir: join(layout.lanes.clones, name),
    })),
    openPull: async (repository, branch, title) => {
      const model = repositories.find(({ name }) => name === repository)
      await model?.open({ title, author: LANE_ACCOUNT, branch })
    },
    began: (name, pid) => boxes.lane(name, pid),
    // Capture runs behind the lanes: now and then it misses one.
    ended: async ({ engine, session }) => {
      if (capturing.chance(CAPTURED)) await capture(layout, engine, session)
    },
    changed: processes => keep(layout.processes, processes),
  })
  stops.push(() => seats.stop())

  const ready: ReadyFile = {
    ...(identify(process.pid) ?? { pid: process.pid, start: '' }),
    startedAt,
    dir: layout.dir,
    seed,
    speed,
    lanes,
    rate,
    repositories: repositories.map(({ name }) => name),
    ssh: { host: HOST_ALIAS, port: ssh.port, user: HOST_USER, config: layout.sshConfig },
    github: { url: github.url, tokenFile: layout.token },
  }
  writeWhole(layout.ready, `${JSON.stringify(ready, null, 2)}\n`)
  return { layout, ready, ssh, github, lanes: seats, stop }
}

/** The factory's own files. With its directory gone there is nowhere to tell, and it ends soon. */
function notes(layout: Layout) {
  const unlessGone = (write: () => void) => {
    try {
      write()
    } catch (error) {
      if (existsSync(layout.marker)) throw error
    }
  }
  return {
    trouble: (text: string) =>
      unlessGone(() => appendFileSync(layout.log, `${new Date().toISOString()} ${text}\n`)),
    keep: (path: string, value: unknown) =>
      unlessGone(() => writeWhole(path, `${JSON.stringify(value)}\n`)),
  }
}

/** Many steps of the counters at once are written once. */
function countersTo(
  write: (counters: SshCounters) => void,
  stops: (() => Promise<void>)[],
): (counters: SshCounters) => void {
  let latest: SshCounters | null = { ...NONE }
  const flush = () => {
    if (latest) write(latest)
    latest = null
  }
  const timer = setInterval(flush, COUNTERS_EVERY)
  stops.push(async () => {
    clearInterval(timer)
    flush()
  })
  return counters => {
    latest = counters
  }
}
