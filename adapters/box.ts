/** The contract of boxes: what one is made of, and what an engine that holds them can be asked. */
import type { BoxMount } from '../state/box-config.ts'
import type { BoxState } from '../state/box-facts.ts'
import type { FailedState } from '../state/words.ts'
import type { Terminal, TerminalOptions } from './transport.ts'

export interface Mount {
  /** `work` is what every lane gets: its worktree, the repository, its files. */
  kind: BoxMount['kind'] | 'work'
  source: string
  target: string
  mode: BoxMount['mode']
}

/** All that a box is made of. Whatever is not said here, it does not get. */
export interface BoxPlan {
  /** Names it on its host: chosen before it is made. */
  name: string
  /** Id of the image, so that a tag that moves meanwhile does not matter. */
  image: string
  /** `uid:gid` */
  user: string
  argv: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  mounts: readonly Mount[]
  network: string
  /** Bytes. */
  memory: number
  cpus: number
  pids: number
  isRootReadOnly: boolean
  tmpfs: readonly string[]
  labels: Readonly<Record<string, string>>
  /** One whose exit code is looked at later is kept, and removed by whoever looked. */
  afterEnd: 'remove' | 'keep'
}

/** Who made a box, and for what: so that one that is left can be told. */
export const LABELS = {
  lane: 'dockmaster.lane',
  stem: 'dockmaster.stem',
  key: 'dockmaster.key',
  profile: 'dockmaster.profile',
  drift: 'dockmaster.drift',
} as const

export interface BoxSeen {
  id: string
  name: string
  image: string
  state: BoxState
  /** Of its first process, as the host counts; null when it does not run. */
  pid: number | null
  createdAt: number | null
  startedAt: number | null
  exit: number | null
  isOutOfMemory: boolean
  labels: Readonly<Record<string, string>>
}

export interface ImageSeen {
  id: string
  /** `NAME@sha256:…` for each registry that it is known from. */
  repoDigests: readonly string[]
  size: number | null
  builtAt: number | null
  /** User that it runs as when nobody says another. */
  env: readonly string[]
  labels: Readonly<Record<string, string>>
  /** How each of its layers was made. */
  history: readonly string[]
}

export type BoxSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL'

/** How a command in a box ended, with the end of what it wrote. */
export interface BoxRan {
  exit: number
  tail: string
}

export interface BoxTerminalOptions extends TerminalOptions {
  /** In the box. */
  readonly directory: string
}

/** Each throws BoxFault. */
export interface BoxHost {
  image(name: string): Promise<ImageSeen | null>
  /** Makes it and does not start it. */
  create(plan: BoxPlan): Promise<void>
  start(name: string): Promise<void>
  /** Null when there is none of that name. */
  look(name: string): Promise<BoxSeen | null>
  /** Those that carry our labels, in whatever state. */
  list(): Promise<BoxSeen[]>
  /** How many processes run in it. */
  count(id: string): Promise<number>
  /** False when it is gone. */
  kill(id: string, signal: BoxSignal): Promise<boolean>
  /** Of one that does not run. */
  remove(id: string): Promise<void>
  /** Makes one, starts it and waits for its end. It is gone then. */
  run(plan: BoxPlan, signal: AbortSignal): Promise<BoxRan>
  /**
   * A shell on a terminal of its own in one that runs, as its user and within its limits. Rejects
   * with TransportError also; its `exit` as that of every terminal.
   */
  terminal(name: string, options: BoxTerminalOptions): Promise<Terminal>
  /** Tells what happens to boxes until the connection ends or `signal` aborts. */
  watch(onEvent: (event: BoxEvent) => void, signal: AbortSignal): Promise<void>
}

export interface BoxEvent {
  name: string
  what: string
  exit: number | null
  labels: Readonly<Record<string, string>>
}

/** Why the engine could not serve, as a source of facts tells it. */
export class BoxFault extends Error {
  override readonly name = 'BoxFault'
  readonly state: FailedState
  readonly mend: string
  /** The engine itself answered no: nothing was done. Else the outcome is unknown. */
  readonly isAnswer: boolean
  constructor(message: string, why: { state: FailedState; mend: string; isAnswer: boolean }) {
    super(message)
    this.state = why.state
    this.mend = why.mend
    this.isAnswer = why.isAnswer
  }
}
