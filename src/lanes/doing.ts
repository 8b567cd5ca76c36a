/** One account of what a lane did, from its log and its session file. */
import type { LaneLog } from '../../adapters/lane-log.ts'

export type Doing = Pick<
  LaneLog,
  'threadId' | 'model' | 'cwd' | 'baseSha' | 'report' | 'bypass' | 'startedAt' | 'tokens'
> &
  Pick<LaneLog, 'lastCommand' | 'lastExit' | 'lastMessage'> & { currentCommand: string | null }

/** The log is nearer to what the run did; the session file knows where, when and with what. */
export function doingOf(log: LaneLog | null, session: LaneLog | null): Doing {
  const both = [log, session].filter(each => each !== null)
  const known = [session, log].filter(each => each !== null)
  const tokens = both.flatMap(each => each.tokens ?? [])
  return {
    threadId: first('threadId', both),
    model: first('model', known),
    cwd: first('cwd', known),
    baseSha: first('baseSha', known),
    report: first('report', known),
    bypass: first('bypass', known),
    startedAt: first('startedAt', known),
    currentCommand: (log ?? session)?.open.at(-1)?.text ?? null,
    lastCommand: first('lastCommand', both),
    lastExit: first('lastExit', both),
    lastMessage: first('lastMessage', both),
    // Both counts run over the whole thread; the larger one is the later one.
    tokens: tokens.length === 0 ? null : Math.max(...tokens),
  }
}

const first = <K extends keyof LaneLog>(key: K, from: readonly LaneLog[]): LaneLog[K] | null =>
  from.find(each => each[key] !== null)?.[key] ?? null
