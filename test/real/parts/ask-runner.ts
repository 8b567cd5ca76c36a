/**
 * Answers one request as the probe's runner would, and ends: `node ask-runner.ts METHOD PARAMS`.
 * So a probe that dies right after its answer is seen too.
 */
import { runner } from '../../../src/probe/runner/runner.ts'

const [method, params] = process.argv.slice(2) as [keyof typeof runner, string]
process.stdout.write(JSON.stringify(await runner[method](JSON.parse(params) as never)))
