/** Secrets planted wherever the program reads, looked for wherever it writes. */
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { PANES } from '../../state/panes.ts'
import { descendants, readProcess } from '../real/parts/processes.ts'
import { openTerminal } from '../real/parts/pty.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { FIXTURES, localHost } from './parts/local-host.ts'

/** Each holds this word, in the part of it that is secret. */
const PLANT = 'PLANTED0'
const plant = (place: string) => `${PLANT}${place}`.padEnd(36, '7')

const SECRETS = {
  command: `ghp_${plant('command')}`,
  message: `sk-proj-${plant('message')}`,
  coloured: `ghp_\u001b[01;31m${plant('coloured')}\u001b[0m`,
  key: `-----BEGIN OPENSSH PRIVATE KEY-----\n${plant('key')}\n-----END OPENSSH PRIVATE KEY-----`,
  bearer: `Authorization: Bearer ${plant('bearer')}`,
  cron: plant('cron'),
  watchdog: `xoxb-${plant('watchdog')}`,
  token: `opaque-${plant('token')}`,
  note: `github_pat_${plant('note')}`,
  script: `password=${plant('script')}`,
}

/** A GitHub that refuses, and tells in its answer what it was asked with. */
async function tellingGithub(): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' })
    const asked = `${request.headers.authorization} is refused; try ${SECRETS.message}`
    response.end(JSON.stringify({ message: asked, documentation_url: SECRETS.command }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A lane whose last command, last message and raw lines hold secrets. */
function tellingLog(): string {
  const lines = readFileSync(`${FIXTURES}codex/ok.jsonl`, 'utf8').trimEnd().split('\n')
  const item = (id: string, fields: object) =>
    JSON.stringify({ type: 'item.completed', item: { id, ...fields } })
  const command = `GH_TOKEN=${SECRETS.command} curl -H '${SECRETS.bearer}' https://a.invalid`
  const ran = { type: 'command_execution', exit_code: 0, status: 'completed' }
  const message = `Used ${SECRETS.message}, ${SECRETS.coloured} and\n${SECRETS.key}`
  const told = [
    item('item_97', { ...ran, command, aggregated_output: SECRETS.key }),
    `no JSON: ${SECRETS.bearer}`,
    item('item_98', { type: 'agent_message', text: message }),
  ]
  return [...lines.slice(0, -1), ...told, lines.at(-1), ''].join('\n')
}

const WATCHDOG = (at: string) =>
  `[${at}] heal lane-7 crashed -> relaunched with ${SECRETS.watchdog}\n`

async function plantedHost() {
  const host = localHost(`
github.repos = ["acme/app"]
github.api = "${await tellingGithub()}"
github.token = { env = "PLANTED_TOKEN" }
spine.crontabFile = "~/crontab"
spine.watchdogLog = "~/watchdog.log"
spine.timers = false
pkm.here = false
`)
  host.env['PLANTED_TOKEN'] = SECRETS.token
  writeFileSync(join(host.logs, 'telling.jsonl'), tellingLog())
  const job = `API_TOKEN=${SECRETS.cron} backup --password ${SECRETS.cron} >> ~/backup.log`
  writeFileSync(join(host.home, 'crontab'), `*/5 * * * * ${job} 2>&1\n`)
  writeFileSync(join(host.home, 'backup.log'), `failed with ${SECRETS.bearer}\n`)
  writeFileSync(join(host.home, 'watchdog.log'), WATCHDOG(new Date().toISOString()))
  return host
}

requirePart('pty')('planted secrets', () => {
  it('[O06] [A10] reach no pane, JSON, journal, handover, log, error, argv or screen', async () => {
    const host = await plantedHost()
    const outputs = new Map<string, string>()
    const take = async (...words: string[]) => {
      const { stdout, stderr } = await host.run(...words)
      outputs.set(words.join(' '), stdout + stderr)
    }
    await host.feed(`remember ${SECRETS.note}`, 'note', '-')
    await host.feed(`echo done # ${SECRETS.script}`, 'runl', '-')
    for (const pane of PANES) {
      await take(pane)
      await take(pane, '--json')
    }
    await take('journal', 'export')
    await take('handover')
    await take('handover', '--json')
    await take('status', '--json')
    await take('explain', join(host.logs, 'telling.jsonl'))
    await take('explain', join(host.logs, 'telling.jsonl'), '--json')

    const screen = openTerminal(host.line(), host.env)
    await screen.until(/telling/)
    screen.type('\r')
    // The log of the lane, and its facts over the whole screen.
    await screen.until(/no JSON: Authorization/)
    const seen = screen.written().length
    screen.type('\t')
    await eventually('the facts are drawn', () => screen.written().length > seen)
    const hub = (await host.hub())?.pid ?? 0
    const argv = [hub, ...descendants(hub)].map(pid => readProcess(`/proc/${pid}/cmdline`))
    outputs.set('argv', argv.join('\n'))
    screen.type('\u0003')
    await screen.exitCode
    outputs.set('screen', screen.written())

    await host.run('stop')
    await eventually('the hub is gone', () => host.hubs().length === 0)
    for (const name of readdirSync(join(host.state, 'dockmaster'))) {
      outputs.set(name, readFileSync(join(host.state, 'dockmaster', name), 'latin1'))
    }

    for (const [place, text] of outputs) {
      expect({ place, leak: leakIn(text) }).toEqual({ place, leak: null })
    }
    // What was looked at did hold them: it was not empty.
    for (const place of ['lanes --json', 'heals --json', 'journal', 'screen', 'explain']) {
      const some = [...outputs].filter(([name]) => name.startsWith(place)).map(([, text]) => text)
      expect({ place, redacted: some.join('').includes('[redacted]') }).toEqual({
        place,
        redacted: true,
      })
    }
    expect(outputs.get('queue')).toMatch(/refuse|403/)
    expect(outputs.get('here.hub.log')).toContain('serves')
    expect(outputs.get('argv')).toContain('hub')
  })
})

/** Where a secret stands, with what is round it. */
function leakIn(text: string): string | null {
  const at = text.indexOf(PLANT)
  return at === -1 ? null : text.slice(Math.max(0, at - 80), at + 60)
}
