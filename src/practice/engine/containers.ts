/**
 * The containers of the practice host. Each is a process of the factory, or was one: nothing
 * contains it, for most machines have no Docker that a newcomer could lend.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { signalGroup } from '../process-group.ts'

export interface ContainerPlan {
  name: string
  image: string
  labels: Readonly<Record<string, string>>
  argv: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
}

export interface Container {
  readonly id: string
  readonly plan: ContainerPlan
  readonly createdAt: number
  state: 'created' | 'running' | 'exited'
  pid: number
  startedAt: number | null
  exit: number
}

export interface EngineEvent {
  readonly action: 'create' | 'start' | 'kill' | 'die' | 'destroy'
  readonly container: Container
}

export interface Containers {
  all(): readonly Container[]
  /** By its name, or by its id. */
  find(key: string): Container | null
  /** Null when one of that name is there. */
  create(plan: ContainerPlan): Container | null
  /** False when it has run before. Rejects when it cannot be started. */
  start(container: Container): Promise<boolean>
  /** False when it does not run. */
  kill(container: Container, signal: string): boolean
  remove(container: Container): void
  /** A process that somebody else started and tells the end of. */
  adopt(plan: ContainerPlan, pid: number): { ended(exit: number): void }
  /** One that ended and was never removed. */
  leave(plan: ContainerPlan, ended: { createdAt: number; exit: number }): void
  /** Returns what stops the listening. */
  listen(listener: (event: EngineEvent) => void): () => void
  /** Ends all that it started. */
  stop(): void
}

export function newContainers(now: () => number, path: string): Containers {
  const byId = new Map<string, Container>()
  const listeners = new Set<(event: EngineEvent) => void>()
  const own = new Set<Container>()
  const tell = (action: EngineEvent['action'], container: Container) => {
    for (const listener of listeners) listener({ action, container })
  }
  const add = (plan: ContainerPlan, createdAt: number): Container => {
    const id = createHash('sha256').update(`${plan.name} ${createdAt}`).digest('hex')
    const made: Container = {
      id,
      plan,
      createdAt,
      state: 'created',
      pid: 0,
      startedAt: null,
      exit: 0,
    }
    byId.set(id, made)
    tell('create', made)
    return made
  }
  const find = (key: string) =>
    byId.get(key) ?? [...byId.values()].find(({ plan }) => plan.name === key) ?? null
  const run = (container: Container, pid: number) => {
    Object.assign(container, { state: 'running', pid, startedAt: now() })
    tell('start', container)
  }
  /** As with AutoRemove: the end of one is its removal. */
  const end = (container: Container, exit: number) => {
    if (container.state !== 'running') return
    Object.assign(container, { state: 'exited', pid: 0, exit })
    own.delete(container)
    tell('die', container)
    remove(container)
  }
  const remove = (container: Container) => {
    if (byId.delete(container.id)) tell('destroy', container)
  }

  return {
    all: () => [...byId.values()],
    find,
    create: plan => (find(plan.name) ? null : add(plan, now())),
    async start(container) {
      if (container.state !== 'created') return false
      const [program = '', ...words] = container.plan.argv
      const child = spawn(program, words, {
        cwd: container.plan.cwd,
        env: { PATH: path, ...container.plan.env },
        detached: true,
        stdio: 'ignore',
      })
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve)
        child.once('error', reject)
      })
      own.add(container)
      child.once('exit', (code, signal) => end(container, code ?? (signal === null ? 1 : 137)))
      run(container, child.pid ?? 0)
      return true
    },
    kill(container, signal) {
      if (container.state !== 'running') return false
      tell('kill', container)
      return signalGroup(container.pid, signal)
    },
    remove,
    adopt(plan, pid) {
      const container = add(plan, now())
      run(container, pid)
      return { ended: exit => end(container, exit) }
    },
    leave(plan, { createdAt, exit }) {
      const container = add(plan, createdAt)
      Object.assign(container, { state: 'exited', startedAt: createdAt, exit })
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      for (const { pid } of own) signalGroup(pid, 'SIGKILL')
    },
  }
}
