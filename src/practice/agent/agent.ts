/**
 * An agent that can be launched on the practice host: it reads its brief from stdin, does a small
 * errand in the worktree, and writes as its engine does, on stdout and into a session file.
 */
import { spawn } from 'node:child_process'
import { appendFile, mkdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../../../state/words.ts'
import type { Beat, Happening, LaneOrder } from '../lanes/beat.ts'
import { claudeVoice } from '../lanes/claude-voice.ts'
import { codexVoice } from '../lanes/codex-voice.ts'
import { sessionPath, threadIdOf, uuidOf } from '../lanes/session-file.ts'
import { seeded } from '../random.ts'
import { errandOf } from './errand.ts'
import { findSession, headOf, readWords } from './session.ts'

export interface AgentWorld {
  home: string
  cwd: string
  stdin: NodeJS.ReadableStream
  stdout: NodeJS.WritableStream
  now(): number
  /** Pause between two beats, in ms. */
  pauseMs: number
}

const MODELS: Record<Engine, string> = { codex: 'gpt-5.5', claude: 'claude-opus-4-8' }

/** Runs to its end. Rejects when the worktree is none, or the session file cannot be written. */
export async function playAgent(
  engine: Engine,
  words: readonly string[],
  world: AgentWorld,
): Promise<void> {
  const { home, cwd, stdout, now } = world
  const brief = await text(world.stdin)
  const head = headOf(cwd)
  // The commit is part of it: a thread that goes on does something new.
  const random = seeded(`${brief}\n${cwd}\n${head}`)
  const { model, thread } = readWords(words)
  const order: LaneOrder = {
    name: basename(cwd),
    engine,
    model: model ?? MODELS[engine],
    guard: 'sandbox',
    threadId: thread ?? (engine === 'codex' ? threadIdOf(random, now()) : uuidOf(random)),
    brief,
    beats: errandOf(random, brief),
    tempo: 1,
  }
  const known = thread === null ? null : await findSession(home, engine, thread)
  const session = known ?? sessionPath(home, order, cwd, now())
  await mkdir(dirname(session), { recursive: true })
  const voice =
    engine === 'codex'
      ? codexVoice(order, cwd, head)
      : claudeVoice(order, cwd, () => uuidOf(random))
  const tell = async (happening: Happening) => {
    const { log, session: lines } = voice(happening, now())
    await appendFile(session, lines.map(line => `${line}\n`).join(''))
    stdout.write(log.map(line => `${line}\n`).join(''))
  }
  await tell({ kind: 'begin' })
  for (const beat of order.beats) {
    await sleep(world.pauseMs)
    await play(beat, cwd, tell)
  }
}

async function play(
  beat: Beat,
  cwd: string,
  tell: (happening: Happening) => Promise<void>,
): Promise<void> {
  switch (beat.kind) {
    case 'edit': {
      const path = join(cwd, beat.path)
      const isThere = await stat(path).then(
        () => true,
        () => false,
      )
      await appendFile(path, beat.text)
      return tell({ kind: 'edit', path, change: isThere ? 'update' : 'add' })
    }
    case 'command': {
      const { command } = beat
      await tell({ kind: 'command-start', command })
      const { code, output } = await run(command, cwd)
      return tell({ kind: 'command-end', command, code, output })
    }
    case 'reason':
    case 'say':
    case 'complete':
      return tell(beat)
    default:
      throw new Error(`no errand has a ${beat.kind}`)
  }
}

async function run(command: string, cwd: string): Promise<{ code: number; output: string }> {
  const child = spawn('/bin/sh', ['-c', `exec 2>&1; ${command}`], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? -1))
  })
  const [code, output] = await Promise.all([ended, text(child.stdout)])
  return { code, output }
}
