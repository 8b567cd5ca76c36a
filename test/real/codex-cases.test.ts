import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { codexCases, scriptsOf } from './parts/engine-cases.ts'
import { newLaneFactory } from './parts/lane-factory.ts'
import { startScripts } from './parts/model-server.ts'
import { runCases } from './parts/run-cases.ts'

const MINUTE_MS = 60_000

requirePart('sshd', 'git')('a real Codex lane', () => {
  it('[B05] [G01] ends in the status, cause and result of its case', async () => {
    const resetsAt = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + 120 * MINUTE_MS
    const cases = codexCases(resetsAt)
    const model = await startScripts(scriptsOf(cases))
    onTestFinished(() => model.close())
    const factory = await newLaneFactory(model.baseUrl, ['codex'])
    const operator = factory.operator(factory.profile('factory'))
    const lanes = await runCases({ operator, profile: 'factory' }, cases, 90_000)
    for (const lane of lanes.values())
  }, 180_000)
})
