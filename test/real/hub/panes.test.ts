/** The panes as scripts and agents read them, of a host behind a real sshd. */
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ENVELOPES } from '../../../state/rows/index.ts'
import { JournalEnvelope } from '../../../state/rows/journal.ts'
import { LanesEnvelope } from '../../../state/rows/lanes.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator } from '../parts/operator.ts'
import { freePort } from '../parts/ports.ts'
import { type Sshd, startSshd } from '../parts/sshd.ts'

const OK = readFileSync(new URL('../../fixtures/codex/ok.jsonl', import.meta.url), 'utf8').split(
  '\n',
)
/** Thread, turn, a thought, words, and a command that began. */
const BEGIN = 5

requirePart('sshd')('panes of a host', () => {
  let sshd: Sshd
  let log: string
  beforeEach(async () => {
    sshd = await startSshd()
    const logs = join(sshd.dir, 'logs')
    mkdirSync(logs)
    chmodSync(logs, 0o755)
    log = join(logs, 'add-out.jsonl')
    writeFileSync(log, `${OK.slice(0, BEGIN).join('\n')}\n`)
  })
  afterEach(() => sshd?.remove())

  const operator = (more: readonly string[] = []) =>
    newOperator({
      select: ['--profile', 'yard'],
      config: [
        '[profiles.yard]',
        'host = "factory"',
        `sshConfig = "${sshd.configFile}"`,
        `lanes.logs = ["${dirname(log)}/*.jsonl"]`,
        'canon.goal = "Land the review queue"',
        'canon.guardrails = ["Never force-push main"]',
        ...more,
        '',
      ].join('\n'),
    })

  it('[N09] fulfil their documented schemas, and name host, profile and instant', async () => {
    const { run, printed, hub } = operator()
    await printed('prewarm')
    for (const [pane, schema] of Object.entries(ENVELOPES)) {
      const { stdout, exitCode } = await run(pane, '--json')
      expect({ pane, exitCode }).toEqual({ pane, exitCode: 0 })
      const envelope = schema.parse(JSON.parse(stdout))
      expect(envelope).toMatchObject({ profile: 'yard', host: 'factory', stale: null })
      expect(Math.abs(Date.parse(envelope.at) - Date.now())).toBeLessThan(10_000)
      expect(stdout.split('\n')).toHaveLength(1)
    }
    const { rows } = LanesEnvelope.parse(JSON.parse((await run('lanes', '--json')).stdout))
    expect(rows).toMatchObject([{ name: 'add-out', engine: 'codex', log, source: 'lanes' }])
    const host = ENVELOPES.host.parse(JSON.parse((await run('host', '--json')).stdout))
    expect(host.rows).toHaveLength(1)
    const journal = JournalEnvelope.parse(JSON.parse(await printed('journal', '--json')))
    expect(journal.rows[0]).toMatchObject({ kind: 'session', author: 'hub' })
    expect((await hub())?.link.connections).toBe(1)
    expect(sshd.connections()).toBe(1)
  })

  it('[N09] stream: a log that grows on the host is a new line here', async () => {
    const { start } = operator()
    const watching = start('watch', '--json', 'lanes')
    const lanes: ReturnType<typeof LanesEnvelope.parse>[] = []
    createInterface({ input: watching.stdout }).on('line', line => {
      lanes.push(LanesEnvelope.parse(JSON.parse(line)))
    })
    const now = () => lanes.at(-1)?.rows[0]
    await eventually('the lane is there', () => now()?.name === 'add-out')
    // Nobody writes that log: its command ended with its writer.
    expect(now()).toMatchObject({ status: 'ended', result: 'crashed', tokens: null })
    const before = lanes.length
    appendFileSync(log, OK.slice(BEGIN).join('\n'))
    await eventually('it said that it was through', () => now()?.result === 'claimed')
    expect(lanes.length).toBeGreaterThan(before)
    expect(now()).toMatchObject({ tokens: 2_500, lastMessage: 'Done: out.txt committed.' })
    watching.kill('SIGTERM')
    await watching
  })

  it('show what was known, and since when it is old, while the host is away', async () => {
    const { run, printed, hub } = operator()
    await printed('run', 'true')
    await run('lanes', '--json')
    await sshd.stop()
    await eventually('the link is down', async () => (await hub())?.link.state === 'down')
    const { stdout, stderr, exitCode } = await run('lanes', '--json')
    expect(exitCode).toBe(69)
    expect(stderr).toContain('127.0.0.1')
    const away = LanesEnvelope.parse(JSON.parse(stdout))
    expect(away.stale).toMatchObject({ since: expect.any(String) })
    expect(away.rows).toMatchObject([{ name: 'add-out', stale: true }])
    await sshd.restart()
    await eventually('they are current again', async () => {
      const again = await run('lanes', '--json')
      return LanesEnvelope.parse(JSON.parse(again.stdout)).stale === null
    })
  })

  it('say what is missing on a host without Node, where commands run all the same', async () => {
    const { run, printed, hub } = operator(['node = "/nonexistent/node"'])
    expect(await printed('run', 'echo works')).toBe('works')
    expect(await printed('runl', 'echo works')).toBe('works')
    const missing = 'no Node.js 18 or newer on the host: looked in /nonexistent/node'
    expect((await hub())?.probe).toEqual({ version: null, message: missing })
    for (const pane of ['lanes', 'heals', 'host']) {
      const { stdout, stderr } = await run(pane)
      expect([pane, stdout + stderr]).toEqual([pane, expect.stringContaining(missing)])
      expect([pane, stdout + stderr]).toEqual([
        pane,
        expect.stringContaining('name it in the profile: node = "/path/to/node"'),
      ])
      const envelope = JSON.parse((await run(pane, '--json')).stdout)
      expect(envelope).toMatchObject({
        rows: [],
        stale: { reason: expect.stringContaining(missing) },
      })
    }
  })

  it('[N09] and everything else end with the documented codes', async () => {
    const mine = operator()
    const code = async (...words: string[]) => (await mine.run(...words)).exitCode
    expect(await code('run', 'exit 7')).toBe(7)
    expect(await code('runl', 'exit 7')).toBe(7)
    expect(await code('rsh', 'yard', 'exit 7')).toBe(7)
    expect(await code('prewarm')).toBe(0)
    expect(await code('launch')).toBe(2)
    expect(await code('lanes', '--no-such-option')).toBe(2)
    expect(await code('--help')).toBe(0)
    expect((await mine.run('--help')).stdout).toContain('Exit codes: 0 ok')

    const nobody = newOperator({ select: ['--host', `127.0.0.1:${await freePort()}`] })
    for (const words of [
      ['prewarm'],
      ['run', 'id'],
      ['runl', 'id'],
      ['rsh', 'x', 'id'],
      ['host'],
    ]) {
      expect([words, (await nobody.run(...words)).exitCode]).toEqual([words, 69])
    }
    writeFileSync(join(sshd.dir, 'user_ed25519.pub'), '')
    const stranger = operator()
    for (const words of [['prewarm'], ['run', 'id'], ['runl', 'id'], ['host', '--json']]) {
      expect([words, (await stranger.run(...words)).exitCode]).toEqual([words, 77])
    }
  })

  it('[I01] hand over the same text after everything was killed and started again', async () => {
    const mine = operator()
    await mine.printed('note', 'the train waits for #12', '--subject', 'acme/app#12')
    await mine.printed('note', 'rebase #13', '--subject', 'next')
    await mine.printed('decide', 'Merge #12?', '--option', 'merge', '--option', 'wait')
    await mine.printed('runl', 'true')
    const before = await mine.printed('handover')
    for (const part of [
      'Never force-push main',
      'Land the review queue',
      'add-out',
      'rebase #13',
      'Merge #12?',
      log,
    ]) {
      expect(before).toContain(part)
    }
    const [hub] = mine.hubs()
    process.kill(hub ?? 0, 'SIGKILL')
    sshd.killSessions()
    await eventually('nothing runs', () => mine.hubs().length === 0 && sshd.sessions().length === 0)
    expect(await mine.printed('handover')).toBe(before)
    expect(mine.hubs()).not.toEqual([hub])
    expect(await mine.printed('journal', 'verify')).toContain('the journal is whole')
  })
})
