/** The runner panel over a real server, a real process and files as the runner writes them. */
import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runnerCollector } from '../../../adapters/runner/collector.ts'
import { runnerWatch } from '../../../src/hub/dock/runner-watch.ts'
import { newFactStore } from '../../../src/hub/fact-store.ts'
import { ProfileConfig, SpineConfig } from '../../../state/config.ts'
import type { RunnerFact } from '../../../state/runner.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { dockServer, MINUTE, TOKEN } from '../practice-github/parts/dock-server.ts'

requirePart('git')('a runner on the host', () => {
  it('[F07] agrees by process, API and log, or the panel says which does not', async () => {
    const server = await dockServer({ pulls: 2, ci: { runners: 1 } })
    onTestFinished(() => server.close())
    const dir = join(scratch(), 'actions-runner')
    mkdirSync(join(dir, 'bin'), { recursive: true })
    mkdirSync(join(dir, '_diag'))
    const settings = { agentName: 'runner-1', gitHubUrl: 'https://github.test/acme/app' }
    writeFileSync(join(dir, '.runner'), `﻿${JSON.stringify(settings)}`)
    const said: string[] = []
    const say = (text: string, agoMs = 5 * MINUTE) => {
      const time = new Date(server.clock.now - agoMs).toISOString().slice(0, 19).replace('T', ' ')
      said.push(`[${time}Z INFO Terminal] WRITE LINE: ${time}Z: ${text}\n`)
      writeFileSync(join(dir, '_diag', 'Runner_20261121-050000-utc.log'), said.join(''))
    }
    copyFileSync('/bin/sleep', join(dir, 'bin', 'Runner.Listener'))
    chmodSync(join(dir, 'bin', 'Runner.Listener'), 0o755)
    const listener = spawn(join(dir, 'bin', 'Runner.Listener'), ['600'])
    onTestFinished(() => void listener.kill('SIGKILL'))

    const now = () => server.clock.now
    const profile = ProfileConfig.parse({
      host: 'local',
      github: { repos: ['acme/app'], api: server.server.url, token: { env: 'T' } },
      spine: { runner: dir },
    })
    const facts = newFactStore('local')
    const idle = new AbortController().signal
    const probe = runnerCollector(SpineConfig.parse({ runner: dir }), { now, home: dir })
    const token = { now: TOKEN }
    const [watch] = runnerWatch({
      profile,
      facts,
      secret: async () => token.now,
      signal: idle,
      fetch,
      now,
    })
    const look = async () => {
      const seen = await probe.look(null, idle)
      facts.put('runner', seen.drafts)
      const came = await watch?.look(null, idle)
      return came?.drafts[0]?.value as RunnerFact | undefined
    }

    say('Listening for Jobs')
    expect(await look()).toMatchObject({
      name: 'runner-1',
      process: 'alive',
      pid: listener.pid,
      api: 'idle',
      diag: 'listening',
      agree: true,
      depth: 0,
    })
    for (const number of [1, 2]) {
      const commit = await server.commit(`origin/lane/${number}`, 'More', { 'm.txt': `${number}` })
      await server.push(`${commit}:refs/heads/lane/${number}`)
    }
    expect(await look()).toMatchObject({
      agree: false,
      disagreement: 'the API says busy, and the log says that it listens',
      depth: 1,
    })
    say('Running job: build')
    expect(await look()).toMatchObject({ agree: true, job: 'build', api: 'busy' })
    server.pass(6 * MINUTE)
    server.pass(30_000)
    expect(await look()).toMatchObject({ depth: 0, runMs: 6 * MINUTE })
    token.now = 'ghp_wrong00000000000000000000000000000003'
    const blind = await look()
    expect(blind).toMatchObject({ agree: null, api: 'unknown', process: 'alive' })
    expect(blind?.disagreement).toMatch(/the API cannot be asked: GitHub says 401/)
    expect(JSON.stringify(blind)).not.toContain(token.now)
    token.now = TOKEN
    listener.kill('SIGKILL')
    await new Promise(resolve => listener.once('exit', resolve))
    expect(await look()).toMatchObject({
      process: 'gone',
      agree: false,
      disagreement: expect.stringMatching(/^the process is gone, and the API says/),
    })
  })

  it('that is not there is absent, with the mend', async () => {
    const config = SpineConfig.parse({ runner: join(scratch(), 'none') })
    const probe = runnerCollector(config, { now: Date.now, home: '/' })
    expect(await probe.look(null, new AbortController().signal)).toMatchObject({
      state: 'absent',
      mend: expect.stringContaining('spine.runner'),
    })
  })
})
