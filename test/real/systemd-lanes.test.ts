/**
 * Lanes that are units: the built program, a host behind a real sshd on a real systemd, the real
 * Codex against a model server on loopback.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { newLaneFactory, writeBrief } from './parts/lane-factory.ts'
import { type ModelServer, startModelServer, startScripts } from './parts/model-server.ts'
import { isAlive, killOne } from './parts/processes.ts'
import { type CaseHost, launchCase, resumeCase, seen } from './parts/run-cases.ts'
import { newSystemdHost, type SystemdHost } from './parts/systemd-host.ts'

const COMMIT = 'echo hi >> out.txt && git add -A && git commit -qm "lane: a line" && echo yes'

async function factoryOn(host: SystemdHost, model: ModelServer) {
  onTestFinished(() => model.close())
  const factory = await newLaneFactory(model.baseUrl, ['codex'], { inside: host })
  const operator = factory.operator(factory.profile('factory'))
  const lanes: CaseHost = {
    operator,
    profile: 'factory',
    repo: factory.at('app'),
  }
  return { ...factory, operator, lanes }
}

const LANE = { name: 'add-out', engine: 'codex' } as const

requirePart(
  'systemd',
  'sshd',
  'git',
)('a lane that is a unit', () => {
  it('[B01] outlives link and hub, and goes on in its thread as another unit', async () => {
    const host = await newSystemdHost()
    const model = await startModelServer(COMMIT)
    const { at, git, sshd, operator, lanes } = await factoryOn(host, model)

    expect(await launchCase(lanes, LANE, '--dry-run')).toMatchObject({
      runner: 'session',
      runnerWhy: expect.stringMatching(/no systemd on .*: .*sudo loginctl enable-linger/),
    })
    const refused = await launchCase(lanes, LANE, '--runner', 'systemd')
    expect(refused.problems?.join()).toMatch(/systemd does not work .* enable-linger/)
    await host.linger(host.user)
    expect(await launchCase(lanes, LANE, '--dry-run')).toMatchObject({
      runner: 'systemd',
      runnerWhy: expect.stringMatching(/systemd works on/),
    })

    const { kind, record } = await launchCase(lanes, LANE)
    if (!record) throw new Error(`it came out as ${kind}`)
    const unit = expect.stringMatching(/^dockmaster-add-out-[0-9a-f]{12}\.service$/)
    expect(record).toMatchObject({ runner: { kind: 'systemd', unit } })
    expect(host.unit(record)).toMatchObject({
      MainPID: String(record.pid),
      Description: 'Lane add-out',
      InvocationID: record.invocation,
      WorkingDirectory: record.cwd,
    })
    // Where it can be looked for was on record before it was made.
    const told = await operator.printed('journal', '--json', '--kind', 'intent')
    const [hold] = JSON.parse(told).rows as { data: object }[]
    expect(hold?.data).toMatchObject({ act: 'lane.hold', runner: record.runner })
    await model.asked(1)
    await seen(lanes, 'add-out', { status: 'thinking', pid: record.pid, brief: record.sha256 })

    const [hub] = operator.hubs()
    const serving = sshd.sessions()
    expect(serving.length).toBeGreaterThan(2)
    process.kill(hub ?? 0, 'SIGKILL')
    sshd.killSessions()
    await eventually('the link is gone', () => !serving.some(isAlive))
    expect(host.unit(record)).toMatchObject({ MainPID: String(record.pid), SubState: 'running' })
    model.release()
    await model.asked(2)
    model.release()
    const ended = await seen(lanes, 'add-out', { status: 'ended', result: 'local', lastExit: 0 })
    expect(git('trees/add-out', 'log', '--format=%s', 'main..')).toBe('lane: a line')
    expect(host.unit(record)).toMatchObject({ LoadState: 'not-found' })
    expect(await launchCase(lanes, LANE)).toMatchObject({
      kind: 'already',
      record: { pid: record.pid, invocation: record.invocation },
    })

    const resumed = await resumeCase(lanes, 'add-out', 'more')
    expect(resumed).toMatchObject({ kind: 'running', record: { stem: 'add-out.2' } })
    expect(resumed.record?.runner).not.toEqual(record.runner)
    await model.asked(3)
    if (resumed.record) {
      expect(host.unit(resumed.record)).toMatchObject({ MainPID: String(resumed.record.pid) })
    }
    const twice = await operator.run('lane', 'resume', 'add-out')
    expect(twice).toMatchObject({ exitCode: 77, stderr: expect.stringMatching(/live writer/) })
    model.release()
    await model.asked(4)
    model.release()
    const again = await seen(lanes, 'add-out', { status: 'ended', threadId: ended.threadId })
    expect(again.evidence.filter(each => each.kind === 'commit')).toHaveLength(2)
    expect(existsSync(at('trees/add-out/out.txt'))).toBe(true)
  }, 180_000)

  it('[A05] is stopped with all that its cgroup holds', async () => {
    const host = await newSystemdHost()
    await host.linger(host.user)
    const model = await startModelServer(
      'setsid sleep 4731 & (env -i setsid sleep 4732 &) ; sleep 4733; true',
    )
    const { operator, lanes } = await factoryOn(host, model)
    const { record } = await launchCase(lanes, LANE)
    if (!record) throw new Error('it was not launched')
    await model.asked(1)
    model.release()
    const sleepers = () => host.asUser('sh', '-c', 'pgrep -c -x sleep || true')
    await eventually('all of it has started', () => sleepers() === '3')
    expect(sleepers()).toBe('3')

    const { stdout, stderr, exitCode } = await operator.run('lane', 'stop', 'add-out', '--json')
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(new RegExp(`process ${record.pid}, .* exec --json`))
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'stopped' })
    expect(sleepers()).toBe('0')
    expect(host.unit(record)).toMatchObject({ LoadState: 'not-found' })
    await seen(lanes, 'add-out', { status: 'ended', pid: null })
  }, 120_000)

  it('[B01] whose hub is killed on the way is made once, whenever that is', async () => {
    const host = await newSystemdHost()
    await host.linger(host.user)
    const model = await startScripts(new Map())
    onTestFinished(() => model.close())
    const factory = await newLaneFactory(model.baseUrl, [], { inside: host })
    const { at } = factory
    const agent = `#!/bin/sh\necho "$DOCKMASTER_RUN" >>${at('starts')}\necho '{"type":"turn.started"}'\nexec sleep 4734\n`
    writeFileSync(at('codex'), agent)
    chmodSync(at('codex'), 0o755)
    factory.handOver()
    const operator = factory.operator(
      factory.profile('factory', { launch: `codex = "${at('codex')}"` }),
    )
    const outcomes: string[] = []
    for (const [index, waitMs] of [0, 4, 12, 24, 40, 80].entries()) {
      const name = `cut-${index}`
      const words = ['lane', 'launch', '--brief', writeBrief(name), '--repo', at('app'), '--json']
      const first = operator.start(...words)
      await eventually('its record is there', () => existsSync(at(`logs/${name}.json`)))
      await delay(waitMs)
      operator.hubs().forEach(killOne)
      outcomes.push(JSON.parse((await first).stdout).kind)
      const { kind, record } = JSON.parse(await operator.printed(...words))
      expect({ name, kind }).toEqual({ name, kind: expect.stringMatching(/running|already/) })
      const starts = readFileSync(at('starts'), 'utf8').split('\n')
      expect(starts.filter(line => line.startsWith(`${name} `))).toHaveLength(1)
      expect(host.unit(record)).toMatchObject({ MainPID: String(record.pid) })
    }
    expect(outcomes).toContain('unknown')
    expect(host.asUser('sh', '-c', 'pgrep -c -x sleep')).toBe('6')
  }, 120_000)
})
