/** A lane of the real Claude Code that is stopped, and goes on. */
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { type EngineCase, scriptsOf } from './parts/engine-cases.ts'
import { newLaneFactory } from './parts/lane-factory.ts'
import { run, say } from './parts/model-server/answer.ts'
import { startScripts } from './parts/model-server.ts'
import { isAlive, marked } from './parts/processes.ts'
import { type CaseHost, launchCase, markOf, resumeCase, seen } from './parts/run-cases.ts'

async function claudeHost(cases: readonly EngineCase[]): Promise<CaseHost> {
  const model = await startScripts(scriptsOf(cases))
  onTestFinished(() => model.close())
  const factory = await newLaneFactory(model.baseUrl, ['claude'])
  const operator = factory.operator(factory.profile('factory'))
  return { operator, profile: 'factory', repo: factory.at('app') }
}

requirePart('sshd', 'git')('a real Claude lane', () => {
  it('[A05] [B01] is stopped with all that it started, and goes on in its thread', async () => {
    const family = run('setsid sleep 240 & (sleep 240 & exec sleep 240) & sleep 240; true')
    const commit = run('echo hi > out.txt && git add -A && git commit -qm "lane: a line"')
    const lane = { engine: 'claude', account: 'scripted', expected: {} } as const
    const host = await claudeHost([
      { ...lane, name: 'long', answers: [family, say('Over.')] },
      { ...lane, name: 'commit', answers: [commit, say('Committed.')] },
    ])
    const { record } = await launchCase(host, { ...lane, name: 'long' })
    if (!record) throw new Error('it was not launched')
    const all = await eventually('its command has started', () => {
      const pids = marked(markOf(record))
      return pids.length >= 6 && pids
    })
    const { threadId } = await seen(host, 'long', { status: 'working', pid: record.pid })

    const stopped = await host.operator.run('lane', 'stop', 'long', '--profile', host.profile)
    expect(stopped).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/ended by (INT|TERM)/),
    })
    expect([...all.filter(isAlive), ...marked(markOf(record))]).toEqual([])
    await seen(host, 'long', { status: 'ended', result: 'interrupted', pid: null })

    const resumed = await resumeCase(host, 'long', 'commit')
    expect(resumed).toMatchObject({ kind: 'running', record: { stem: 'long.2', log: record.log } })
    await seen(host, 'long', { status: 'ended', result: 'local', threadId, lastExit: 0 })
  }, 90_000)
})
