/**
 * Launch, stop and resume on real parts: the built program, a host behind a real sshd, the real
 * Codex against a model server on loopback, a repository with a real origin.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { statOf } from '../../src/probe/runner/process-identity.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { newLaneFactory } from './parts/lane-factory.ts'
import { startModelServer } from './parts/model-server.ts'
import { oneLane } from './parts/one-lane.ts'
import { identitiesOf, isAlive, killLater, killOne, readProcess } from './parts/processes.ts'

/** A factory whose agent is told to run `command` once a turn, and an operator's side for it. */
async function factory(command: string) {
  const model = await startModelServer(command)
  onTestFinished(() => model.close())
  const { profile, operator: operatorOf, ...host } = await newLaneFactory(model.baseUrl, ['codex'])
  const { at } = host
  const operator = operatorOf(
    profile('factory', { profile: 'models.banned = ["old-*"]' }),
    `[[profiles.factory.launch.repos]]
path = "${at('seed')}"
remote = "git@git.test:acme/app.git"
branch = "main"
`,
  )
  return { ...host, model, operator, ...oneLane(operator, '--repo', at('app')) }
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
    const { sshd, model, at, git, operator, launch, launched, lane, journal } = await factory(
      'echo hi >> out.txt && git add -A && git commit -qm "lane: a line" && git log --oneline | head -1',
    )
    const { acted: plan } = await launch('--dry-run')
    expect(plan).toMatchObject({ kind: 'plan', name: 'add-out', branch: 'lane/add-out' })
    expect(existsSync(at('logs'))).toBe(false)

    const record = await launched()
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

    const { acted: again } = await launch()
    expect(again).toMatchObject({ kind: 'already', record: { pid: record.pid } })
    expect(await journal('intent')).toHaveLength(2)

    const resumed = JSON.parse(await operator.printed('lane', 'resume', 'add-out', '--json'))
    killLater(resumed.record)
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
    const record = await launched()
    await model.asked(1)
    model.release()
    const family = await eventually('the command has started', () => {
      const pids = sleepers()
      return pids.length === 4 && pids
    })
    killLater(...identitiesOf(family))

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
      const { acted, exitCode } = await launch(...more)
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
      const { acted, exitCode } = await launch()
      expect({ ...acted, exitCode }).toMatchObject({
        kind: 'failed',
        message: expect.stringMatching(/codex ended at once: .*nowhere/),
        exitCode: 1,
      })
      expect(existsSync(at('trees/add-out'))).toBe(false)
      expect(git('app', 'branch', '--list', 'lane/*')).toBe('')
    }
  }, 60_000)
})
