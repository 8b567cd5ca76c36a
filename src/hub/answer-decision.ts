/** Takes an answer to a decision: policy first, then the journal, then what the answer allows. */
import { authorOf } from '../../state/answerer.ts'
import { DecidedAct } from '../../state/journal/decisions.ts'
import type { JournalEntry } from '../../state/journal-entry.ts'
import { judgeAnswer } from '../policy/answer.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import { descentOf } from './descent.ts'
import type { HubParts } from './hub-parts.ts'
import { knownLanes } from './known-lanes.ts'

type AnswerParts = Pick<
  HubParts,
  'facts' | 'journal' | 'lanes' | 'pulls' | 'leftovers' | 'unattended' | 'now'
>

/** Throws JournalFault: an answer that is not on record is none. */
export async function answerDecision(
  { facts, journal, lanes, pulls, leftovers, unattended, now }: AnswerParts,
  { decision: seq, answer, reason, by }: HubParams<'answer'>,
): Promise<HubResult<'answer'>> {
  const decision = facts.value('decision', String(seq))
  const asked = journal.unsettled('decision').find(row => row.seq === seq)
  const decided = DecidedAct.safeParse(asked?.data).data
  const verdict = judgeAnswer({
    decision,
    answer,
    by,
    descent: descentOf(by.pid, knownLanes(facts)),
    act: decided?.act.act ?? null,
    unattended,
  })
  if (verdict.kind === 'refused') return verdict
  const author = authorOf(by)
  const answered: JournalEntry = {
    at: now(),
    kind: 'answer',
    author,
    subject: '',
    text: verdict.option,
    data: { decision: seq, reason, by },
  }
  if (!asked || decided?.approve !== verdict.option) {
    return { kind: 'answered', row: journal.append(answered), came: null, outcome: null }
  }
  // Together: after a crash between them nobody would know that it was still to be done.
  const [row, intent] = journal.appendAll([
    answered,
    {
      at: now(),
      kind: 'intent',
      author,
      subject: asked.subject,
      text: `decided as #${seq}: ${asked.text} ${verdict.option}`,
      data: { ...decided.act, decision: seq, by },
    },
  ])
  if (!row || !intent) throw new Error('the journal took no entry')
  const whose = {
    'lane.discard': lanes,
    'pull.merge': pulls,
    'lock.remove': leftovers,
    'box.remove': leftovers,
  }
  const unreached = await whose[decided.act.act].settle()
  if (unreached) {
    const came = `not done yet: ${unreached.message}; the hub does it once it can`
    return { kind: 'answered', row, came, outcome: null }
  }
  const [outcome] = journal
    .list({ kinds: ['outcome'], subject: asked.subject, afterSeq: intent.seq })
    .filter(({ data }) => data['intent'] === intent.seq)
  const word = outcome?.data['outcome']
  const came = outcome?.text ?? null
  return { kind: 'answered', row, came, outcome: typeof word === 'string' ? word : null }
}
