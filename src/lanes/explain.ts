/** Classifies one captured run from its files alone. */
import { QUIET_LIMITS } from '../../adapters/lane-judge.ts'
import type { Instant } from '../../state/facts.ts'
import { redactJson } from '../../state/redact.ts'
import type { Engine, LaneResult, LaneStatus } from '../../state/words.ts'
import { doingOf } from './doing.ts'
import { CLASSIFY } from './engines.ts'
import { type RunRead, readRun } from './read-run.ts'

export interface ExplainOptions {
  /** The session file of the same run: a Codex rollout or a Claude transcript. */
  rollout?: string
  /** Whether a live process holds the run; a captured file cannot say so itself. */
  held?: boolean
}

export interface ExplainDeps {
  now: Instant
  /** Zone of the machine that the run was captured on: engines print local times. */
  zone: string
}

export interface Explanation {
  engine: Engine
  status: LaneStatus
  result: LaneResult
  /** The engine's own machine word, with the HTTP status it carries: `http_connection_failed{401}`. */
  cause: string | null
  /** ISO 8601. */
  resetAt: string | null
  lastCommand: string | null
  lastExit: number | null
  /** In and out, over the whole thread. */
  tokens: number | null
  why: string[]
}

/**
 * A file's time tells when an engine fell silent, not when its command began: it may be a copy.
 * Only the live collector times commands.
 */
const CAPTURE_LIMITS = {
  ...QUIET_LIMITS,
  commandQuietMs: Number.POSITIVE_INFINITY,
  commandStalledMs: Number.POSITIVE_INFINITY,
}

export type Explained =
  | { ok: true; explanation: Explanation }
  /** A file that cannot be used: what, where, why and the mend, in one line. */
  | { ok: false; message: string }

type Run = Extract<RunRead, { ok: true }>

/** Reads the files once, in bounded memory. */
export async function explain(
  path: string,
  { rollout, held = false }: ExplainOptions,
  deps: ExplainDeps,
): Promise<Explained> {
  const first = await readRun(path)
  if (!first.ok) return first
  if (rollout === undefined) return explained([first], held, deps)
  const second = await readRun(rollout)
  if (!second.ok) return second
  const odd = notAPair(path, first, rollout, second)
  return odd === null ? explained([first, second], held, deps) : { ok: false, message: odd }
}

function explained(runs: readonly Run[], held: boolean, { now, zone }: ExplainDeps): Explained {
  const log = runs.find(run => run.format.source === 'log') ?? null
  const session = runs.find(run => run.format.source === 'session') ?? null
  const engine = (log ?? session)?.format.engine ?? 'codex'
  const judged = CLASSIFY[engine](
    {
      log: log?.log ?? null,
      session: session?.log ?? null,
      held,
      heldBy: held ? 'held by a live process, as --held says' : 'not held by a live process',
      now,
      logAt: log?.modifiedAt ?? null,
      activeAt: Math.max(...runs.map(run => run.modifiedAt)),
      zone,
      work: { kind: 'unknown', why: 'explain reads the run alone, not its repository' },
    },
    CAPTURE_LIMITS,
  )
  const { lastCommand, lastExit, tokens } = doingOf(log?.log ?? null, session?.log ?? null)
  const { status, result, cause, why } = judged
  const resetAt = judged.resetAt === null ? null : new Date(judged.resetAt).toISOString()
  const fields = { engine, status, result, cause, resetAt, lastCommand, lastExit, tokens, why }
  return { ok: true, explanation: redactJson(fields) }
}

/** Why the two files are not log and session file of one run; null when they are. */
function notAPair(path: string, a: Run, rollout: string, b: Run): string | null {
  if (a.format.source === b.format.source) {
    return `${path} and ${rollout} are both ${a.format.source} files: give a log, and its session file with --rollout`
  }
  const [one, other] = [a.log.threadId, b.log.threadId]
  const same = one === null || other === null || one === other
  if (a.format.engine === b.format.engine && same) return null
  return `${rollout} is of another run (${other}) than ${path} (${one}): give the session file with the same id`
}
