import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastSaid } from '../../../adapters/runner/diag.ts'
import { judgeRunner, type RunnerSeen } from '../../../src/engine/runner/agree.ts'
import type { RunnerHostFact } from '../../../state/runner.ts'
import { runnerRow } from '../../../state/select/runner.ts'

const NOW = 1_800_000_000_000
const MINUTE = 60_000

const hostOf = (
  pid: number | null,
  kind: 'listening' | 'running' | 'completed' | null,
  agoMs = 10 * MINUTE,
): RunnerHostFact => ({
  dir: '/srv/runner',
  name: 'yard',
  scope: 'acme/app',
  pid,
  diag: kind && { kind, job: kind === 'listening' ? null : 'build', result: null, at: NOW - agoMs },
})

const judge = (
  host: RunnerHostFact | null,
  api: RunnerSeen['api'],
  more: Partial<RunnerSeen> = {},
) =>
  judgeRunner({
    repo: 'acme/app',
    name: 'yard',
    host,
    api,
    apiFault: api === null ? 'GitHub says 403' : null,
    depth: 3,
    durations: [6 * MINUTE, 5 * MINUTE, 60 * MINUTE],
    online: 1,
    now: NOW,
    ...more,
  })

describe('process, API and log of a runner', () => {
  it.each([
    [221_285, 'listening', 'idle', true, null],
    [221_285, 'completed', 'idle', true, null],
    [221_285, 'running', 'busy', true, null],
    [0, 'listening', 'offline', true, null],
    [0, 'listening', 'idle', false, 'the process is gone, and the API says idle'],
    [0, 'running', 'offline', false, 'the process is gone, and the log says that build runs'],
    [9, 'running', 'idle', false, 'the API says idle, and the log says that build runs'],
    [9, 'listening', 'busy', false, 'the API says busy, and the log says that it listens'],
    [9, 'listening', 'offline', false, 'process 9 lives, and the API says offline'],
    [9, 'listening', 'missing', false, 'process 9 lives, and the API knows no such runner'],
    [9, 'listening', null, null, 'the API cannot be asked: GitHub says 403'],
    [null, 'listening', 'idle', null, 'its process cannot be seen'],
    [9, null, 'idle', null, 'its log says nothing of work'],
  ] as const)('[F07] pid %s, log %s, API %s', (pid, diag, api, agree, text) => {
    expect(judge(hostOf(pid, diag), api)).toMatchObject({ agree, disagreement: text })
  })

  it('[F07] shows the job, what waits, and when it has run by the last durations', () => {
    const fact = judge(hostOf(9, 'running'), 'busy')
    expect(fact).toMatchObject({ job: 'build', depth: 3, runMs: 6 * MINUTE, drainMs: 18 * MINUTE })
    expect(judge(hostOf(9, 'running'), 'busy', { online: 2 }).drainMs).toBe(12 * MINUTE)
    expect(judge(hostOf(9, 'running'), 'busy', { durations: [] }).drainMs).toBeNull()
    expect(runnerRow(fact)).toMatchObject({ state: 'busy', fact: 'build; 3 wait, ~18m' })
  })

  it('a change that is not a minute old is no disagreement yet', () => {
    expect(judge(hostOf(9, 'running', 5_000), 'idle').agree).toBeNull()
  })

  it('[M06] is never green, and broken only where it disagrees or is gone', () => {
    const pids = fc.constantFrom(null, 0, 9)
    const diags = fc.constantFrom(null, 'listening', 'running', 'completed')
    const apis = fc.constantFrom(null, 'idle', 'busy', 'offline', 'missing')
    fc.assert(
      fc.property(pids, diags, apis, (pid, diag, api) => {
        const fact = judge(hostOf(pid, diag), api)
        const row = runnerRow(fact)
        expect(row.tone).not.toBe('good')
        expect(fact.agree === true).toBe(fact.disagreement === null)
        expect(row.tone === 'bad').toBe(fact.agree === false || fact.process === 'gone')
      }),
    )
  })
})

describe('the log of a runner', () => {
  const line = (time: string, text: string) =>
    `[2026-11-21 ${time}Z INFO Terminal] WRITE LINE: 2026-11-21 ${time}Z: ${text}`

  it('[F07] is read by its last line of work', () => {
    const lines = [
      line('05:00:00', 'Listening for Jobs'),
      line('05:01:00', 'Running job: build (ubuntu)'),
      '[2026-11-21 05:01:01Z INFO JobDispatcher] something: else',
    ]
    const at = Date.parse('2026-11-21T05:01:00Z')
    expect(lastSaid(lines)).toEqual({ kind: 'running', job: 'build (ubuntu)', result: null, at })
    const ended = [...lines, line('05:09:00', 'Job build (ubuntu) completed with result: Failed')]
    expect(lastSaid(ended)).toMatchObject({
      kind: 'completed',
      job: 'build (ubuntu)',
      result: 'Failed',
    })
    expect(lastSaid([])).toBeNull()
  })

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), lines => {
        expect(lastSaid(lines)).toBeNull()
      }),
    )
  })
})
