/** Frees a lock whose holder went without a lane: on a person's yes, and in the journal. */
import { authorOf } from '../../state/answerer.ts'
import { itemKey } from '../../state/item.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import { judgeUnlock } from '../policy/unlock.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { PlanDeps } from './dispatch-plan.ts'
import { knownLanes } from './known-lanes.ts'

/** Throws JournalFault, and RpcFault when the host cannot be asked. */
export async function unlockItem(
  { ask, facts, journal, logs, now }: PlanDeps,
  { goal, id, by, isConfirmed }: HubParams<'dispatch.unlock'>,
): Promise<HubResult<'dispatch.unlock'>> {
  const subject = itemKey({ goal, id })
  const { locks, launched } = await ask('dispatch.look', { logs, briefs: [] })
  const lock = locks.find(({ record }) => itemKey(record) === subject) ?? null
  const lanes = knownLanes(facts).map(({ value }) => value.name)
  const verdict = judgeUnlock({ subject, lock, lanes: [...lanes, ...launched], by })
  if (verdict.kind === 'refused') return verdict
  if (!isConfirmed) return { kind: 'stale', text: verdict.text }
  const { record } = verdict.lock
  const who = authorOf(by)
  const intent = journal.append({
    at: now(),
    kind: 'intent',
    author: who,
    subject,
    text: `free ${verdict.text}`,
    data: { act: 'dispatch.unlock', lock: record, by },
  })
  const why = 'stale: no lane came of it'
  const freed = await ask('lock.free', { logs, work: record, key: record.key, who, why })
  const text = freed.launched
    ? `the lock is freed, but its lane ${record.lane} has begun meanwhile: it holds the item`
    : `the lock of ${subject} is freed`
  const outcome = freed.launched ? 'launched' : 'freed'
  const { seq } = journal.append(outcomeEntry(intent, { outcome, text }, now()))
  return { kind: 'unlocked', text, seq }
}
