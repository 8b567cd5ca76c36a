/** What a lane of the real Codex is refused for, and where what it says goes. */
import { mkdirSync, readlinkSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { CODEX_CASES, scriptsOf } from './parts/engine-cases.ts'
import { newLaneFactory } from './parts/lane-factory.ts'
import { startScripts } from './parts/model-server.ts'
import { launchCase, seen, stopLiving } from './parts/run-cases.ts'

requirePart('sshd', 'git')('a real Codex lane', () => {
  it('[A09] [B11] is refused, or taken back, where it could not have begun', async () => {
    const cases = CODEX_CASES.filter(({ name }) => name === 'codex-silent')
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

    const name = 'codex-silent'
    const { record } = await launchCase(host, { ...codex, name })
    const pid = record?.pid ?? 0
    const { log } = await seen(host, name, { status: 'thinking', log: record?.log ?? 'none', pid })
    // Its output goes to a file, so no reader of it can go away.
    expect(readlinkSync(`/proc/${pid}/fd/1`)).toBe(log)
    await stopLiving(host, cases)
  }, 120_000)
})
