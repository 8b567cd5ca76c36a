/**
 * What of the world is worth an entry: transitions. A lane that types on is not; a lane that
 * stalls, ends or turns out to have landed is. Pure: the recorder beside it writes.
 */
import { clean } from '../clean.ts'
import type { Fact, FactKind, FactValue } from '../facts.ts'
import type { JournalEntry, JournalRow } from '../journal-entry.ts'

/** The journal's memory of one thing: words by aspect, e.g. `{checks: 'failing'}`. */
export type Seen = Readonly<Record<string, string>>

/** What a kind of fact says that may be told. An aspect that is not settled yet is null. */
interface Telling {
  subject: string
  aspects: Record<string, string | null>
  /** What is said with it: a cause, a reason. */
  because: string | null
  /** Aspects that are nothing new when the thing is seen for the first time. */
  usual: Seen
  /** Data that a reader of the entry needs besides. */
  data: Record<string, string | number | null>
}

type Tellers = { [K in FactKind]?: (value: FactValue<K>, key: string) => Telling }

/** A lane that works changes its word every few seconds: these are one. */
const AT_WORK: Partial<Record<FactValue<'lane'>['status'], string>> = {
  working: 'at work',
  thinking: 'at work',
  quiet: 'at work',
}

/** Not settled before it is known what the lane reaches. */
const bypassOf = (risk: FactValue<'lane'>['risk']): string | null =>
  risk === null || risk.reach === 'unknown'
    ? null
    : `on the ${risk.reach} (${risk.flags.join(', ')})`

const TELLERS: Tellers = {
  lane: ({ name, status, result, cause, threadId, log, evidence, risk }) => ({
    subject: name,
    aspects: { status: AT_WORK[status] ?? status, result, bypass: bypassOf(risk) },
    because: cause,
    usual: { result: 'none' },
    data: { threadId, log, evidence: evidence.map(({ ref }) => ref).join(' ') || null },
  }),
  pr: ({ repo, number, mergeState, checks, headSha, url }) => ({
    subject: `${repo}#${number}`,
    aspects: {
      'merge state': mergeState === 'UNKNOWN' ? null : mergeState,
      checks: checks === 'pending' ? null : checks,
    },
    because: null,
    usual: {},
    data: { headSha, url },
  }),
  landing: ({ repo, number, sha, mergedAt }) => ({
    subject: `${repo}#${number}`,
    aspects: { landed: sha },
    because: null,
    usual: {},
    data: { mergedAt },
  }),
  job: ({ name, state, message, last }) => ({
    subject: name,
    aspects: { state: state === 'running' ? null : state },
    because: message,
    usual: { state: 'ok' },
    data: { last },
  }),
  source: ({ state, message }, key) => ({
    subject: key,
    aspects: { state },
    because: message,
    // What a host never had is no news; what it has no more is.
    usual: { state: state === 'absent' ? state : 'ok' },
    data: {},
  }),
  breach: ({ rule, model, where, line, pid }, key) => ({
    subject: key,
    aspects: { breach: rule },
    because: [model, line === null ? where : `${where}:${line}`, pid === null ? null : `pid ${pid}`]
      .filter(Boolean)
      .join(', '),
    usual: {},
    data: { model, where, line, pid },
  }),
  claim: ({ lane, text, state, output }) => ({
    subject: lane,
    // The rest is no news: most claims hold, and a check that ran has an entry of its own.
    aspects: { claim: state === 'refuted' ? state : null },
    because: output === null ? text : `${text} · ${output}`,
    usual: {},
    data: { lane },
  }),
  link: ({ state, target, message }) => ({
    subject: target,
    aspects: { state: state === 'connecting' ? null : state },
    because: message,
    usual: {},
    data: {},
  }),
}

const GONE = 'gone'

/** Foreign text of any length, as one bounded line. */
const short = (text: string): string => clean(text).slice(0, 500)

const mapValues = <T>(record: Record<string, T>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))

/** Names one thing of the world in the recorder's memory and in the entry's data. */
export const factId = (fact: Pick<Fact, 'kind' | 'key'>): string => `${fact.kind} ${fact.key}`

/** What an entry of kind `seen` remembers, or null when it is of another thing than `id`. */
export function rememberedIn(row: JournalRow, id: string): Seen | null {
  const { fact, seen } = row.data
  if (fact !== id || typeof seen !== 'object' || seen === null) return null
  return Object.fromEntries(
    Object.entries(seen).filter(
      (aspect): aspect is [string, string] => typeof aspect[1] === 'string',
    ),
  )
}

/** The subject under which entries about this fact are written; null for kinds never journaled. */
export const subjectOf = (fact: Fact): string | null => tellingOf(fact)?.subject ?? null

function tellingOf(fact: Fact): Telling | null {
  const teller = TELLERS[fact.kind] as ((value: unknown, key: string) => Telling) | undefined
  if (teller === undefined || fact.value === null) return null
  const telling = teller(fact.value, fact.key)
  return {
    ...telling,
    subject: short(telling.subject),
    data: mapValues(telling.data, value => (typeof value === 'string' ? short(value) : value)),
  }
}

/** Only a thing that was open when it vanished is missed. */
const mayBeMissed = (known: Seen): boolean =>
  known.status !== 'ended' && known.landed === undefined && known.state === undefined

const sentence = (news: Seen, known: Seen, because: string | null): string => {
  const changes = Object.entries(news).map(([name, word]) =>
    known[name] === undefined ? `${name} ${word}` : `${name} ${known[name]} → ${word}`,
  )
  const reason = because === null ? '' : `: ${short(because)}`
  return changes.join(', ') + reason
}

/** What is to be written about a fact, and what is remembered from then on. */
export interface News {
  entry: Pick<JournalEntry, 'subject' | 'text' | 'data'> & { kind: 'seen' }
  seen: Seen
}

/**
 * Compares a fact with what is remembered of its thing (null: nothing, it is new). Null when it
 * is no news. `subject` names a thing that is gone, whose fact has no value any more.
 */
export function worthJournaling(known: Seen | null, next: Fact, subject = next.key): News | null {
  const id = factId(next)
  if (next.value === null) {
    if (known === null || !mayBeMissed(known) || known[GONE] !== undefined) return null
    const seen = { ...known, [GONE]: 'yes' }
    return {
      entry: { kind: 'seen', subject, text: 'no longer there', data: { fact: id, seen } },
      seen,
    }
  }
  const telling = tellingOf(next)
  if (telling === null) return null
  const back = known?.[GONE] !== undefined
  const before: Seen = back ? {} : (known ?? telling.usual)
  const news = Object.fromEntries(
    Object.entries(telling.aspects).filter(
      (aspect): aspect is [string, string] => aspect[1] !== null && aspect[1] !== before[aspect[0]],
    ),
  )
  if (Object.keys(news).length === 0) return null
  const seen: Seen = { ...before, ...news }
  const text = sentence(news, known === null ? {} : before, telling.because)
  const data = { ...telling.data, fact: id, seen }
  return { entry: { kind: 'seen', subject: telling.subject, text, data }, seen }
}
