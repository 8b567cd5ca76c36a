/** What keeps a lane out of a box: its profile, its image, the engine, the way to it. All real parts. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { boxedLane, COMMIT } from './parts/boxed-lane.ts'

requirePart(
  'sshd',
  'git',
  'root',
  'dockerd',
)('a lane that asks for a box', () => {
  it('[G02] [G03] [G04] is refused with every reason, before anything is made', async () => {
    const { at, launch, containers, git } = await boxedLane({
      command: COMMIT,
      image: {
        'app/': '',
        'app/.env': 'DEPLOY_TOKEN=abcd1234efgh5678\n',
        'app/deploy.js': `const t = 'ghp_${'a1B2'.repeat(9)}'\n`,
        'app/harmless.js': 'if (!password) throw new Error("password = required")\n',
      },
      changes: ['ENV API_KEY=0123456789abcdef'],
      box: (path, id) => `
image = "lane:test@${id.slice(0, -4)}0000"
usesBoard = true
network = "bridge"
user = "0:0"
env = { CODEX_HOME = "/codex-home", MERGE_TOKEN = "abcd1234efgh5678" }
mounts = [
  { kind = "auth", source = "${path('codex-home')}", target = "/codex-home", mode = "ro" },
  { kind = "secrets", source = "${path('nowhere')}", mode = "rw" },
  { kind = "tools", source = "/", target = "/host", mode = "ro" },
]
needs = [{ service = "tracker", token = "${path('nothing.json')}" }]
`,
    })
    const { acted, exitCode } = await launch()
    expect({ kind: acted.kind, exitCode }).toEqual({ kind: 'refused', exitCode: 77 })
    const told: string = acted.problems.join('\n')
    for (const reason of [
      /may not run as root/,
      /uses the board, .* network bridge does not reach: network = "host"/,
      /the auth mount of \S+ is ro, not rw/,
      /the secrets mount of \S+nowhere is rw, not ro/,
      /nowhere is not on the host/,
      /the mount of \/ would let the box out/,
      /transcripts in \/codex-home\/sessions would go with the box: it is mounted read-only/,
      /MERGE_TOKEN in the environment looks like a secret/,
      /the image lane:test: it is sha256:\w+, and sha256:\w+ is pinned/,
      /the environment of the image lane:test holds what looks like a secret/,
      /\/app\/\.env in a layer of lane:test looks as if it holds a secret/,
      /\/app\/deploy\.js in a layer of lane:test looks/,
      /pre-auth required: tracker .* no token at \S+nothing\.json/,
    ]) {
      expect(told).toMatch(reason)
    }
    expect(told).not.toMatch(/harmless/)
    expect(told).not.toMatch(/abcd1234|ghp_/)
    expect(await containers()).toEqual([])
    expect(existsSync(at('logs'))).toBe(false)
    expect(git('app', 'branch', '--list', 'lane/*')).toBe('')
  }, 60_000)

  it('[G01] says what stands between it and the engine', async () => {
    const { docker, operator, launch, sshd } = await boxedLane({ command: 'true' })
    const problem = async () => (await launch('--dry-run')).acted.problems.join('\n')
    execFileSync('chgrp', ['root', docker.socket])
    expect(await problem()).toMatch(new RegExp(`${sshd.user} may not open .*socket's group`))
    execFileSync('chgrp', [sshd.user, docker.socket])
    expect((await launch('--dry-run')).acted).toMatchObject({ kind: 'plan', runner: 'box' })
    await docker.stop()
    expect(await problem()).toMatch(/there is no .*docker\.sock on the host: install Docker/)
    expect((await operator.hub())?.link).toMatchObject({ state: 'up', connections: 1 })
  }, 60_000)

  it('[G01] tells a host that does not forward', async () => {
    const { launch } = await boxedLane({ command: 'true', forwardsSockets: false })
    expect((await launch('--dry-run')).acted.problems.join('\n')).toMatch(
      /sshd on the host does not forward to .*: allow it in its sshd_config/,
    )
  }, 60_000)
})
