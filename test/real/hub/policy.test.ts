/** Undo, pauses and read-only of the built program, on lanes of an agent that only waits. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeCheckouts } from '../../setup/checkouts.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { launchTable } from '../parts/launch-table.ts'
import { newOperator } from '../parts/operator.ts'
import { isAlive, killLater } from '../parts/processes.ts'
import { openTerminal } from '../parts/pty.ts'
import { startTmux } from '../parts/tmux.ts'

const THREAD = '019a0000-0000-7000-8000-000000000001'

/** This machine as a host with one repository, and an agent that begins a thread and waits. */
function factory(more = '', launch = '') {
  const dir = scratch()
  const at = (name: string) => join(dir, name)
  const begun = `{"type":"thread.started","thread_id":"${THREAD}"}`
  writeFileSync(at('codex'), `#!/bin/sh\necho '${begun}'\nexec sleep 600\n`)
  chmodSync(at('codex'), 0o755)
  makeCheckouts(dir)
  const config = `
[profiles.here]
host = "local"
node = "${process.execPath}"
${more}
spine = { cron = false, timers = false }
dispatch.items = [{ goal = "docs", id = "own", title = "From the config" }]
dispatch.caps.host = 10000
dispatch.pressure = { loadPerCore = 10000, memory = 1, disk = 1 }
${launchTable('here', at, `${launch}\ncodex = "${at('codex')}"`)}`
  const operator = newOperator({ select: ['--profile', 'here'], config })
  const brief = at('work.md')
  writeFileSync(brief, 'TASK: a\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n')
  const launched = async (): Promise<number> => {
    const acted = JSON.parse(await operator.printed('lane', 'launch', '--brief', brief, '--json'))
    killLater(acted.record)
    return acted.record.pid
  }
  const journal = async (kind: string) =>
    JSON.parse(await operator.printed('journal', '--json', '--kind', kind)).rows as {
      seq: number
      text: string
      author: string
      data: Record<string, unknown>
    }[]
  return { operator, brief, launched, journal }
}

const inTmux = async ({ operator }: ReturnType<typeof factory>, ...words: string[]) => {
  const [program, args] = operator.line(...words)
  const size = { columns: 110, rows: 30, env: operator.env }
  const tmux = await startTmux([program, ...args].join(' '), size)
  onTestFinished(() => tmux.close())
  return tmux
}

requirePart('git')('an act that can be undone', () => {
  it('[B14] [N07] is undone by what its outcome names, once, as an act of its own', async () => {
    const { operator, launched, journal } = factory()
    const pid = await launched()
    const outcome = (await journal('outcome')).at(-1)
    expect(outcome?.data).toMatchObject({ undo: { act: 'lane.stop', lane: 'work', pid } })
    expect(await operator.printed('undo', '--reason', 'wrong brief')).toMatch(
      new RegExp(`#${outcome?.seq} is undone: ended by`),
    )
    expect(isAlive(pid)).toBe(false)
    const intent = (await journal('intent')).at(-1)
    expect(intent?.data).toMatchObject({ undoes: outcome?.seq, reason: 'wrong brief' })
    const twice = await operator.run('undo', String(outcome?.seq))
    expect(twice).toMatchObject({ exitCode: 77, stderr: expect.stringMatching(/undone already/) })
    const nothing = await operator.run('undo')
    expect(nothing).toMatchObject({ exitCode: 77, stderr: expect.stringMatching(/no act can be/) })
  }, 60_000)

  it('[E06] a pause holds launch and dispatch, says who and why, and ends by itself', async () => {
    const { operator, brief, journal } = factory()
    await operator.printed('pause', 'lane:work', '--reason', 'flaky gate', '--review', '2h')
    await operator.printed('pause', 'goal:docs', '--reason', 'canon moves')
    const refused = await operator.run('lane', 'launch', '--brief', brief)
    expect(refused.exitCode).toBe(77)
    expect(refused.stderr).toMatch(/lane work is paused by .+@.+ since .+: flaky gate; review /)
    const { skipped } = JSON.parse((await operator.run('dispatch', 'plan', '--json')).stdout)
    expect(skipped).toMatchObject([
      { reason: 'paused', text: expect.stringMatching(/canon moves/) },
    ])
    await operator.printed('pause', 'dispatch', '--reason', 'night')
    const whole = await operator.run('dispatch', 'plan', '--override', 'I want to')
    expect(whole).toMatchObject({ exitCode: 77, stdout: expect.stringMatching(/night/) })

    await operator.printed('pause', 'account:codex', '--reason', 'limit', '--until', '1s')
    const open = async (): Promise<unknown[]> =>
      JSON.parse(await operator.printed('pauses', '--json')).rows
    await eventually('the pause that has an end is over', async () => (await open()).length === 3)
    const last = (await journal('outcome')).at(-1)
    expect(last).toMatchObject({ author: 'hub', text: expect.stringMatching(/its time is over/) })

    // Another hub reads them from the journal.
    await operator.run('stop')
    expect(await open()).toMatchObject([
      { target: { kind: 'lane', name: 'work' }, reason: 'flaky gate' },
      { target: { kind: 'goal', name: 'docs' } },
      { target: { kind: 'dispatch' } },
    ])
    await operator.printed('unpause', 'lane:work')
    await operator.printed('undo')
    expect(await open()).toHaveLength(3)
    expect((await operator.run('unpause', 'model:gpt')).exitCode).toBe(77)
  }, 60_000)
})

requirePart(
  'git',
  'tmux',
  'pty',
)('in the console', () => {
  it('[N07] [E06] u takes back what was done to a lane, p holds it, u lets it go on', async () => {
    const made = factory()
    const pid = await made.launched()
    const tmux = await inTmux(made)
    await tmux.until(/work\s+starting/)
    await tmux.press('u')
    await tmux.until(/#\d+ is undone: ended by/)
    expect(isAlive(pid)).toBe(false)
    await tmux.press('p')
    await tmux.until(/Hold what, and why\?[\s\S]*lane work[\s\S]*account codex[\s\S]*all dispatch/)
    await tmux.press('Enter')
    await tmux.until(/Type why first/)
    await tmux.press('j', 'u', 's', 't', 'Enter')
    await tmux.until(/lane work is paused: just/)
    await tmux.until(/1 paused/)
    const rows = JSON.parse(await made.operator.printed('pauses', '--json')).rows
    expect(rows).toMatchObject([{ target: { kind: 'lane', name: 'work' }, reason: 'just' }])
    await tmux.press('g', 'g', 'p')
    await tmux.until(/let it go on: paused by/)
    await tmux.press('Enter')
    await tmux.until(/lane work is paused no more/)
    expect(JSON.parse(await made.operator.printed('pauses', '--json')).rows).toEqual([])
  }, 60_000)

  it('[N11] --read-only refuses every act with the reason, until E lifts that on record', async () => {
    const made = factory()
    await made.operator.printed('decide', 'Land it?', '--option', 'land', '--option', 'hold')
    const tmux = await inTmux(made, '--read-only')
    await tmux.until(/Land it\?/)
    await tmux.until(/read-only/)
    await tmux.press('a')
    await tmux.until(/Refused: this console is read-only: E lifts that/)
    await tmux.press('E')
    await tmux.until(/read-write from here on/)
    await tmux.press('a')
    await tmux.until(/Cancel[\s\S]*land/)
    const notes = await made.journal('note')
    expect(notes.at(-1)).toMatchObject({
      text: expect.stringMatching(/^read-write from here on/),
      data: { access: 'read-write', by: { tty: expect.stringMatching(/^\/dev\//) } },
    })
  }, 60_000)
})

requirePart('git', 'pty')('a profile that is read-only', () => {
  it('[N11] refuses all who act until a person at a terminal lifts it', async () => {
    const { operator, brief } = factory('readOnly = true')
    const act = () => operator.run('pause', 'dispatch', '--reason', 'why')
    const reason = /refused: this profile is read-only: `dockmaster elevate`/
    for (const words of [['run', 'true'], ['lane', 'launch', '--brief', brief], ['undo']]) {
      const refused = await operator.run(...words)
      expect({ words, ...refused }).toMatchObject({
        exitCode: 77,
        stderr: expect.stringMatching(reason),
      })
    }
    expect((await act()).exitCode).toBe(77)
    expect((await operator.run('lane', 'launch', '--brief', brief, '--dry-run')).exitCode).toBe(0)
    expect((await operator.run('note', 'words are no act')).exitCode).toBe(0)
    const scripted = await operator.run('elevate', '--reason', 'I am a script')
    expect(scripted).toMatchObject({
      exitCode: 77,
      stderr: expect.stringMatching(/a person at a terminal/),
    })
    const sure = openTerminal(operator.line('elevate', '--reason', 'release'), operator.env)
    await sure.until(/\(yes\/no\)/)
    sure.type('yes\r')
    expect(await sure.exitCode).toBe(0)
    expect((await act()).exitCode).toBe(0)
    await operator.printed('elevate', '--end', '--reason', 'done')
    expect((await act()).exitCode).toBe(77)
  }, 60_000)
})

requirePart('git', 'pty')('the canon', () => {
  it('[I03] once locked holds items back while it is edited, with file and both hashes', async () => {
    const spec = join(scratch(), 'gate.md')
    writeFileSync(spec, 'the gate\n')
    const { operator, brief } = factory(`canon.canon = [{ title = "Gate", path = "${spec}" }]`)
    const item = (...more: string[]) =>
      operator.run('lane', 'launch', '--brief', brief, '--name', 'docs--own', '--dry-run', ...more)
    expect(await operator.printed('info')).toMatch(/canon +not known: no hub runs/)
    expect(await operator.printed('canon')).toMatch(/nothing was ever locked[^]*Gate.*not locked/)
    expect((await item()).exitCode).toBe(0)
    expect(await operator.printed('info')).toMatch(/canon +not locked/)
    expect(await operator.run('canon', 'lock')).toMatchObject({
      exitCode: 77,
      stderr: expect.stringMatching(/a person at a terminal/),
    })
    const sure = openTerminal(operator.line('canon', 'lock', '--reason', 'first'), operator.env)
    await sure.until(/Gate[^]*\(yes\/no\)/)
    sure.type('yes\r')
    expect(await sure.exitCode).toBe(0)
    const { lock, specs } = JSON.parse(await operator.printed('canon', '--json'))
    expect(lock).toMatchObject({ reason: 'first', by: expect.stringMatching(/@/) })
    expect(specs).toMatchObject([{ state: 'locked', locked: lock.hashes[spec] }])
    expect((await item()).exitCode).toBe(0)
    expect(await operator.printed('info')).toMatch(/canon +locked by \S+@\S+ at \S+Z$/)

    writeFileSync(spec, 'another gate\n')
    expect(await operator.printed('info')).toMatch(
      /canon +locked by .*; Gate is edited since its lock/,
    )
    const refused = await item()
    expect(refused.exitCode).toBe(77)
    expect(refused.stderr).toMatch(
      new RegExp(`Gate \\(${spec}\\) is edited .* now, locked at ${specs[0].locked.slice(0, 12)}`),
    )
    const plan = await operator.run('dispatch', 'plan', '--override', 'I want to')
    expect(plan).toMatchObject({ exitCode: 77, stdout: expect.stringMatching(/Gate.*is edited/) })
    expect(await operator.printed('handover')).toMatch(/Gate.*edited since its lock/)
    expect((await item('--name', 'mends-the-gate')).exitCode).toBe(0)

    writeFileSync(spec, 'the gate\n')
    expect((await item()).exitCode).toBe(0)
  }, 60_000)
})

requirePart('git')('the token that may merge', () => {
  it('[L05] is a breach in the environment of a lane, and is never shown', async () => {
    const token = `merge-${process.pid}-${Date.now()}-x`
    const file = join(scratch(), 'token')
    writeFileSync(file, `${token}\n`)
    const given = `env = { GH_TOKEN = "${token}" }`
    const { operator, launched } = factory(`dock.mergeToken = { file = "${file}" }`, given)
    const risks = async () => JSON.parse(await operator.printed('risks', '--json')).rows
    expect(await risks()).toMatchObject([
      { kind: 'token', name: 'dock.mergeToken', state: 'present' },
    ])
    const pid = await launched()
    await operator.run('stop')
    const rows = await eventually('it is found', async () => {
      const found = await risks()
      return found.length > 1 && found
    })
    expect(rows[0]).toMatchObject({
      kind: 'breach',
      about: 'token',
      pid,
      rule: 'merge token in GH_TOKEN of a lane',
    })
    const said = await operator.run('risks')
    expect(said.stdout + JSON.stringify(rows)).not.toContain(token)
  }, 60_000)
})
