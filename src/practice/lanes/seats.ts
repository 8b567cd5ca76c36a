/** The seats of the factory: each has a lane, and after it ended, after a while, another. */
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import PQueue from 'p-queue'
import type { Git } from '../git/git.ts'
import type { Layout } from '../layout.ts'
import { TOPICS, VERBS } from '../names.ts'
import { endGroup, signalGroup } from '../process-group.ts'
import { identify, type ProcessIdentity } from '../process-identity.ts'
import type { Random } from '../random.ts'
import type { LaneOrder } from './beat.ts'
import { characterOf, scriptOf, tempoOf } from './characters.ts'
import { branchOf, type LaneTraces, playLane } from './lane.ts'
import type { Pace } from './pace.ts'
import { threadIdOf, uuidOf } from './session-file.ts'

export interface SeatsOptions {
  count: number
  random: Random
  layout: Layout
  env: Record<string, string>
  git: Git
  /** Made with the signal that ends all waiting. */
  pace: (signal: AbortSignal) => Pace
  speed: number
  now: () => number
  /** Clones that worktrees are made from, with the repository's name. */
  clones: readonly { repository: string; dir: string }[]
  openPull: (repository: string, branch: string, title: string) => Promise<void>
  /** Told whenever a lane's process came or went. */
  changed: (processes: readonly ProcessIdentity[]) => void
  /** Told of a lane's process when it runs; what it returns is told of its end. */
  began: (name: string, pid: number) => { ended(): void }
  /** Told what a lane left when it has ended. */
  ended: (traces: LaneTraces) => Promise<void>
  /** Told when a lane could not go on; the seat goes on with the next one. */
  trouble: (text: string) => void
}

export interface Seats {
  /** Lanes whose process lives. */
  processes(): readonly ProcessIdentity[]
  /** Ends every lane and waits until all are gone. */
  stop(): Promise<void>
}

/** Pause of a seat between two lanes, in ms of life. */
const REST = [20_000, 90_000] as const
/** Ended lanes whose traces stay, beyond one a seat. */
const KEPT = 24
const STOP_WITHIN = 3_000

const CODEX_MODELS = ['gpt-5.5', 'gpt-5.5', 'gpt-5.5-mini'] as const
const CLAUDE_MODEL = 'claude-opus-4-8'

/** What sits in `seat` at its `generation`: the seed alone decides, but for the time in the id. */
export function orderFor(
  random: Random,
  seat: number,
  generation: number,
  { seats, now }: { seats: number; now: number },
): LaneOrder {
  const topic = random.pick(TOPICS)
  const character = characterOf(random, seat, generation)
  const engine = random.chance(0.25) ? 'claude' : 'codex'
  const verb = random.pick(VERBS)
  return {
    // The number makes it the only one of its name.
    name: `${verb}-${topic}-${generation * seats + seat + 1}`,
    engine,
    model: engine === 'codex' ? random.pick(CODEX_MODELS) : CLAUDE_MODEL,
    guard: character === 'steady' ? 'none' : 'sandbox',
    threadId: engine === 'codex' ? threadIdOf(random, now) : uuidOf(random),
    brief: `TASK ${verb} the ${topic.replaceAll('-', ' ')}\nDO change src/${topic}.ts and commit\nDO NOT touch other modules\nOUTPUT a pushed branch\nSTOP when ./check.sh passes\n`,
    beats: scriptOf(character, random, topic),
    tempo: tempoOf(character, generation),
  }
}

export function takeSeats(options: SeatsOptions): Seats {
  const { count, layout, speed, now } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const pace = options.pace(signal)
  const living = new Map<number, ProcessIdentity>()
  // Two worktrees made at once in one clone trip over each other's half-made files.
  const gates = new Map(options.clones.map(({ dir }) => [dir, new PQueue({ concurrency: 1 })]))
  const gateOf = (clone: string) => gates.get(clone) ?? new PQueue()
  const left: LaneTraces[] = []
  const changed = () => options.changed([...living.values()])

  /** Plays one lane; its clone's gate opens again as soon as the process runs. */
  const play = async (order: LaneOrder, random: Random, clone: SeatsOptions['clones'][number]) => {
    let pid: number | null = null
    const tellEnd: (() => void)[] = []
    const ready = Promise.withResolvers<void>()
    const done = gateOf(clone.dir).add(() => {
      if (signal.aborted) throw new Error('the factory ends')
      const lane = playLane(order, random, {
        ...options,
        pace,
        clone: clone.dir,
        openPull: (branch, title) => options.openPull(clone.repository, branch, title),
        started: started => {
          pid = started
          const { ended } = options.began(order.name, started)
          tellEnd.push(ended)
          const identity = identify(started)
          if (identity) living.set(started, identity)
          if (signal.aborted) signalGroup(started, 'SIGKILL')
          changed()
          ready.resolve()
        },
      })
      return Promise.race([ready.promise, lane]).then(() => ({ lane }))
    })
    try {
      const traces = await (await done).lane
      left.push(traces)
      await options.ended(traces)
    } finally {
      if (pid !== null) {
        // A lane that was killed leaves the command that it ran.
        signalGroup(pid, 'SIGKILL')
        living.delete(pid)
        changed()
      }
      for (const tell of tellEnd) tell()
    }
  }

  const sit = async (seat: number): Promise<void> => {
    for (let generation = 0; !signal.aborted; generation += 1) {
      const random = options.random.fork(`seat ${seat}, lane ${generation}`)
      const order = orderFor(random, seat, generation, { seats: count, now: now() })
      try {
        await play(order, random, random.pick(options.clones))
      } catch (error) {
        if (!signal.aborted) options.trouble(`lane ${order.name}: ${String(error)}`)
      }
      await tidy()
      // A lane that hurried makes room soon.
      await sleep((random.int(...REST) * order.tempo) / speed, undefined, { signal }).catch(
        () => undefined,
      )
    }
  }

  const tidy = async (): Promise<void> => {
    while (left.length > count + KEPT && !signal.aborted) {
      const lane = left.shift()
      if (!lane) return
      const forgetting = gateOf(lane.clone).add(() => forget(options, lane))
      await forgetting.catch(error => options.trouble(String(error)))
    }
  }

  const seats = Array.from({ length: count }, (_, seat) => sit(seat))
  return {
    processes: () => [...living.values()],
    stop: async () => {
      stopping.abort()
      for (const { pid } of living.values()) endGroup(pid)
      const all = Promise.all(seats)
      await Promise.race([all, sleep(STOP_WITHIN, undefined, { ref: false })])
      for (const { pid } of living.values()) signalGroup(pid, 'SIGKILL')
      await all
    },
  }

  /** Takes an old lane's traces away; its session file goes where codex archives it. */
  async function forget({ git }: SeatsOptions, lane: LaneTraces): Promise<void> {
    await git.run(lane.clone, ['worktree', 'remove', '--force', lane.tree])
    await git.attempt(lane.clone, ['branch', '-D', branchOf(lane.name)])
    await rm(lane.log, { force: true })
    const archive = join(layout.home, '.codex', 'archived_sessions')
    if (lane.engine === 'codex') {
      await rename(lane.session, join(archive, basename(lane.session)))
    }
  }
}
