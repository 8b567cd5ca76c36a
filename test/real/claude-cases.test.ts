import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { claudeCases, scriptsOf } from './parts/engine-cases.ts'
import { newLaneFactory } from './parts/lane-factory.ts'
import { startScripts } from './parts/model-server.ts'
import { runCases } from './parts/run-cases.ts'

requirePart('sshd', 'git')('a real Claude lane', () => {
  it('ends in the status, cause and result of its case', async () => {
    const cases = claudeCases()
    const model = await startScripts(scriptsOf(cases))
    onTestFinished(() => model.close())
    const factory = await newLaneFactory(model.baseUrl, ['claude'])
    const env = { CLAUDE_CODE_MAX_RETRIES: '1' }
    const operator = factory.operator(factory.profile('factory', { env }))
    const lanes = await runCases({ operator, profile: 'factory' }, cases, 60_000)
    for (const lane of lanes.values())
  }, 180_000)
})
