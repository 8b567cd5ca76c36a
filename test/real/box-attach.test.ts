/** A live terminal in the box that a lane runs in: a real engine behind a real sshd, the real Codex. */
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { CASES_PLACES } from './parts/case-hosts.ts'
import { CODEX_CASES } from './parts/engine-cases.ts'
import { killOne } from './parts/processes.ts'
import { openTerminal } from './parts/pty.ts'
import { launchCase, seen, stopLiving } from './parts/run-cases.ts'

const LANE = 'codex-silent'

async function boxedLane() {
  const cases = CODEX_CASES.filter(({ name }) => name === LANE)
  const host = { ...(await CASES_PLACES.box.start(cases)), profile: 'scripted' }
  const { record } = await launchCase(host, { name: LANE, engine: 'codex' })
  if (record?.runner.kind !== 'box') throw new Error('it is in no box')
  const { cwd } = await seen(host, LANE, { status: 'thinking' })
  const { operator, profile } = host
  const attach = () =>
    openTerminal(operator.line('lane', 'attach', LANE, '--profile', profile), operator.env)
  const entries = async () =>
    JSON.parse(await operator.printed('journal', '--json', '--profile', profile)).rows.filter(
      ({ data }: { data: object }) => 'box' in data || 'ms' in data,
    )
  return { cases, host, box: record.runner.container, cwd, attach, entries }
}

/** How many processes of this machine are such a command. */
const running = (command: RegExp): number =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => command.test(line)).length

requirePart(
  'sshd',
  'git',
  'root',
  'dockerd',
  'pty',
)("a boxed lane's terminal", () => {
  it('[N06] is a shell in its box, follows the size, and leaves nothing there', async () => {
    const { cases, host, box, cwd, attach, entries } = await boxedLane()
    const pty = attach()
    await pty.until(/comes back\./)
    // What is typed before it is open is not lost.
    pty.type('pwd; stty size; echo "$TERM in $(ls -d /agent)"; tr "\\0" " " </proc/1/cmdline\r')
    await pty.until(/50 200\r\nxterm-256color in \/agent\r\n\/sbin\/docker-init/)
    expect(pty.written()).toContain(`${cwd}\r\n`)
    pty.resize(100, 30)
    pty.type('until stty size | grep -x "30 100"; do sleep 0.1; done; echo it "fits"\r')
    await pty.until(/it fits/)
    // The engine keeps no key for itself.
    pty.type('echo be"gun"; cat\r')
    await pty.until(/begun/)
    pty.type('line\r')
    await pty.until(/line\r\nline\r\n/)
    pty.type('\u0010')
    await pty.until(/\^P/)
    pty.type('\u0003')
    await pty.until(/\^C[^]*\$ /)
    pty.type('exit 7\r')
    expect(await pty.exitCode).toBe(7)
    const [intent, outcome] = await entries()
    expect(intent).toMatchObject({ kind: 'intent', subject: LANE, data: { kind: 'box', box } })
    expect(outcome).toMatchObject({ data: { intent: intent.seq, outcome: 'ended' } })

    const left = attach()
    await left.until(/comes back\.[^]*\$ /)
    left.type('sleep 4813 & sleep 4814\r')
    await eventually('both commands run', () => running(/^sleep 481[34]$/) === 2)
    left.type('\u001d')
    await left.until(/left: the shell over there was hung up/)
    expect(await left.exitCode).toBe(0)
    await eventually('nothing of it runs', () => running(/^sleep 481[34]$/) === 0)

    const cut = attach()
    await cut.until(/comes back\.[^]*\$ /)
    await stopLiving(host, cases)
    await cut.until(/the shell over there ended: exit 137/)
    expect(await cut.exitCode).toBe(137)
    // Its work outlives its box: the terminal is there then.
    const after = attach()
    await after.until(/comes back\.[^]*\$ /)
    after.type('ls -d /agent; pwd\r')
    await after.until(/No such file/)
    after.type('exit\r')
    expect(await after.exitCode).toBe(0)
    expect(await host.left()).toEqual([])
  }, 120_000)

  it('[N06] ends with its hub, however that ends', async () => {
    const { cases, host, attach } = await boxedLane()
    const pty = attach()
    await pty.until(/comes back\.[^]*\$ /)
    pty.type('sleep 4815 & sleep 4816\r')
    await eventually('both commands run', () => running(/^sleep 481[56]$/) === 2)
    for (const pid of host.operator.hubs()) killOne(pid)
    await eventually('nothing of it runs', () => running(/^sleep 481[56]$/) === 0)
    await eventually('no guard is left', () => running(/read -r over/) === 0)
    expect(await pty.exitCode).not.toBe(0)
    await stopLiving(host, cases)
    expect(await host.left()).toEqual([])
  }, 120_000)
})
