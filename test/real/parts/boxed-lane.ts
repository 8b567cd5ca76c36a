/**
 * A factory whose lanes are in boxes: a host behind a real sshd, a real Docker engine whose socket
 * is reached over that one connection, the real Codex inside, and the built program.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { codexConfig, KEYLESS, writeCodexHome } from './codex.ts'
import { startDockerd } from './dockerd.ts'
import { newLaneFactory } from './lane-factory.ts'
import { startModelServer } from './model-server.ts'
import { oneLane } from './one-lane.ts'

export interface BoxedLane {
  /** What the agent is told to run. */
  command: string
  /** More files of the image, and how it is changed. */
  image?: Readonly<Record<string, string>>
  changes?: string[]
  /** What its repository begins with, by path. */
  repo?: Readonly<Record<string, string>>
  /** Lines of the box profile, in place of those that would do. */
  box?: (at: (name: string) => string, id: string) => string
  forwardsSockets?: boolean
  /** The host's own AGENTS.md is not the image's. */
  drift?: boolean
}

export const COMMIT = 'echo hi >> out.txt && git add -A && git commit -qm "lane: a line"'

/** Lines of a box profile that will do. */
export const fits = (at: (name: string) => string, id: string): string => `
image = "lane:test@${id}"
network = "host"
memory = "900m"
pids = 200
program = "/tools/codex"
env = { CODEX_HOME = "/codex-home", HOME = "/tmp" }
mounts = [
  { kind = "tools", source = "/usr", mode = "ro" },
  { kind = "tools", source = "${at('codex')}", target = "/tools/codex", mode = "ro" },
  { kind = "secrets", source = "${at('tracker.json')}", mode = "ro" },
  { kind = "transcripts", source = "${at('codex-home/sessions')}", target = "/codex-home/sessions", mode = "rw" },
]
`

export async function boxedLane({
  command,
  image = {},
  changes,
  repo = {},
  box = fits,
  forwardsSockets = true,
  drift = false,
}: BoxedLane) {
  const model = await startModelServer(command)
  onTestFinished(() => model.close())
  const factory = await newLaneFactory(model.baseUrl, ['codex'], { forwardsSockets, files: repo })
  const { sshd, at, git, handOver } = factory
  const docker = await startDockerd(sshd.user)
  onTestFinished(() => docker.stop())
  const baked = {
    'codex-home/': '',
    'codex-home/config.toml': codexConfig(model.baseUrl),
    'codex-home/AGENTS.md': 'Land it.\n',
  }
  const id = await docker.image('lane', { ...baked, ...image }, changes)
  await writeCodexHome(at('codex-home'), model.baseUrl, KEYLESS)
  mkdirSync(at('codex-home/sessions'))
  writeFileSync(at('codex-home/AGENTS.md'), drift ? 'Hold it.\n' : 'Land it.\n')
  writeFileSync(at('tracker.json'), '{}')
  handOver()

  const profile = factory.profile('factory', {
    profile: `docker.socket = "${docker.socket}"`,
    launch: 'runner = "box"\nbox = "work"',
    // Keys are no part of a box's environment.
    keys: {},
    tables: { 'boxes.work': box(at, id) },
  })
  const operator = factory.operator(profile)
  const containers = () => docker.engine.listContainers({ all: true })
  return { sshd, docker, model, at, git, operator, ...oneLane(operator), containers, id }
}
