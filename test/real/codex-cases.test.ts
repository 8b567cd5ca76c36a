/** Every case of the real Codex, as lanes that run side by side on one host. */
import { mkdirSync, readlinkSync, rmSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { writeCodexHome, writeExpiredCodexHome } from './parts/codex.ts'
import { codexCases, EXPIRED, scriptsOf, UNREACHABLE } from './parts/engine-cases.ts'
import { newLaneFactory } from './parts/lane-factory.ts'
import { refuse } from './parts/model-server/answer.ts'
import { startAlways, startScripts } from './parts/model-server.ts'
import { freePort } from './parts/ports.ts'
import { launchCase, resumeCase, runCases, seen } from './parts/run-cases.ts'

const MINUTE_MS = 60_000
/** The slowest case gives up after its retries, some 25 s; the rest is for a slow machine. */
const LIMIT_MS = 100_000

requirePart('sshd', 'git')('a real Codex lane', () => {
  it('[B05] comes to the status, cause and result of its case', async () => {
    const resetsAt = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + 120 * MINUTE_MS
    const cases = codexCases(resetsAt)
    const model = await startScripts(scriptsOf(cases))
    onTestFinished(() => model.close())
    const expired = await startAlways(refuse(401, { code: 'refresh_token_expired' }))
    onTestFinished(() => expired.close())
    const factory = await newLaneFactory(model.baseUrl, ['codex'])
    const { at, profile } = factory
    await writeCodexHome(at('lonely-home'), `http://127.0.0.1:${await freePort()}/v1`)
    await writeExpiredCodexHome(at('expired-home'), expired.baseUrl)
    factory.handOver()
    const operator = factory.operator(
      profile('factory'),
      profile('lonely', { env: { CODEX_HOME: at('lonely-home') } }),
      profile('expired', {
        env: {
          CODEX_HOME: at('expired-home'),
          CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${expired.baseUrl}/responses`,
        },
      }),
    )
    const repo = at('app')
    const [lanes] = await Promise.all([
      runCases({ operator, repo, profile: 'factory' }, cases, LIMIT_MS),
      runCases({ operator, repo, profile: 'lonely' }, [UNREACHABLE], LIMIT_MS),
      runCases({ operator, repo, profile: 'expired' }, [EXPIRED], LIMIT_MS),
    ])

    // Its output goes to a file, so no reader of it can go away.
    const { pid, log } = lanes.get('codex-silent') ?? {}
    expect(readlinkSync(`/proc/${pid}/fd/1`)).toBe(log)
    // What never ends by itself is ended by us.
    for (const [lane, of] of [
      ['codex-silent', 'factory'],
      [UNREACHABLE.name, 'lonely'],
    ] as const) {
      const { exitCode, stdout } = await operator.run('lane', 'stop', lane, '--profile', of)
      expect({ lane, exitCode, stdout }).toMatchObject({ exitCode: 0 })
    }
  }, 240_000)

  it('[A09] [B11] is refused, or taken back, where it could not have begun', async () => {
    const cases = codexCases(0).filter(({ name }) => /-(?:no-op|sigkill|ok)$/.test(name))
    const model = await startScripts(scriptsOf(cases))
    onTestFinished(() => model.close())
    const factory = await newLaneFactory(model.baseUrl, ['codex'])
    const { at } = factory
    mkdirSync(at('plain'))
    const plain = `[[profiles.factory.launch.repos]]\npath = "${at('plain')}"\nremote = "x"\nbranch = "main"\n`
    const operator = factory.operator(factory.profile('factory'), plain)
    const repo = at('app')
    const host = { operator, repo, profile: 'factory' }
    const codex = { name: 'never', engine: 'codex' } as const

    const refusedFor = async (...more: string[]) => {
      const { kind, problems = [] } = await launchCase(host, codex, ...more)
      return `${kind}: ${problems.join('\n')}`
    }
    expect(await refusedFor('--model=--yolo')).toMatch(/refused: "--yolo" is no name of a model/)
    expect(await refusedFor('--brief', '/dev/null')).toMatch(/no TASK/)
    expect(await refusedFor('--repo', at('plain'))).toMatch(
      /plain .* is fatal: not a git repository/,
    )
    const nobody = await operator.run('lane', 'resume', 'nobody')
    expect(nobody).toMatchObject({
      exitCode: 77,
      stderr: expect.stringMatching(/no lane is named/),
    })

    const lanes = await runCases(host, cases, 60_000)
    // A thread goes on after a kill.
    const threadId = lanes.get('codex-sigkill')?.threadId ?? 'none'
    expect(await resumeCase(host, 'codex-sigkill', 'codex-ok')).toMatchObject({ kind: 'running' })
    await seen(host, 'codex-sigkill', { status: 'ended', result: 'local', threadId })
    // One whose session file is gone does not.
    rmSync(lanes.get('codex-no-op')?.rollout ?? '')
    expect(await resumeCase(host, 'codex-no-op', 'codex-ok')).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/codex ended at once: .*no rollout found/),
    })
  }, 120_000)
})
