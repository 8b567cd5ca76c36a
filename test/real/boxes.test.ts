/**
 * Lanes in boxes on real parts: the built program, a host behind a real sshd, a real Docker engine
 * whose socket is reached over that one connection, the real Codex inside.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { codexConfig, installCodex } from './parts/codex.ts'
import { startDockerd } from './parts/dockerd.ts'
import { startModelServer } from './parts/model-server.ts'
import { newOperator } from './parts/operator.ts'
import { isAlive, killOne } from './parts/processes.ts'
import { openTerminal } from './parts/pty.ts'
import { startSshd } from './parts/sshd.ts'

const BRIEF =
  '# TASK\nAdd a line.\n# DO\nCommit it.\n# DO NOT\nPush.\n# OUTPUT\nout.txt\n# STOP\nThen.\n'

interface Shape {
  /** What the agent is told to run. */
  command: string
  /** More files of the image, and how it is changed. */
  files?: Record<string, string>
  changes?: string[]
  /** Lines of the box profile, in place of those that would do. */
  box?: (at: (name: string) => string, id: string) => string
  /** Whether its sshd forwards to sockets. */
  forwards?: boolean
  /** The host's own AGENTS.md is not the image's. */
  drift?: boolean
  /** A workflow file of the repository. */
  workflow?: string
}

/** A profile that will do. */
const fits = (at: (name: string) => string, id: string): string => `
image = "lane:test@${id}"
network = "host"
memory = "900m"
pids = 200
program = "/tools/codex"
env = { CODEX_HOME = "/codex-home", HOME = "/tmp" }
mounts = [
  { kind = "tools", source = "/usr", mode = "ro" },
  { kind = "tools", source = "${at('tools')}", target = "/tools", mode = "ro" },
  { kind = "secrets", source = "${at('tracker.json')}", mode = "ro" },
  { kind = "transcripts", source = "${at('codex-home/sessions')}", target = "/codex-home/sessions", mode = "rw" },
]
`

async function factory({
  command,
  files = {},
  changes,
  box,
  forwards = true,
  drift,
  workflow,
}: Shape) {
  const sshd = await startSshd({ forwardsSockets: forwards })
  onTestFinished(() => sshd.remove())
  const docker = await startDockerd(sshd.user)
  onTestFinished(() => docker.stop())
  const model = await startModelServer(command)
  onTestFinished(() => model.close())
  const dir = join(sshd.dir, 'factory')
  const at = (name: string) => join(dir, name)
  const native = await installCodex()
  for (const name of ['.', 'tools', 'codex-home/sessions']) mkdirSync(at(name), { recursive: true })
  try {
    linkSync(native, at('tools/codex'))
  } catch {
    copyFileSync(native, at('tools/codex'))
  }
  chmodSync(at('tools/codex'), 0o755)
  const baked = codexConfig(model.baseUrl)
  const id = await docker.image(
    'lane',
    {
      'codex-home/': '',
      'codex-home/config.toml': baked,
      'codex-home/AGENTS.md': 'Land it.\n',
      ...files,
    },
    changes,
  )
  writeFileSync(at('codex-home/config.toml'), baked)
  writeFileSync(at('codex-home/AGENTS.md'), drift ? 'Hold it.\n' : 'Land it.\n')
  writeFileSync(at('tracker.json'), '{}')
  const git = (where: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-C', at(where), ...args], {
      encoding: 'utf8',
    }).trim()
  git('.', 'init', '-q', '--bare', '-b', 'main', 'origin.git')
  git('.', 'init', '-q', '-b', 'main', 'seed')
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
  if (workflow !== undefined) {
    mkdirSync(at('seed/.github/workflows'), { recursive: true })
    writeFileSync(at('seed/.github/workflows/ci.yml'), workflow)
    git('seed', 'add', '-A')
  }
  git('seed', ...who, 'commit', '-q', '--allow-empty', '-m', 'begin')
  git('seed', 'push', '-q', at('origin.git'), 'main')
  git('.', 'clone', '-q', at('origin.git'), 'app')
  git('app', 'config', 'user.name', 'Lane')
  git('app', 'config', 'user.email', 'lane@factory.test')
  execFileSync('chown', ['-R', `${sshd.user}:`, dir])

  const config = `
[profiles.factory]
host = "factory"
sshConfig = "${sshd.configFile}"
node = "${process.execPath}"
lanes.codexHomes = ["${at('codex-home')}"]
lanes.claudeHomes = []
spine = { cron = false, timers = false }
docker.socket = "${docker.socket}"
[profiles.factory.launch]
worktrees = "${at('trees')}"
logs = "${at('logs')}"
runner = "box"
box = "work"
env = { CODEX_HOME = "${at('codex-home')}" }
[[profiles.factory.launch.repos]]
path = "${at('app')}"
remote = "${at('origin.git')}"
branch = "main"
[profiles.factory.boxes.work]
${(box ?? fits)(at, id)}
`
  const operator = newOperator({ select: [], config })
  const brief = join(scratch(), 'add-out.md')
  writeFileSync(brief, BRIEF)
  const launch = async (...words: string[]) => {
    const { stdout, stderr, exitCode } = await operator.run(
      'lane',
      'launch',
      '--brief',
      brief,
      '--json',
      ...words,
    )
    if (stdout === '') throw new Error(stderr)
    return { acted: JSON.parse(stdout), exitCode }
  }
  const launched = async (...words: string[]) => {
    const { acted } = await launch(...words)
    if (acted.kind !== 'running') throw new Error(JSON.stringify(acted))
    return acted.record
  }
  const lane = async () => JSON.parse((await operator.run('lanes', '--json')).stdout).rows[0]
  const journal = async (kind: string) =>
    JSON.parse(await operator.printed('journal', '--json', '--kind', kind)).rows as {
      seq: number
      data: Record<string, unknown>
    }[]
  const containers = () => docker.engine.listContainers({ all: true })
  return { sshd, docker, model, at, git, operator, launch, launched, lane, journal, containers, id }
}

const COMMIT = 'echo hi >> out.txt && git add -A && git commit -qm "lane: a line"'

requirePart(
  'sshd',
  'git',
  'root',
  'dockerd',
)('a lane in a box', () => {
  it('[G01] [G02] [B16] works on its worktree on the host, is limited, and is gone after its end', async () => {
    const { sshd, docker, model, at, git, operator, launch, launched, lane, journal, containers } =
      await factory({ command: COMMIT })
    const record = await launched()
    await model.asked(1)
    const seen = await docker.engine.getContainer(record.runner.container).inspect()
    const uid = execFileSync('id', ['-u', sshd.user], { encoding: 'utf8' }).trim()
    expect(seen.Config).toMatchObject({
      User: expect.stringMatching(new RegExp(`^${uid}:`)),
      Labels: { 'dockmaster.lane': 'add-out', 'dockmaster.profile': 'work' },
    })
    expect(seen.HostConfig).toMatchObject({
      AutoRemove: true,
      Init: true,
      Privileged: false,
      Memory: 900 * 2 ** 20,
      PidsLimit: 200,
      NetworkMode: 'host',
    })
    expect(seen.State.Pid).toBe(record.pid)
    const risky = await eventually('the lane is seen', async () => {
      const row = await lane()
      return row?.status === 'thinking' && row.risk?.reach === 'box' && row
    })
    expect(risky).toMatchObject({ name: 'add-out', brief: record.sha256 })
    model.release()
    await model.asked(2)
    model.release()
    const ended = await eventually('the lane has ended with evidence', async () => {
      const row = await lane()
      return row?.status === 'ended' && row.result === 'local' && row.pid === null && row
    })
    expect(ended).toMatchObject({ lastExit: 0 })
    expect(ended.evidence.map(({ kind }: { kind: string }) => kind)).toContain('commit')
    expect(git('trees/add-out', 'log', '--format=%s', 'main..')).toBe('lane: a line')
    await eventually('the box is gone', async () => (await containers()).length === 0)
    expect(globSync(at('codex-home/sessions/**/*.jsonl'))).toHaveLength(1)
    const [hold] = await journal('intent')
    const [held, running] = await journal('outcome')
    expect(hold?.data).toMatchObject({ act: 'lane.hold', runner: record.runner })
    expect(held?.data).toMatchObject({ intent: hold?.seq, outcome: 'held', pid: 0 })
    expect(running?.data).toMatchObject({ outcome: 'running', pid: record.pid })
    expect(sshd.connections()).toBe(1)
    expect((await launch()).acted).toMatchObject({ kind: 'already', record: { pid: record.pid } })
    expect(await containers()).toEqual([])

    const resumed = JSON.parse((await operator.run('lane', 'resume', 'add-out', '--json')).stdout)
    expect(resumed).toMatchObject({
      kind: 'running',
      record: { stem: 'add-out.2', runner: { kind: 'box' } },
    })
    await model.asked(3)
    expect(await containers()).toHaveLength(1)
    const killed = Date.now()
    await docker.engine.getContainer(resumed.record.runner.container).kill({ signal: 'SIGKILL' })
    await eventually('the killed box is gone', async () => (await containers()).length === 0)
    expect(Date.now() - killed).toBeLessThan(20_000)
    const [transcript = ''] = globSync(at('codex-home/sessions/**/*.jsonl'))
    expect(readFileSync(transcript, 'utf8')).toMatch(/Go on with your task/)
    expect(existsSync(at('logs/add-out.2.json'))).toBe(true)
  }, 120_000)

  it('[G03] writes its commits, and nothing that git on the host obeys', async () => {
    const tries = [
      'echo x > $c/hooks/post-checkout',
      'mkdir $c/hooks/more',
      'git config core.fsmonitor /tmp/run',
      'echo x > $c/config',
      'mv $c/hooks $c/hooks2',
      'echo /tmp > $d/commondir',
      'unlink $d/commondir',
      'echo x > $d/../more',
      'echo "gitdir: /tmp" > .git',
      'mv .git .git2',
    ]
    const bad = tries.map(
      each => `(${each}) 2> /dev/null && echo "did: ${each.replaceAll('"', '')}"`,
    )
    const where = 'c=$(git rev-parse --git-common-dir); d=$(git rev-parse --absolute-git-dir)'
    const command = `${where}; { ${bad.join('; ')}; echo tried; } > out.txt; git add -A && git commit -qm "lane: a line" && git tag mine`
    const { model, at, git, launched, lane, containers } = await factory({ command })
    const before = readFileSync(at('app/.git/config'), 'utf8')
    await launched()
    await model.asked(1)
    model.release()
    await model.asked(2)
    model.release()
    await eventually('the lane has ended with evidence', async () => {
      const row = await lane()
      return row?.status === 'ended' && row.result === 'local'
    })
    await eventually('the box is gone', async () => (await containers()).length === 0)
    expect(readFileSync(at('trees/add-out/out.txt'), 'utf8')).toBe('tried\n')
    expect(git('trees/add-out', 'log', '-1', '--format=%s %D')).toMatch(/^lane: a line .*tag: mine/)
    expect(git('trees/add-out', 'status', '--porcelain')).toBe('')
    expect(readFileSync(at('app/.git/config'), 'utf8')).toBe(before)
  }, 120_000)

  it('[G01] [A05] whose root is read-only is stopped with all that runs in it', async () => {
    const { docker, model, operator, launched, containers, journal } = await factory({
      command: '! touch /etc/mine && setsid sleep 4811 & sleep 4812; true',
      box: (path, id) =>
        fits(path, id).replace(
          'mounts = [',
          `readOnlyRoot = true
tmpfs = ["/tmp", "/codex-home"]
mounts = [
  { kind = "tools", source = "${path('codex-home/config.toml')}", target = "/codex-home/config.toml", mode = "ro" },`,
        ),
    })
    const { pid, runner } = await launched()
    const { HostConfig } = await docker.engine.getContainer(runner.container).inspect()
    expect(HostConfig.ReadonlyRootfs).toBe(true)
    await model.asked(1)
    model.release()
    const sleepers = () =>
      execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
        .split('\n')
        .filter(line => /^sleep 481[12]$/.test(line.trim()))
    await eventually('both commands run', () => sleepers().length === 2)
    const stopped = JSON.parse(
      await operator.run('lane', 'stop', 'add-out', '--json').then(r => r.stdout),
    )
    expect(stopped).toMatchObject({ kind: 'stopped', by: expect.stringMatching(/INT|TERM|KILL/) })
    expect(isAlive(pid)).toBe(false)
    expect(sleepers()).toEqual([])
    expect(await containers()).toEqual([])
    expect((await journal('outcome')).at(-1)?.data).toMatchObject({ outcome: 'stopped' })
  }, 120_000)

  it('[G02] [G03] [G04] is refused with every reason, before anything is made', async () => {
    const { at, launch, containers, git } = await factory({
      command: COMMIT,
      files: {
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
    const { docker, operator, launch, sshd } = await factory({ command: 'true' })
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
    const { launch } = await factory({ command: 'true', forwards: false })
    expect((await launch('--dry-run')).acted.problems.join('\n')).toMatch(
      /sshd on the host does not forward to .*: allow it in its sshd_config/,
    )
  }, 60_000)

  it('[G01] that a dead hub made and did not start is taken back, and made once more', async () => {
    const { docker, model, operator, launch, launched, containers, journal } = await factory({
      command: COMMIT,
    })
    // The engine tells of it before it answers the hub: there the hub is killed.
    const events = (await docker.engine.getEvents({ filters: { event: ['create'] } })) as unknown
    const created = new Promise<void>(resolve => {
      ;(events as NodeJS.ReadableStream).once('data', () => {
        for (const pid of operator.hubs()) killOne(pid)
        resolve()
      })
    })
    await operator.printed('prewarm')
    const [{ acted }] = await Promise.all([launch(), created])
    ;(events as { destroy(): void }).destroy()
    expect(acted.kind).toBe('unknown')
    expect((await containers()).map(({ State }) => State)).toEqual(['created'])
    const record = await launched()
    expect(await containers()).toHaveLength(1)
    const { State } = await docker.engine.getContainer(record.runner.container).inspect()
    expect(State.Running).toBe(true)
    await model.asked(1)
    const outcomes = (await journal('outcome')).map(({ data }) => data['outcome'])
    expect(outcomes.filter(outcome => outcome === 'undone')).toHaveLength(1)
    expect(outcomes.filter(outcome => outcome === 'running')).toHaveLength(1)
    await docker.engine.getContainer(record.runner.container).kill()
  }, 60_000)

  it('[G01] [G05] [G08] [G10] stands in the pane with its lane, as what it came to and as what was left', async () => {
    const { docker, model, at, operator, launched, containers, id, sshd, journal } = await factory({
      // Memory is taken by writing to a directory that lies in it.
      command: 'dd if=/dev/zero of=/tmp/fill bs=1M count=2000; true',
      changes: ['LABEL org.opencontainers.image.base.digest=sha256:0b5e'],
      box: (path, image) => `${fits(path, image)}
needs = [{ service = "tracker", token = "${path('tracker.json')}", expires = "2031-01-01T00:00:00Z" }]
`,
      drift: true,
    })
    const rows = async () => JSON.parse((await operator.run('boxes', '--json')).stdout).rows
    const record = await launched()
    expect(record.runner.drift).toEqual(['AGENTS.md'])
    const [box, image] = await eventually('both are seen', async () => {
      const seen = await rows()
      return seen.length === 2 && seen
    })
    expect(box).toMatchObject({
      kind: 'box',
      lane: 'add-out',
      state: 'running',
      drift: ['AGENTS.md'],
    })
    expect(image).toMatchObject({
      kind: 'image',
      profile: 'work',
      digest: id,
      pin: id,
      drift: [],
      base: 'sha256:0b5e',
      needs: [{ service: 'tracker', token: 'present', expiresAt: '2031-01-01T00:00:00.000Z' }],
    })
    expect(image.size).toBeGreaterThan(1_000)
    expect((await operator.run('boxes')).stdout).toMatch(
      /pre-auth required: tracker, token present until 2031/,
    )
    await model.asked(1)
    model.release()
    await eventually('its memory is used up', async () => (await rows())[0]?.isOutOfMemory)
    // The kernel chooses whom it kills: it may have been the agent itself.
    await docker.engine
      .getContainer(record.runner.container)
      .kill()
      .catch(() => undefined)
    await eventually('it is gone', async () => (await containers()).length === 0)
    const over = await eventually('what it came to is told', async () => {
      const [seen] = await rows()
      return seen?.state === 'gone' && seen
    })
    expect(over).toMatchObject({ exit: 137, isOutOfMemory: true, lane: 'add-out' })

    await docker.engine.createContainer({
      name: 'dockmaster-old-lane-1',
      Image: id,
      Cmd: ['/usr/bin/true'],
      Labels: { 'dockmaster.stem': 'old-lane', 'dockmaster.lane': 'old-lane' },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [{ Type: 'bind', Source: '/usr', Target: '/usr', ReadOnly: true }],
      },
    })
    await docker.engine.getContainer('dockmaster-old-lane-1').start()
    const left = await eventually('it is left over', async () =>
      (await rows()).find((row: { leftover?: string }) => row.leftover),
    )
    expect(left).toMatchObject({ lane: 'old-lane', state: 'exited', exit: 0 })
    expect((await operator.run('boxes')).stdout).toMatch(/old-lane +leftover .*not removed/)
    const name = 'dockmaster-old-lane-1'
    expect(await operator.printed('leftovers')).toMatch(/box +dockmaster-old-lane-1 +old-lane/)
    expect(await operator.printed('leftovers', 'remove', name, '--dry-run')).toMatch(
      /would remove box dockmaster-old-lane-1 of old-lane: .*; a person is asked/,
    )
    const asked = await operator.run('leftovers', 'remove', name, '--json')
    const { decision } = JSON.parse(asked.stdout)
    expect([asked.exitCode, (await containers()).length]).toEqual([77, 1])
    const person = openTerminal(operator.line('answer', `${decision}`, 'Remove it'), operator.env)
    await person.until(/\(yes\/no\)/)
    person.type('yes\r')
    expect(await person.exitCode).toBe(0)
    expect(await containers()).toEqual([])
    expect((await journal('outcome')).at(-1)?.data).toMatchObject({ outcome: 'removed' })
    expect(existsSync(at('tracker.json'))).toBe(true)
    expect(sshd.connections()).toBe(1)
  }, 120_000)

  it('[G06] is validated by the commands of its workflow files, by their exit codes alone', async () => {
    const workflow = `
on: push
env: { LEVEL: loud }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: sees the commit
        run: |
          git log --oneline | head -1
          grep hi out.txt
          echo built > artefact
      - name: fails
        run: echo "$LEVEL and clear"; exit 3
      - run: echo never
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: test "$CI" = true && ! touch /codex-home/sessions/x
      - run: echo \${{ github.sha }}
`
    const { model, at, git, operator, launched, lane, journal, containers } = await factory({
      command: COMMIT,
      workflow,
    })
    await launched()
    await model.asked(1)
    await eventually('the lane is seen', async () => (await lane()) !== undefined)
    const early = await operator.run('lane', 'validate', 'add-out')
    expect(early).toMatchObject({
      exitCode: 77,
      stderr: expect.stringMatching(/validated at its end/),
    })
    model.release()
    await model.asked(2)
    model.release()
    await eventually('the lane has ended', async () => {
      const row = await lane()
      return row?.status === 'ended' && row.pid === null
    })
    const { stdout, exitCode } = await operator.run('lane', 'validate', 'add-out', '--json')
    const { kind, commit, steps, seq } = JSON.parse(stdout)
    expect({ kind, exitCode }).toEqual({ kind: 'validated', exitCode: 1 })
    expect(commit).toBe(git('trees/add-out', 'rev-parse', 'HEAD'))
    expect(steps).toMatchObject([
      { job: 'test', state: 'not-run', said: expect.stringMatching(/actions\/checkout/) },
      { job: 'test', name: 'sees the commit', state: 'passed', exit: 0 },
      { job: 'test', name: 'fails', state: 'failed', exit: 3, said: 'loud and clear' },
      { job: 'test', state: 'not-run', said: 'a step before it failed' },
      { job: 'lint', state: 'passed', exit: 0 },
      { job: 'lint', state: 'not-run', said: expect.stringMatching(/expression/) },
    ])
    expect(steps[1].said).toMatch(/lane: a line/)
    const outcome = (await journal('outcome')).at(-1)
    expect(outcome).toMatchObject({
      seq,
      data: { outcome: 'failed', passed: 2, failed: 1, commit },
    })
    expect(await containers()).toEqual([])
    expect(existsSync(at('trees/add-out.validate'))).toBe(false)
    expect(git('trees/add-out', 'status', '--porcelain')).toBe('')
  }, 120_000)
})
