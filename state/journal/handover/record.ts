/** What the journal says to a fresh mind: open decisions, unfinished acts, what changed. Pure. */
import type { JournalRow } from '../../journal-entry.ts'
import { iso, isoOrNull } from '../../rows/envelope.ts'
import { DecisionData } from '../decisions.ts'
import type { Item } from './budget.ts'
import { joined, quote } from './quote.ts'
import { item, RANK } from './world.ts'

/** Notes are what minds leave to each other: they are cut later than other text. */
const MAX_NOTE = 2_000

export function decisions(rows: readonly JournalRow[]): Item[] {
  return rows.map(({ seq, at, author, text: question, data }) => {
    const { options, url, deadline: until } = DecisionData.parse(data)
    const deadline = isoOrNull(until)
    const line = joined([
      `#${seq} ${quote(question, MAX_NOTE)}`,
      options.length === 0 ? null : `options: ${options.map(option => quote(option)).join(' / ')}`,
      `asked by ${quote(author)} at ${iso(at)}`,
      deadline && `deadline ${deadline}`,
      url && quote(url),
    ])
    const json = { seq, at: iso(at), author, question, options, deadline, url }
    return item('decisions', RANK.decisions, line, json)
  })
}

export const unfinishedActs = (rows: readonly JournalRow[]): Item[] =>
  rows.map(({ seq, at, author, subject, text }) => {
    const act = joined([quote(subject), quote(text)], ': ')
    const line = `act #${seq} by ${quote(author)} at ${iso(at)} has no outcome, look before doing it again: ${act}`
    return item('verify', RANK.verify, line, {
      intent: seq,
      at: iso(at),
      author,
      subject,
      text: quote(text),
    })
  })

/** The oldest goes first when there is no room. */
export const changes = (rows: readonly JournalRow[]): Item[] =>
  rows.map((row, index) => {
    const { seq, at, kind, author, subject, text } = row
    const about = joined(
      [quote(subject), quote(text, kind === 'note' ? MAX_NOTE : undefined)],
      ': ',
    )
    const line = `#${seq} ${iso(at)} ${kind} by ${quote(author)}: ${about}`
    const json = { seq, at: iso(at), kind, author, subject, text: quote(text, MAX_NOTE) }
    return item('changed', RANK.changed + rows.length - index, line, json)
  })
