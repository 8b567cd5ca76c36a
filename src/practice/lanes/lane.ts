/** Plays one lane from its order to its end: a real process in a real worktree. */
import { appendFile, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Engine } from '../../../state/words.ts'
import type { Git } from '../git/git.ts'
import { DEFAULT_BRANCH } from '../history/plan.ts'
import type { Layout } from '../layout.ts'
import type { Random } from '../random.ts'
import type { Beat, Happening, LaneOrder, Voice } from './beat.ts'
import { claudeVoice } from './claude-voice.ts'
import { codexVoice } from './codex-voice.ts'
import { type LaneProcess, startLaneProcess } from './lane-process.ts'
import type { Pace } from './pace.ts'
import { sessionPath, uuidOf } from './session-file.ts'

export interface LaneWorld {
  layout: Layout
  env: Record<string, string>
  git: Git
  pace: Pace
  now: () => number
  /** Clone that the worktree is made from. */
  clone: string
  /** Opens a pull request for the pushed branch. */
  openPull: (branch: string, title: string) => Promise<void>
  /** Told of the process while it lives. */
  started: (pid: number) => void
}

/** Files that a lane leaves behind. */
export interface LaneTraces {
  name: string
  engine: Engine
  log: string
  session: string
  tree: string
  clone: string
}

export const branchOf = (name: string): string => `lane/${name}`

const HOUR = 3_600_000
/** Natural pause before a beat, in ms. */
const PAUSE = [1_200, 5_000] as const
/** How long the killed command is let run, in ms of life. */
const LAST_BREATH = 2_000

export async function playLane(
  order: LaneOrder,
  random: Random,
  world: LaneWorld,
): Promise<LaneTraces> {
  const { layout, git, now } = world
  const tree = join(layout.lanes.trees, order.name)
  const log = join(layout.lanes.logs, `${order.name}.jsonl`)
  const session = sessionPath(layout.home, order, tree, now())
  const from = `origin/${DEFAULT_BRANCH}`
  const branch = branchOf(order.name)
  await git.run(world.clone, ['worktree', 'add', '--quiet', '--no-track', '-b', branch, tree, from])
  const head = await git.run(tree, ['rev-parse', 'HEAD'])
  await mkdir(dirname(session), { recursive: true })

  const voice: Voice =
    order.engine === 'codex'
      ? codexVoice(order, tree, head)
      : claudeVoice(order, tree, () => uuidOf(random))
  const output = join(layout.run, `${order.name}.output`)
  const files = { bin: layout.bin, log, session, tree, output }
  const lane = await startLaneProcess(order, files, world.env)
  world.started(lane.pid)
  lane.write(voice({ kind: 'begin' }, now()))
  try {
    await perform(order, { lane, voice, tree, branch }, random, world)
  } catch (error) {
    lane.kill('SIGKILL')
    throw error
  } finally {
    await lane.ended
  }
  return { name: order.name, engine: order.engine, log, session, tree, clone: world.clone }
}

interface Stage {
  lane: LaneProcess
  voice: Voice
  tree: string
  branch: string
}

async function perform(
  order: LaneOrder,
  { lane, voice, tree, branch }: Stage,
  random: Random,
  world: LaneWorld,
): Promise<void> {
  const { pace, now } = world
  const tell = async (happening: Happening) => {
    const { log, session } = voice(happening, now())
    for (const [index, line] of log.entries()) {
      await pace.turn()
      lane.write({ log: [line], session: index === 0 ? session : [] })
    }
  }
  const command = async (text: string) => {
    await tell({ kind: 'command-start', command: text })
    const { code, output } = await lane.run(text)
    await tell({ kind: 'command-end', command: text, code, output })
  }
  const play = async (beat: Beat): Promise<void> => {
    switch (beat.kind) {
      case 'reason':
      case 'say':
      case 'reconnect':
        return tell(beat)
      case 'edit': {
        const path = join(tree, beat.path)
        const change = (await stat(path).catch(() => null)) ? 'update' : 'add'
        await appendFile(path, beat.text)
        return tell({ kind: 'edit', path, change })
      }
      case 'command':
        return command(beat.command)
      case 'pull':
        await command('git log --oneline -n 1 origin/main..HEAD')
        return world.openPull(branch, beat.title)
      case 'hold':
        return pace.hold(beat.ms)
      case 'killed':
        await tell({ kind: 'command-start', command: beat.command })
        lane.begin(beat.command)
        await pace.hold(LAST_BREATH * order.tempo)
        return lane.kill('SIGKILL')
      case 'fail': {
        const resetAt = now() + random.int(1, 5) * HOUR
        await tell({ kind: 'fail', cause: beat.cause, resetAt })
        return lane.exit(1)
      }
      case 'complete':
        await tell(beat)
        return lane.exit(0)
    }
  }

  for (const beat of order.beats) {
    await pace.pause(random.int(...PAUSE) * order.tempo)
    // Somebody may have killed it: the rest of its script is not for it any more.
    if (!lane.isAlive()) return
    await play(beat)
  }
}
