/**
 * Launch, stop and resume on real parts: the built program, a host behind a real sshd, the real
 * Codex against a model server on loopback, a repository with a real origin.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { statOf } from '../../src/probe/runner/process-identity.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { installCodex, writeCodexHome } from './parts/codex.ts'
import { startModelServer } from './parts/model-server.ts'
import { newOperator } from './parts/operator.ts'
import { descendants, isAlive, killOne, readProcess } from './parts/processes.ts'
import { startSshd } from './parts/sshd.ts'

const BRIEF =
  '# TASK\nAdd a line.\n# DO\nCommit it.\n# DO NOT\nPush.\n# OUTPUT\nout.txt\n# STOP\nThen.\n'

/** A factory whose agent is told to run `command` once a turn, and an operator's side for it. */
async function factory(command: string) {
  const sshd = await startSshd()
  onTestFinished(() => sshd.remove())
  const model = await startModelServer(command)
  onTestFinished(() => model.close())
  const dir = join(sshd.dir, 'factory')
  const at = (name: string) => join(dir, name)
  const native = await installCodex()
  mkdirSync(dir)
  try {
    linkSync(native, at('codex'))
  } catch {
    copyFileSync(native, at('codex'))
  }
  chmodSync(at('codex'), 0o755)
  await writeCodexHome(at('codex-home'), model.baseUrl)
  const git = (where: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-C', at(where), ...args], {
      encoding: 'utf8',
    }).trim()
  git('.', 'init', '-q', '--bare', '-b', 'main', 'origin.git')
  git('.', 'init', '-q', '-b', 'main', 'seed')
  git(
    'seed',
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@factory.test',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'begin',
  )
  git('seed', 'push', '-q', at('origin.git'), 'main')
  git('.', 'clone', '-q', at('origin.git'), 'app')
  git('app', 'config', 'user.name', 'Lane')
  git('app', 'config', 'user.email', 'lane@factory.test')
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', sshd.user, dir])

  const config = `
[profiles.factory]
host = "factory"
sshConfig = "${sshd.configFile}"
node = "${process.execPath}"
lanes.codexHomes = ["${at('codex-home')}"]
lanes.claudeHomes = []
models.banned = ["old-*"]
spine = { cron = false, timers = false }
[profiles.factory.launch]
codex = "${at('codex')}"
worktrees = "${at('trees')}"
logs = "${at('logs')}"
env = { CODEX_HOME = "${at('codex-home')}", LOOPBACK_KEY = "k" }
[[profiles.factory.launch.repos]]
path = "${at('app')}"
remote = "${at('origin.git')}"
branch = "main"
[[profiles.factory.launch.repos]]
path = "${at('seed')}"
remote = "git@git.test:acme/app.git"
branch = "main"
`
  const operator = newOperator({ select: [], config })
  const brief = join(scratch(), 'add-out.md')
  writeFileSync(brief, BRIEF)
  const launch = (...more: string[]) =>
    operator.run('lane', 'launch', '--brief', brief, '--repo', at('app'), '--json', ...more)
  const launched = async (...more: string[]) => {
    const { stdout, stderr, exitCode } = await launch(...more)
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    const acted = JSON.parse(stdout)
    onTestFinished(() => {
      if (acted.record)
        for (const pid of [acted.record.pid, ...descendants(acted.record.pid)]) killOne(pid)
    })
    return acted
  }
  const lane = async () => {
    const { rows } = JSON.parse((await operator.run('lanes', '--json')).stdout)
    return rows[0]
  }
  const journal = async (kind: string) =>
    JSON.parse(await operator.printed('journal', '--json', '--kind', kind)).rows as {
      seq: number
      data: Record<string, unknown>
    }[]
  return { sshd, model, at, git, operator, brief, launch, launched, lane, journal }
}

/** What the stopped lane's command started, wherever it hangs in the tree of processes. */
const sleepers = (): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => /^sleep\0(4711|4712|4713|4714)\0$/.test(readProcess(`/proc/${pid}/cmdline`)))
    .filter(isAlive)

requirePart('sshd', 'git')('a lane', () => {
  it('[B01] [B02] [B11] is launched in a worktree of its own, outlives link and hub, and goes on in its thread', async () => {
    const { sshd, model, at, git, operator, launched, lane, journal } = await factory(
      'echo hi >> out.txt && git add -A && git commit -qm "lane: a line" && git log --oneline | head -1',
    )
    const plan = await launched('--dry-run')
    expect(plan).toMatchObject({ kind: 'plan', name: 'add-out', branch: 'lane/add-out' })
    expect(existsSync(at('logs'))).toBe(false)

    const { kind: how, record } = await launched()
    expect(how).toBe('running')
    expect(record).toMatchObject({ name: 'add-out', cwd: at('trees/add-out'), sha256: plan.sha256 })
    const [hold, release] = await journal('intent')
    const [held, running] = await journal('outcome')
    expect(held?.data).toMatchObject({
      intent: hold?.seq,
      outcome: 'held',
      pid: record.pid,
      pidStart: record.pidStart,
      hostname: record.hostname,
      cwd: record.cwd,
      log: record.log,
      sha256: record.sha256,
      engine: 'codex',
    })
    // Who it is was on record before its prompt was sent.
    expect(held?.seq).toBeLessThan(release?.seq ?? 0)
    expect(running?.data).toMatchObject({ intent: release?.seq, outcome: 'running' })
    expect(statSync(at('logs/add-out.json')).mode & 0o777).toBe(0o600)
    await model.asked(1)
    await eventually('the lane is seen with its brief', async () => {
      const seen = await lane()
      return seen?.status === 'thinking' && seen.brief === record.sha256
    })

    // All that serves the link, but not what only has its place in the tree: a crash spares that.
    const serving = sshd.sessions().filter(pid => statOf(pid)?.session !== record.pid)
    expect(serving.length).toBeGreaterThan(2)
    const [hub] = operator.hubs()
    process.kill(hub ?? 0, 'SIGKILL')
    serving.forEach(killOne)
    await eventually('the link is gone', () => !serving.some(isAlive))
    expect(isAlive(record.pid)).toBe(true)
    model.release()
    await model.asked(2)
    model.release()
    const ended = await eventually('the lane has ended with evidence', async () => {
      const seen = await lane()
      return seen?.status === 'ended' && seen.result === 'local' && seen
    })
    expect(ended).toMatchObject({
      name: 'add-out',
      lastExit: 0,
      evidence: [{ kind: 'commit' }, { kind: 'report' }],
    })
    expect(git('trees/add-out', 'log', '--format=%s', 'main..')).toBe('lane: a line')
    expect(git('app', 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('main')

    const again = await launched()
    expect(again).toMatchObject({ kind: 'already', record: { pid: record.pid } })
    expect(await journal('intent')).toHaveLength(2)

    const resumed = JSON.parse(await operator.printed('lane', 'resume', 'add-out', '--json'))
    onTestFinished(() => killOne(resumed.record.pid))
    expect(resumed).toMatchObject({ kind: 'running', record: { stem: 'add-out.2' } })
    await model.asked(3)
    const refused = await operator.run('lane', 'resume', 'add-out')
    expect(refused).toMatchObject({ exitCode: 77, stderr: expect.stringMatching(/live writer/) })
    model.release()
    await model.asked(4)
    model.release()
    await eventually('the second turn has ended', async () => {
      const seen = await lane()
      return (
        seen?.status === 'ended' &&
        seen.evidence.filter(({ kind }: { kind: string }) => kind === 'commit').length === 2
      )
    })
    expect(await lane()).toMatchObject({ threadId: ended.threadId, name: 'add-out' })
    const log = readFileSync(record.log, 'utf8')
    expect(new Set(log.match(/"thread_id":"[^"]+"/g)).size).toBe(1)
  }, 120_000)

  it('[A05] is stopped with all that it started, by identity', async () => {
    const { model, operator, launched, lane, journal } = await factory(
      'setsid sleep 4711 & (sleep 4712 & exec sleep 4713) & sleep 4714; true',
    )
    const { record } = await launched()
    await model.asked(1)
    model.release()
    const family = await eventually('the command has started', () => {
      const pids = sleepers()
      return pids.length === 4 && pids
    })
    onTestFinished(() => family.forEach(killOne))

    const { stdout, stderr, exitCode } = await operator.run('lane', 'stop', 'add-out', '--json')
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(new RegExp(`process ${record.pid}, .* exec --json`))
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'stopped',
      by: expect.stringMatching(/INT|TERM/),
    })
    expect([record.pid, ...family].filter(isAlive)).toEqual([])
    const outcome = (await journal('outcome')).at(-1)
    expect(outcome?.data).toMatchObject({
      outcome: 'stopped',
      undo: { act: 'lane.resume', lane: 'add-out' },
    })

    await eventually('it is seen to be gone', async () => (await lane())?.pid === null)
    const twice = await operator.run('lane', 'stop', 'add-out')
    expect(twice).toMatchObject({ exitCode: 77, stderr: expect.stringMatching(/no live process/) })
  }, 120_000)

  it('[A09] [A11] [B02] [B11] is refused before anything starts, with every reason', async () => {
    const { at, operator, brief, launch, git } = await factory('true')
    const problems = async (...more: string[]): Promise<string> => {
      const { stdout, exitCode } = await launch(...more)
      const acted = JSON.parse(stdout)
      expect({ kind: acted.kind, exitCode }).toEqual({ kind: 'refused', exitCode: 77 })
      return acted.problems.join('\n')
    }
    expect(await problems('--engine', 'claude')).toMatch(/claude is not on .*looked in/)
    expect(await problems('--model', 'old-3')).toMatch(/old-3 may not run \(banned old-\*/)
    expect(await problems('--repo', at('seed'))).toMatch(
      /wrong repository: .*seed on .* is no origin .*canon says git.test\/acme\/app main/,
    )
    expect(await problems('--repo', at('origin.git'))).toMatch(/launch.repos has no entry/)
    git('app', 'branch', 'lane/taken')
    expect(await problems('--name', 'taken')).toMatch(/branch lane\/taken is there/)
    mkdirSync(at('trees/here'), { recursive: true })
    expect(await problems('--name', 'here')).toMatch(/two lanes never share a worktree/)
    writeFileSync(brief, 'TASK: add\nDO: it\n')
    expect(await problems()).toMatch(/no DO NOT[^]*no OUTPUT[^]*no STOP/)
    expect(existsSync(at('logs'))).toBe(false)
    const { rows } = JSON.parse(await operator.printed('journal', '--json', '--kind', 'intent'))
    expect(rows).toEqual([])
  }, 60_000)

  it('[B01] that ends at once is a failure, is taken back, and may be launched again', async () => {
    const { at, launch, git } = await factory('true')
    writeFileSync(at('codex-home/config.toml'), 'model_provider = "nowhere"\n')
    for (const _ of ['once', 'again']) {
      const { stdout, exitCode } = await launch()
      expect({ ...JSON.parse(stdout), exitCode }).toMatchObject({
        kind: 'failed',
        message: expect.stringMatching(/codex ended at once: .*nowhere/),
        exitCode: 1,
      })
      expect(existsSync(at('trees/add-out'))).toBe(false)
      expect(git('app', 'branch', '--list', 'lane/*')).toBe('')
    }
  }, 60_000)
})
