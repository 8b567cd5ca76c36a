/**
 * Commands beside the first process of a practice box, as Docker's `exec` has them: on a terminal,
 * which outlives its connection, or with a stdin that ends with it. They end with their box.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { signalGroup } from '../process-group.ts'
import type { Container, Containers } from './containers.ts'

export interface ExecPlan {
  argv: readonly string[]
  /** That of its box when it is not said. */
  cwd: string | undefined
  /** Besides that of its box. */
  env: Readonly<Record<string, string>>
  hasTerminal: boolean
}

export interface Exec {
  readonly id: string
  readonly container: Container
  readonly plan: ExecPlan
  state: 'created' | 'running' | 'exited'
  exit: number | null
}

export interface Execs {
  find(id: string): Exec | null
  /** Null when its box does not run. */
  create(container: Container, plan: ExecPlan): Exec | null
  /** Rejects when it cannot be started, or was before. */
  start(exec: Exec, stream: Duplex): Promise<void>
  resize(exec: Exec, size: { columns: number; rows: number }): void
  /** Ends all that it started. */
  stop(): void
}

interface Running {
  readonly pid: number
  resize(size: { columns: number; rows: number }): void
}

type Start = (
  exec: Exec,
  world: { cwd: string; env: Record<string, string> },
  stream: Duplex,
  ended: (exit: number) => void,
) => Promise<Running>

export function newExecs(containers: Containers, path: string): Execs {
  const byId = new Map<string, Exec>()
  const running = new Map<Exec, Running>()
  const end = (of: (container: Container) => boolean) => {
    for (const [{ container }, { pid }] of running) if (of(container)) signalGroup(pid, 'SIGKILL')
  }
  containers.listen(({ action, container }) => {
    if (action !== 'die') return
    end(each => each === container)
    for (const [id, exec] of byId) if (exec.container === container) byId.delete(id)
  })
  return {
    find: id => byId.get(id) ?? null,
    create(container, plan) {
      if (container.state !== 'running') return null
      const id = randomBytes(32).toString('hex')
      const exec: Exec = { id, container, plan, state: 'created', exit: null }
      byId.set(id, exec)
      return exec
    },
    async start(exec, stream) {
      if (exec.state !== 'created') throw new Error(`exec ${exec.id} has run before`)
      exec.state = 'running'
      const { plan, container } = exec
      const world = {
        cwd: plan.cwd ?? container.plan.cwd,
        env: { PATH: path, ...container.plan.env, ...plan.env },
      }
      const start = plan.hasTerminal ? onTerminal : onPipe
      const ended = (exit: number) => {
        Object.assign(exec, { state: 'exited', exit })
        running.delete(exec)
        stream.end()
      }
      const started = await start(exec, world, stream, ended)
      if (exec.state === 'running') running.set(exec, started)
    },
    resize: (exec, size) => running.get(exec)?.resize(size),
    stop: () => end(() => true),
  }
}

const onTerminal: Start = async ({ plan }, { cwd, env }, stream, ended) => {
  const { spawn: spawnPty } = await import('node-pty')
  const [program = '', ...words] = plan.argv
  const pty = spawnPty(program, words, { cwd, env })
  stream.on('data', (data: Buffer) => pty.write(data))
  pty.onData(data => stream.write(data))
  pty.onExit(({ exitCode }) => ended(exitCode))
  return { pid: pty.pid, resize: ({ columns, rows }) => pty.resize(columns, rows) }
}

/** What it says nobody asked for. */
const onPipe: Start = async ({ plan }, { cwd, env }, stream, ended) => {
  const [program = '', ...words] = plan.argv
  const child = spawn(program, words, {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.once('close', code => ended(code ?? 137))
  // It may end before what it is told.
  child.stdin.on('error', () => undefined)
  stream.pipe(child.stdin)
  stream.once('close', () => child.stdin.end())
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  return { pid: child.pid ?? 0, resize: () => undefined }
}
