/** Boxes that both agents work in: their programs, homes and keys are mounted from the host. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Dockerd, startDockerd } from './dockerd.ts'
import type { LaneFactory } from './lane-factory.ts'

export interface Boxes {
  readonly docker: Dockerd
  /** Id of the image. */
  readonly image: string
}

export async function makeBoxes({ sshd, at, handOver }: LaneFactory): Promise<Boxes> {
  const docker = await startDockerd(sshd.user)
  onTestFinished(() => docker.stop())
  const homes = { 'agent/': '', 'agent/codex/': '', 'agent/claude/': '' }
  const image = await docker.image('lane', homes, ['ENV PATH=/tools:/usr/bin:/bin'])
  mkdirSync(at('claude-home/projects'))
  const settings = { permissions: { allow: ['Bash'] }, apiKeyHelper: 'cat /agent/key' }
  writeFileSync(at('boxed-settings.json'), JSON.stringify(settings))
  writeFileSync(at('key'), 'k')
  handOver()
  return { docker, image }
}

/** Lines of a box profile whose Codex works from that home; the host's user has both homes. */
export function boxOf({ at, handOver }: LaneFactory, { image }: Boxes, codexHome: string): string {
  const mounts = [
    { kind: 'tools', source: '/usr' },
    { kind: 'tools', source: at('codex'), target: '/tools/codex' },
    { kind: 'tools', source: at('claude'), target: '/tools/claude' },
    { kind: 'tools', source: join(codexHome, 'config.toml'), target: '/agent/codex/config.toml' },
    { kind: 'tools', source: at('boxed-settings.json'), target: '/agent/claude/settings.json' },
    { kind: 'secrets', source: at('key'), target: '/agent/key' },
    { kind: 'auth', source: join(codexHome, 'auth.json'), target: '/agent/codex/auth.json' },
    { kind: 'transcripts', source: join(codexHome, 'sessions'), target: '/agent/codex/sessions' },
    { kind: 'transcripts', source: at('claude-home/projects'), target: '/agent/claude/projects' },
  ]
  mkdirSync(join(codexHome, 'sessions'))
  handOver()
  const lines = mounts
    .filter(({ source }) => existsSync(source))
    .map(({ kind, source, target = source }) => {
      const mode = kind === 'auth' || kind === 'transcripts' ? 'rw' : 'ro'
      return `  { kind = "${kind}", source = "${source}", target = "${target}", mode = "${mode}" },`
    })
  return `
image = "lane:test@${image}"
network = "host"
env = { CODEX_HOME = "/agent/codex", CLAUDE_CONFIG_DIR = "/agent/claude", HOME = "/tmp" }
mounts = [
${lines.join('\n')}
]
`
}
