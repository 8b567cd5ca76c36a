/** Lock files of bots on a host, beside the pull requests of a GitHub-like server. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { LeftoversEnvelope } from '../../../state/rows/leftovers.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { newOperator } from '../parts/operator.ts'
import { openTerminal } from '../parts/pty.ts'
import { startTmux } from '../parts/tmux.ts'
import { dockServer, TOKEN } from '../practice-github/parts/dock-server.ts'

const HOUR = 3_600_000

/** This machine as a host; #1 has merged, #2 is closed, #3 is open. */
async function place() {
  const server = await dockServer({ pulls: 3 })
  onTestFinished(() => server.close())
  await server.model.land(1, 'odile')
  // A pull request whose branch is deleted is closed.
  server.git('branch', '-D', 'lane/2')
  const dir = scratch()
  const locks = join(dir, 'factory')
  mkdirSync(locks)
  const path = (repo: string, number: number) => join(locks, `.mend-${repo}-${number}.lock`)
  const lock = (repo: string, number: number, ageMs: number, text = ''): string => {
    const file = path(repo, number)
    writeFileSync(file, text)
    utimesSync(file, new Date(Date.now() - ageMs), new Date(Date.now() - ageMs))
    return file
  }
  const operator = newOperator({
    select: ['--profile', 'here'],
    config: `
[profiles.here]
host = "local"
node = "${process.execPath}"
spine = { cron = false, timers = false }
leftovers.locks = ["${locks}/.mend-{repo}-{pull}.lock"]
github = { repos = ["acme/app"], api = "${server.server.url}", token = { env = "GITHUB_TOKEN" } }
`,
  })
  operator.env['GITHUB_TOKEN'] = TOKEN
  const leftovers = async () => {
    const { rows } = LeftoversEnvelope.parse(
      JSON.parse(await operator.printed('leftovers', '--json')),
    )
    return new Map(rows.map(row => [row.key, row]))
  }
  const journal = async (kind: string) =>
    JSON.parse(await operator.printed('journal', '--json', '--kind', kind)).rows as {
      seq: number
      text: string
      data: Record<string, unknown>
    }[]
  return { locks, path, lock, operator, leftovers, journal }
}

requirePart('git')('lock files that bots leave on the host', () => {
  it('[B18] [B14] are shown beside their pull requests; those that are done with go, and come back', async () => {
    const { path, lock, locks, operator, leftovers, journal } = await place()
    const merged = lock('acme-app', 1, HOUR)
    const closed = lock('app', 2, HOUR)
    const open = lock('app', 3, HOUR)
    const old = lock('stranger', 9, 30 * HOUR)
    const missing = lock('app', 77, HOUR)
    const fresh = path('app', 1)
    writeFileSync(fresh, '')
    symlinkSync('/etc/hostname', path('app', 5))
    writeFileSync(join(locks, 'other.lock'), '')

    const rows = await eventually('all are told', async () => {
      const seen = await leftovers()
      return seen.size === 6 ? seen : null
    })
    expect(rows.get(merged)).toMatchObject({
      repo: 'acme/app',
      pull: 'merged',
      leftover: '#1 is merged',
      stale: false,
    })
    expect(rows.get(closed)).toMatchObject({ pull: 'closed', leftover: '#2 is closed' })
    expect(rows.get(open)).toMatchObject({ pull: 'open', leftover: null, kept: '#3 is open' })
    expect(rows.get(old)).toMatchObject({
      repo: null,
      pull: 'unknown',
      leftover: expect.stringMatching(/^older than 1d/),
    })
    expect(rows.get(missing)).toMatchObject({ pull: 'unknown', leftover: null })
    expect(rows.get(fresh)).toMatchObject({ leftover: null, kept: expect.stringMatching(/fresh/) })

    const dry = await operator.printed('leftovers', 'remove', '--all', '--dry-run')
    expect(dry.trim().split('\n')).toHaveLength(3)
    expect(dry).toContain(`would remove ${merged}: #1 is merged; undo makes it again`)
    expect([merged, closed, old].map(existsSync)).toEqual([true, true, true])
    expect(await journal('intent')).toEqual([])

    const before = statSync(merged).mtimeMs
    expect(await operator.printed('leftovers', 'remove', merged)).toMatch(/removed .*-1\.lock/)
    expect(existsSync(merged)).toBe(false)
    const refused = await operator.run('leftovers', 'remove', open, fresh, '/etc/hostname')
    expect([refused.exitCode, existsSync(open), existsSync(fresh)]).toEqual([77, true, true])
    expect(refused.stderr).toMatch(/stays: #3 is open[\s\S]*stays: it is fresh[\s\S]*neither/)

    const [outcome] = await journal('outcome')
    expect(outcome?.data).toMatchObject({
      outcome: 'removed',
      undo: { act: 'lock.restore', path: merged },
    })
    expect(await operator.printed('undo')).toMatch(/is undone: .* is there again/)
    expect(Math.abs(statSync(merged).mtimeMs - before)).toBeLessThan(2)
    expect(statSync(merged).size).toBe(0)

    expect((await operator.run('leftovers', 'remove', '--all')).exitCode).toBe(0)
    expect([merged, closed, old].map(existsSync)).toEqual([false, false, false])
    expect([open, missing, fresh, '/etc/hostname'].map(existsSync)).toEqual(Array(4).fill(true))
    await eventually('they are gone from the list', async () => (await leftovers()).size === 3)
  })

  it('[B18] are left alone while a process holds them', async () => {
    const { lock, operator, leftovers } = await place()
    const held = lock('app', 1, HOUR)
    await operator.printed('prewarm')
    await eventually('it is offered', async () => (await leftovers()).get(held)?.leftover)
    const holder = spawn('flock', ['-F', held, 'sh', '-c', 'echo held; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void holder.kill('SIGKILL'))
    await new Promise(resolve => holder.stdout?.once('data', resolve))
    const came = await operator.run('leftovers', 'remove', held)
    expect([came.exitCode, existsSync(held)]).toEqual([77, true])
    expect(came.stderr).toMatch(/stays: a process holds it/)
  })

  it('[B18] [B14] that hold anything are a question, which a person at a terminal answers', async () => {
    const { lock, operator, leftovers } = await place()
    const full = lock('app', 2, HOUR, 'pid 4711\n')
    await eventually('it is offered', async () => (await leftovers()).get(full)?.leftover)
    const came = await operator.run('leftovers', 'remove', full, '--json')
    expect(came.exitCode).toBe(77)
    const { decision } = JSON.parse(came.stdout) as { decision: number }
    expect(existsSync(full)).toBe(true)
    const scripted = await operator.run('answer', String(decision), 'Remove it')
    expect([scripted.exitCode, existsSync(full)]).toEqual([77, true])
    const person = openTerminal(
      operator.line('answer', String(decision), 'Remove it'),
      operator.env,
    )
    await person.until(/\(yes\/no\)/)
    person.type('yes\r')
    expect(await person.exitCode).toBe(0)
    expect(existsSync(full)).toBe(false)
  })

  it('[B18] have a key in the console, which shows what it would do first', async () => {
    const { lock, operator } = await place()
    const merged = lock('app', 1, HOUR)
    const [program, args] = operator.line('heals', '--pane')
    const tmux = await startTmux([program, ...args].join(' '), {
      columns: 110,
      rows: 30,
      env: operator.env,
    })
    onTestFinished(() => tmux.close())
    await tmux.until(/stale +#1 is merged/)
    expect(await tmux.screen()).toMatch(/1 stale lock/)
    await tmux.press('r')
    await tmux.until(/Remove this lock\?/)
    expect(existsSync(merged)).toBe(true)
    await tmux.press('y')
    await eventually('it is gone', () => !existsSync(merged))
    await eventually('its row went', async () => !/#1 is merged/.test(await tmux.screen()))
  })
})
