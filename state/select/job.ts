/** A job of the spine as a row. */
import type { JobFact } from '../facts.ts'
import { clock, plural } from '../format.ts'
import type { RowDraft } from './row.ts'

type Look = Pick<RowDraft, 'glyph' | 'tone' | 'attention'>

/** `ok` is green because its effect was seen; a service that merely runs is not. */
const BY_STATE: Readonly<Record<JobFact['state'], Look>> = {
  failed: { glyph: 'bad', tone: 'bad', attention: 0 },
  late: { glyph: 'bad', tone: 'bad', attention: 1 },
  unreadable: { glyph: 'unknown', tone: 'wait', attention: 2 },
  stopped: { glyph: 'idle', tone: 'wait', attention: 3 },
  running: { glyph: 'live', tone: 'plain', attention: 4 },
  ok: { glyph: 'good', tone: 'good', attention: 5 },
  unobservable: { glyph: 'unknown', tone: 'dim', attention: 7 },
}

/** A failure that the watchdog told of is history: the job that failed has a row of its own. */
const TOLD: Look = { glyph: 'fail', tone: 'wait', attention: 5 }

function look(job: JobFact): Look {
  if (job.origin === 'watchdog' && job.state === 'failed') return TOLD
  const by = BY_STATE[job.state]
  return job.state === 'ok' && job.last === null ? { ...by, glyph: 'live', tone: 'plain' } : by
}

function fact(job: JobFact): string {
  if (job.state === 'late') return `no effect seen, ${plural(job.periodsLate, 'period')} late`
  // A process that runs is not proof of work: the row says so rather than repeat its state.
  if (job.origin === 'service' && job.state === 'running') return 'runs; its effect is not known'
  if (job.message) return job.message
  if (job.state === 'unobservable') return 'its effect cannot be seen'
  return job.next === null ? job.schedule : `next ${clock(job.next)}`
}

const newestFirst = (job: JobFact): number => (job.origin === 'watchdog' ? -(job.last ?? 0) : 0)

export const jobRow = (job: JobFact): RowDraft => ({
  ...look(job),
  order: newestFirst(job),
  tag: job.last === null ? '' : clock(job.last),
  name: job.name,
  state: job.state,
  fact: fact(job),
  since: job.last,
})
