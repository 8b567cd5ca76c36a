/** The briefs that a lane was given, by the records of its runs. */
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { readStart } from '../../../adapters/read-part.ts'
import type { Brief, LaneBriefs } from '../../../state/look.ts'
import type { RunRecord } from '../../rpc/lane-api.ts'
import { filesOf, runsOf } from '../runner/run-record.ts'

/** As launch allows it, and some more. */
const LONGEST = 262_144
/** The newest ones are shown. */
const MOST = 8

/** `log` is the lane's log: the records of its runs lie beside it. Never rejects. */
export async function readBriefs(log: string | null): Promise<LaneBriefs> {
  if (log === null) return { briefs: [] }
  const runs = await runsOf(dirname(log), basename(log, '.jsonl'))
  const read = await Promise.all(runs.slice(-MOST).map(run => readBrief(dirname(log), run)))
  return { briefs: read.filter(brief => brief !== null) }
}

async function readBrief(logs: string, run: RunRecord): Promise<Brief | null> {
  const part = await readStart(filesOf(logs, run.stem).brief, LONGEST).catch(() => null)
  if (part === null) return null
  const sha256 = createHash('sha256').update(part.bytes).digest('hex')
  return {
    run: run.stem,
    at: run.heldAt,
    sha256: run.sha256,
    isSame: sha256 === run.sha256,
    text: part.bytes.toString('utf8'),
    isCut: part.isCut,
  }
}
