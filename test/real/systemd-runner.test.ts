/** The `systemd` runner against a real systemd, request by request. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunnerSpec } from '../../src/rpc/lane-api.ts'
import type { ProbeParams } from '../../src/rpc/probe-api.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { newSystemdHost, type SystemdHost } from './parts/systemd-host.ts'

const SURVEY = {
  name: 'lane',
  repo: null,
  engine: 'codex',
  program: null,
  worktrees: '~/trees',
  logs: '~/logs',
} as const

/** What may look like something else to a shell or to systemd. */
interface Odd {
  place?: string
  argv?: string[]
  env?: Record<string, string>
}

/** A run of a program that is a shell script with that in it, in a directory of that name. */
function runOf(
  host: SystemdHost,
  runner: RunnerSpec,
  script: string,
  { place = 'place', argv = [], env = {} }: Odd = {},
): ProbeParams<'lane.hold'> {
  const dir = host.newDir(`${runner.kind}-${Math.random().toString(36).slice(2)}`)
  const cwd = join(dir, place)
  mkdirSync(cwd)
  const program = join(dir, 'agent')
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o755)
  return {
    logs: join(dir, `logs ${place}`),
    stem: 'lane',
    runner,
    runnerWhy: 'the test says so',
    key: 'k'.repeat(64),
    name: 'lane',
    engine: 'codex',
    model: null,
    sha256: 'a'.repeat(64),
    text: 'the brief\n',
    path: '/usr/bin:/bin',
    env,
    cwd,
    tree: null,
    argv: [program, ...argv],
    log: join(dir, `logs ${place}`, 'lane.jsonl'),
  }
}

const UNIT = { kind: 'systemd', unit: 'dockmaster-lane-0123.service' } as const

const placeOf = ({ logs, stem }: ProbeParams<'lane.hold'>) => ({ logs, stem })

function held(host: SystemdHost, run: ProbeParams<'lane.hold'>) {
  const answer = host.ask('lane.hold', run)
  if (answer.kind === 'failed') throw new Error(answer.message)
  return answer.record
}

requirePart('systemd')('the systemd runner', () => {
  it('[B01] is used where units outlive every login, and says what is missing where not', async () => {
    const host = await newSystemdHost()
    const fault = () => host.ask('lane.survey', SURVEY).systemd.fault
    expect(fault()).toMatch(/does not answer .*sudo loginctl enable-linger/)
    host.run('systemctl', 'start', `user@${host.asUser('id', '-u')}.service`)
    expect(fault()).toMatch(/ends with the last login.*sudo loginctl enable-linger/)
    await host.linger(host.user)
    expect(fault()).toBe(null)
  })

  it('[B01] gives a run the very words, input, place and environment that a session gives', async () => {
    const host = await newSystemdHost()
    await host.linger(host.user)
    const script = [
      'pwd; cat; umask; for each in "$@"; do printf "<%s>" "$each"; done',
      'printf "[%s]" "$NASTY" "$PATH" "$HOME"',
      // A shell's pipe ends by SIGPIPE, silently.
      'yes | head -1; echo said >&2',
    ].join('\n')
    const more = {
      place: 'a b%n$HOME"\'\\x',
      argv: ['$HOME', '${HOME}', '$$', '%h %%', '"', "'", '\\n', ' ', '', 'ü;|&', 'two\nlines'],
      env: { NASTY: ' $HOME ${HOME} %h "x" \'y\' \\n\ttab\nline ü ' },
    }
    const outputs = [{ kind: 'session' } as const, UNIT].map(async runner => {
      const run = runOf(host, runner, script, more)
      const record = held(host, run)
      expect(host.ask('lane.look', placeOf(run)).state).toBe('held')
      expect(readFileSync(run.log, 'utf8')).toBe('')
      const { argv } = record
      host.ask('lane.release', placeOf(run))
      const seen = await eventually('it has ended', () => {
        const look = host.ask('lane.look', placeOf(run))
        return look.state === 'ended' && look
      })
      expect(seen.said).toBe('said')
      const where = dirname(run.cwd)
      return [argv.slice(1), readFileSync(run.log, 'utf8').replaceAll(where, 'DIR')]
    })
    const [session, unit] = await Promise.all(outputs)
    expect(unit).toEqual(session)
    expect(unit?.[1]).toContain('the brief')
    expect(unit?.[1]).toContain(more.env.NASTY)
  })

  it('[A05] ends all that its unit holds, also what no other tie binds to it', async () => {
    const host = await newSystemdHost()
    await host.linger(host.user)
    const script = `trap '' INT TERM
(env -i setsid sleep 4721 &)
(env -i setsid sh -c "trap '' INT TERM; sleep 4722; true" &)
echo began
while :; do sleep 4723; done`
    const run = runOf(host, UNIT, script)
    const record = held(host, run)
    const { pid, pidStart } = record
    host.ask('lane.release', placeOf(run))
    expect(host.unit(record)).toMatchObject({ MainPID: String(pid), ActiveState: 'active' })
    const sleepers = () => host.asUser('sh', '-c', 'pgrep -c -x sleep || true')
    await eventually('all of it has started', () => sleepers() === '3')

    const other = { pid, pidStart: `${Number(pidStart) - 1}`, run: placeOf(run) }
    expect(host.ask('lane.end', other)).toMatchObject({ kind: 'refused' })
    expect(sleepers()).toBe('3')
    const ended = host.ask('lane.end', { pid, pidStart, run: placeOf(run) })
    expect(ended).toMatchObject({ kind: 'ended', by: 'KILL' })
    expect(sleepers()).toBe('0')
    expect(host.unit(record)).toMatchObject({ LoadState: 'not-found', MainPID: '0' })
    expect(host.ask('lane.end', { pid, pidStart, run: placeOf(run) }).kind).toBe('refused')
  }, 60_000)

  it('[A05] is refused to end a unit that another start has taken', async () => {
    const host = await newSystemdHost()
    await host.linger(host.user)
    const run = runOf(host, UNIT, 'exec sleep 4724')
    const record = held(host, run)
    const path = join(run.logs, 'lane.json')
    writeFileSync(path, JSON.stringify({ ...record, invocation: '0'.repeat(32) }))
    const { pid, pidStart } = record
    const answer = host.ask('lane.end', { pid, pidStart, run: placeOf(run) })
    expect(answer).toMatchObject({ kind: 'refused', message: expect.stringMatching(/not the run/) })
    expect(host.unit(record)).toMatchObject({ MainPID: String(pid) })
  })

  it('[A05] ends a run by its other ties when its systemd gives no answer', async () => {
    const host = await newSystemdHost()
    await host.linger(host.user)
    const run = runOf(host, UNIT, 'echo began; setsid sleep 4727 & exec sleep 4728')
    const { pid, pidStart } = held(host, run)
    host.ask('lane.release', placeOf(run))
    const sleepers = () => host.asUser('sh', '-c', 'pgrep -c -x sleep || true')
    await eventually('all of it has started', () => sleepers() === '2')
    const asked = { pid, pidStart, run: placeOf(run) }
    const ended = host.ask('lane.end', asked, 'XDG_RUNTIME_DIR=/run/none')
    expect(ended).toMatchObject({ kind: 'ended', count: 2 })
    expect(sleepers()).toBe('0')
  })

  it('[B01] is held without its prompt when its probe ends, and taken back or let go by the next', async () => {
    const host = await newSystemdHost()
    await host.linger(host.user)
    const run = runOf(host, UNIT, 'echo began; exec sleep 4725')
    const first = held(host, run)
    expect(host.ask('lane.hold', run)).toMatchObject({ kind: 'failed' })
    expect(host.ask('lane.look', placeOf(run))).toMatchObject({ state: 'held', logBytes: 0 })
    expect(host.ask('lane.discard', placeOf(run))).toMatchObject({ record: null, state: 'unsent' })
    expect(existsSync(run.log)).toBe(false)
    expect(host.unit(first)).toMatchObject({ LoadState: 'not-found' })

    const second = held(host, run)
    expect(second.invocation).not.toBe(first.invocation)
    host.ask('lane.release', placeOf(run))
    host.ask('lane.release', placeOf(run))
    expect(readFileSync(run.log, 'utf8')).toBe('began\n')
    expect(host.ask('lane.discard', placeOf(run))).toMatchObject({ state: 'running' })
  })

  it('[B01] says why a unit cannot be made, and leaves nothing', async () => {
    const host = await newSystemdHost()
    const run = runOf(host, UNIT, 'exec sleep 4726')
    const answer = host.ask('lane.hold', run)
    expect(answer).toMatchObject({ kind: 'failed', message: expect.stringMatching(/bus/i) })
    expect(host.ask('lane.look', placeOf(run)).state).toBe('absent')
    await host.linger(host.user)
    const nowhere = { ...run, cwd: join(run.cwd, 'nowhere') }
    expect(host.ask('lane.hold', nowhere)).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/./),
    })
    expect(host.ask('lane.look', placeOf(run)).state).toBe('absent')
  })
})
