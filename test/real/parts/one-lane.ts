/** The lane `add-out` of an operator's only profile, through the built program. */
import { writeBrief } from './lane-factory.ts'
import type { Operator } from './operator.ts'
import { killLater } from './processes.ts'

export interface JournalRow {
  seq: number
  data: Record<string, unknown>
}

/** `words` stand in every launch of it. */
export function oneLane(operator: Operator, ...words: string[]) {
  const brief = writeBrief('add-out')
  const launch = async (...more: string[]) => {
    const all = ['--brief', brief, ...words, '--json', ...more]
    const { stdout, stderr, exitCode } = await operator.run('lane', 'launch', ...all)
    if (stdout === '') throw new Error(stderr)
    return { acted: JSON.parse(stdout), exitCode }
  }
  const launched = async () => {
    const { acted } = await launch()
    if (acted.kind !== 'running') throw new Error(JSON.stringify(acted))
    killLater(acted.record)
    return acted.record
  }
  const lane = async () => JSON.parse(await operator.printed('lanes', '--json')).rows[0]
  const journal = async (kind: string): Promise<JournalRow[]> =>
    JSON.parse(await operator.printed('journal', '--json', '--kind', kind)).rows
  return { brief, launch, launched, lane, journal }
}
