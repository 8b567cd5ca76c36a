/**
 * Whether a client may act at all. A console may have been opened to look only, and a profile may
 * say so for everybody; who lifts it is a person at a terminal, and on record.
 */
import type { Answerer } from '../../state/answerer.ts'
import type { Verdict } from './answer.ts'

/** What changes nothing but what a client sees, and words in the journal. All else is an act. */
const LOOKS: ReadonlySet<string> = new Set([
  'hello',
  'status',
  'subscribe',
  'prewarm',
  'log',
  'lane.target',
  'lane.brief',
  'canon.look',
  'lane.diff',
  'lane.timeline',
  'pull.timeline',
  'journal.append',
  'journal.list',
  'journal.follow',
  'journal.unfollow',
  'journal.verify',
  'journal.backup',
  'handover',
  'access',
  'stop',
])

/** Whether a request only looks; one that would only say what it would do does so too. */
export const onlyLooks = (
  method: string,
  params: { isDryRun?: unknown; override?: unknown },
): boolean =>
  LOOKS.has(method) ||
  params.isDryRun === true ||
  (method === 'dispatch.plan' && params.override === null)

export function judgeElevation(by: Answerer): Verdict {
  return by.tty === null
    ? {
        kind: 'refused',
        message: 'read-only is lifted by a person at a terminal',
        mend: 'do it in the console, or with `dockmaster elevate` at a terminal',
      }
    : { kind: 'allowed', option: 'read-write' }
}
