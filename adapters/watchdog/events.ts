/**
 * Reads a watchdog's log: one event a line, an ISO 8601 time and then text, e.g.
 * `2026-11-21T12:40:00Z heal runner offline -> restarted -> listening (38s)`. The form is not
 * ours, so words decide what came of an event, and what they leave open stays open.
 */
import type { Instant, JobFact } from '../../state/facts.ts'

export interface WatchdogEvent {
  at: Instant
  /** What it is about: the first step without its leading verb. */
  subject: string
  text: string
  state: Extract<JobFact['state'], 'ok' | 'failed' | 'running' | 'unobservable'>
}

export interface WatchdogLog {
  events: WatchdogEvent[]
  /** Lines that begin no event and continue none. */
  unreadable: number
}

const MAX_TEXT = 500
const MAX_SUBJECT = 80

const TIME =
  /^\[?(?<date>\d{4}-\d\d-\d\d)[T ](?<time>\d\d:\d\d:\d\d)(?:[.,](?<fraction>\d{1,9}))?\s?(?<zone>Z|UTC|[+-]\d\d:?\d\d)?\]?[\s:|-]*/

/** What came of a step, by the words in it. The first that fits decides. */
const OUTCOMES: readonly { words: RegExp; state: WatchdogEvent['state'] }[] = [
  {
    words:
      /\b(?:fail(?:ed|s|ure)?|error|escalat\w*|critical|fatal|gave up|giving up|could not|cannot|refused|timed? ?out|still (?:down|offline|dead))\b/i,
    state: 'failed',
  },
  { words: /\b(?:checking|retrying|waiting|pending|in progress)\b|\.\.\.$|…$/i, state: 'running' },
  {
    words:
      /\b(?:ok|heal(?:ed)?|recovered|restart(?:ed)?|relaunch(?:ed)?|resumed?|removed|cleared|cleaned|freed|listening|healthy|passed|restored|fixed|back up|up again)\b/i,
    state: 'ok',
  },
]

/** The level or verb that a line may begin with: not part of what it is about. */
const VERB =
  /^(?:\[?(?:debug|info|notice|warn(?:ing)?|error|fail(?:ed)?|fatal|critical|ok)\]?[:\s]+)?(?:(?:heal(?:ed|ing)?|restart(?:ed|ing)?|escalat(?:e|ed|ing)|detect(?:ed)?|check(?:ed)?|resum(?:e|ed)|relaunch(?:ed)?)[:\s]+)?/i

/** Parses lines of a log, oldest first. Never throws. */
export function parseWatchdog(lines: readonly string[]): WatchdogLog {
  const log: WatchdogLog = { events: [], unreadable: 0 }
  for (const line of lines) {
    const event = parseEvent(line)
    if (event) log.events.push(event)
    // Blank and indented lines carry on the event above them.
    else if (/^\S/.test(line)) log.unreadable++
  }
  return log
}

function parseEvent(line: string): WatchdogEvent | null {
  const match = TIME.exec(line)
  const { date, time, fraction = '0', zone = '' } = match?.groups ?? {}
  if (!match || date === undefined || time === undefined) return null
  // Without a zone it is the local time of the machine that writes it, and we read it there.
  const at = Date.parse(`${date}T${time}.${fraction.slice(0, 3)}${zone === 'UTC' ? 'Z' : zone}`)
  const text = line.slice(match[0].length).trim().slice(0, MAX_TEXT)
  if (Number.isNaN(at) || at < 0 || text === '') return null
  const steps = text.split(/\s*(?:->|→|=>)\s*/)
  const subject = (steps[0] ?? text).replace(VERB, '') || text
  return { at, subject: subject.slice(0, MAX_SUBJECT), text, state: outcomeOf(steps) }
}

/** The last step that has such a word tells. */
function outcomeOf(steps: readonly string[]): WatchdogEvent['state'] {
  const told = steps.map(step => OUTCOMES.find(({ words }) => words.test(step))?.state)
  return told.findLast(state => state !== undefined) ?? 'unobservable'
}
