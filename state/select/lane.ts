/** A lane as a row. */
import type { Evidence, LaneFact } from '../facts.ts'
import { clock, short } from '../format.ts'
import type { LaneResult, LaneStatus } from '../words.ts'
import { riskBadge } from './risk.ts'
import type { RowDraft } from './row.ts'

type Look = Pick<RowDraft, 'glyph' | 'tone' | 'attention'>

/** Liveness is plain: only evidence is green. */
const BY_STATUS: Readonly<Record<Exclude<LaneStatus, 'ended'>, Look>> = {
  auth: { glyph: 'you', tone: 'accent', attention: 0 },
  stalled: { glyph: 'bad', tone: 'bad', attention: 2 },
  quota: { glyph: 'hold', tone: 'wait', attention: 3 },
  quiet: { glyph: 'idle', tone: 'wait', attention: 4 },
  working: { glyph: 'live', tone: 'plain', attention: 5 },
  thinking: { glyph: 'think', tone: 'plain', attention: 5 },
  starting: { glyph: 'idle', tone: 'plain', attention: 5 },
  queued: { glyph: 'hold', tone: 'wait', attention: 6 },
}

const BY_RESULT: Readonly<Record<LaneResult, Look>> = {
  claimed: { glyph: 'you', tone: 'accent', attention: 1 },
  refuted: { glyph: 'fail', tone: 'bad', attention: 7 },
  crashed: { glyph: 'fail', tone: 'bad', attention: 7 },
  failed: { glyph: 'fail', tone: 'bad', attention: 7 },
  interrupted: { glyph: 'idle', tone: 'dim', attention: 8 },
  local: { glyph: 'idle', tone: 'wait', attention: 8 },
  pushed: { glyph: 'idle', tone: 'good', attention: 9 },
  'in-review': { glyph: 'idle', tone: 'good', attention: 9 },
  queued: { glyph: 'hold', tone: 'good', attention: 9 },
  landed: { glyph: 'good', tone: 'good', attention: 10 },
  none: { glyph: 'none', tone: 'dim', attention: 11 },
}

const ref = (lane: LaneFact, ...kinds: Evidence['kind'][]): string | null => {
  const found = lane.evidence.findLast(evidence => kinds.includes(evidence.kind))
  if (!found) return null
  return found.kind === 'commit' ? found.ref.slice(0, 8) : found.ref
}

/** Agents wrap what they run in a shell: the row has room for the command alone. */
const bare = (command: string | null): string | null =>
  command?.replace(/^(?:\S*\/)?(?:ba|z|da)?sh -l?c (['"]?)(.*)\1$/s, '$2') ?? null

const exit = (lane: LaneFact): string | null =>
  lane.lastExit === null || lane.lastExit === 0
    ? null
    : `exit ${lane.lastExit}${lane.lastCommand ? ` of ${bare(lane.lastCommand)}` : ''}`

const resets = (lane: LaneFact): string | null =>
  lane.resetAt === null ? null : `until ${clock(lane.resetAt)}`

/** The one fact that matters now. */
const FACT: Readonly<Record<Exclude<LaneStatus, 'ended'>, (lane: LaneFact) => string | null>> = {
  auth: lane => lane.cause ?? 'signed out',
  stalled: lane => lane.cause ?? lane.why[0] ?? null,
  quota: lane => resets(lane) ?? lane.cause,
  quiet: lane => bare(lane.currentCommand ?? lane.lastCommand),
  working: lane => bare(lane.currentCommand) ?? lane.lastMessage,
  thinking: lane => lane.lastMessage ?? bare(lane.lastCommand),
  starting: () => null,
  queued: () => null,
}

const tokens = (lane: LaneFact): string =>
  lane.tokens === null ? '' : `, ${short(lane.tokens)} tokens`

const ENDED: Readonly<Record<LaneResult, (lane: LaneFact) => string | null>> = {
  claimed: lane => lane.lastMessage,
  refuted: lane => lane.why.at(-1) ?? null,
  crashed: lane => lane.cause ?? exit(lane) ?? lane.why.at(-1) ?? null,
  failed: lane => lane.cause ?? exit(lane) ?? lane.why.at(-1) ?? null,
  interrupted: lane => lane.cause,
  local: lane => ref(lane, 'commit'),
  pushed: lane => ref(lane, 'push', 'commit'),
  'in-review': lane => ref(lane, 'pr', 'push'),
  queued: lane => ref(lane, 'pr', 'push'),
  landed: lane => [ref(lane, 'pr'), ref(lane, 'commit')].filter(Boolean).join(' as '),
  none: lane => `no-op${tokens(lane)}`,
}

const model = (lane: LaneFact): string => (lane.model ?? lane.engine).replace(/^(gpt|claude)-/, '')

/** The report that it owes, and what it says that nobody has proved. */
function owed({ report, claims }: LaneFact): string[] {
  const open = claims?.unverified ?? 0
  return [
    ...(report && report.state !== 'seen' ? ['no report'] : []),
    ...(open > 0 ? [`claims: ${open} unverified`] : []),
  ]
}

export function laneRow(lane: LaneFact): RowDraft {
  const ended = lane.status === 'ended'
  const look = lane.status === 'ended' ? BY_RESULT[lane.result] : BY_STATUS[lane.status]
  const fact = lane.status === 'ended' ? ENDED[lane.result](lane) : FACT[lane.status](lane)
  const words = [[fact, ...(ended ? owed(lane) : [])].filter(Boolean).join(' · ')].filter(Boolean)
  return {
    ...look,
    order: -(lane.startedAt ?? 0),
    tag: model(lane),
    name: lane.name,
    state: ended && lane.result !== 'none' ? lane.result : lane.status,
    fact: [...(lane.risk ? [riskBadge(lane.risk)] : []), ...words].join(' '),
    since: ended ? (lane.endedAt ?? lane.activeAt) : lane.activeAt,
  }
}
