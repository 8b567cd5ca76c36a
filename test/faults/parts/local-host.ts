/** A host that is this machine, with a home of the test's own, and an operator of it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type LaneRow, LanesEnvelope } from '../../../state/rows/lanes.ts'
import { newOperator, type Operator } from '../../real/parts/operator.ts'

export const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname

/** `~/logs/*.jsonl` holds its lanes. `more` is TOML that follows in `[profiles.here]`. */
export function localHost(more = ''): Operator & { logs: string } {
  const config = `
[profiles.here]
host = "local"
lanes.logs = ["~/logs/*.jsonl"]
${more}`
  const operator = newOperator({ select: ['--profile', 'here'], config })
  const logs = join(operator.home, 'logs')
  mkdirSync(logs)
  return { ...operator, logs }
}

/** What `lanes --json` says, by name of the lane, and what it says beside on stderr. */
export async function lanesOf(
  operator: Operator,
): Promise<{ lanes: ReadonlyMap<string, LaneRow>; said: string }> {
  const { stdout, stderr, exitCode } = await operator.run('lanes', '--json')
  if (exitCode !== 0) throw new Error(`lanes --json ended with ${exitCode}: ${stderr}`)
  const { rows } = LanesEnvelope.parse(JSON.parse(stdout))
  return { lanes: new Map(rows.map(row => [row.name, row])), said: stderr }
}
