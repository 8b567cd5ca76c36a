/** What a lane does, and what is told of it. */
import type { Engine } from '../../../state/words.ts'

/** One step of a lane's script. Commands really run in its worktree. */
export type Beat =
  | { kind: 'reason'; text: string }
  | { kind: 'say'; text: string }
  | { kind: 'edit'; path: string; text: string }
  | { kind: 'command'; command: string }
  /** The process is killed while `command` runs. */
  | { kind: 'killed'; command: string }
  /** Silence: `ms` of life in which nothing is written. */
  | { kind: 'hold'; ms: number }
  | { kind: 'reconnect' }
  | { kind: 'pull'; title: string }
  | { kind: 'fail'; cause: 'quota' | 'auth' }
  | { kind: 'complete' }

/** What happened, to be written down in the manner of an engine. */
export type Happening =
  | { kind: 'begin' }
  | { kind: 'reason'; text: string }
  | { kind: 'say'; text: string }
  | { kind: 'edit'; path: string; change: 'add' | 'update' }
  | { kind: 'command-start'; command: string }
  | { kind: 'command-end'; command: string; output: string; code: number }
  | { kind: 'reconnect' }
  /** `resetAt`: when the quota lifts, in Unix milliseconds. */
  | { kind: 'fail'; cause: 'quota' | 'auth'; resetAt: number }
  | { kind: 'complete' }

/** Lines for the two files that a lane writes: its output, and the engine's own session file. */
export interface Lines {
  log: string[]
  session: string[]
}

/** Writes down what happened at `at` (Unix milliseconds) as one engine would. */
export type Voice = (happening: Happening, at: number) => Lines

/** How an engine writes down each kind of happening. */
export type Phrases = {
  [K in Happening['kind']]: (happening: Extract<Happening, { kind: K }>, at: number) => Lines
}

export const voiceOf =
  (phrases: Phrases): Voice =>
  (happening, at) => {
    const phrase = phrases[happening.kind] as (happening: Happening, at: number) => Lines
    return phrase(happening, at)
  }

/** One lane to be run. */
export interface LaneOrder {
  name: string
  engine: Engine
  model: string
  /** What keeps it from the rest of the host. */
  guard: 'sandbox' | 'none'
  /** Codex thread id or Claude session id. */
  threadId: string
  brief: string
  beats: Beat[]
  /** Natural pauses are multiplied by this. */
  tempo: number
}
