/**
 * Lanes in boxes on real parts: the built program, a host behind a real sshd, a real Docker engine
 * whose socket is reached over that one connection, the real Codex inside.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { boxedLane, COMMIT, fits } from './parts/boxed-lane.ts'
import { isAlive, killOne } from './parts/processes.ts'

requirePart(
  'sshd',
  'git',
  'root',
  'dockerd',
)('a lane in a box', () => {
  it('[G01] [G02] [B16] works on its worktree on the host, is limited, and is gone after its end', async () => {
    const { sshd, docker, model, at, git, operator, launch, launched, lane, journal, containers } =
      await boxedLane({ command: COMMIT })
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
    const { model, at, git, launched, lane, containers } = await boxedLane({ command })
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
    const { docker, model, operator, launched, containers, journal } = await boxedLane({
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

  it('[G01] that a dead hub made and did not start is taken back, and made once more', async () => {
    const { docker, model, operator, launch, launched, containers, journal } = await boxedLane({
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
})
