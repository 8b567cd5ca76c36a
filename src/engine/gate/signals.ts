/** The signals of the gate, in the order in which they are told: each reads one thing and says what it read. */
import picomatch from 'picomatch'
import type { Signal } from '../../../state/dock.ts'
import { plural } from '../../../state/format.ts'
import { judgeChecks } from './checks.ts'
import type { GateInput, Review } from './input.ts'

type Reading = Omit<Signal, 'name'>

const pass = (datum: string): Reading => ({ verdict: 'pass', datum })
const fail = (datum: string): Reading => ({ verdict: 'fail', datum })
const absent = (datum: string): Reading => ({ verdict: 'absent', datum })

export const SIGNALS: readonly { name: Signal['name']; read: (input: GateInput) => Reading }[] = [
  { name: 'allowlist', read: allowlist },
  { name: 'conflicts', read: conflicts },
  { name: 'checks', read: checks },
  { name: 'bots', read: bots },
  { name: 'review', read: review },
  { name: 'paths', read: paths },
  { name: 'size', read: size },
  { name: 'compaction', read: compaction },
  { name: 'soak', read: soak },
]

function allowlist({ repo, allowed, policyFault }: GateInput): Reading {
  if (policyFault !== null) return absent(policyFault)
  return allowed.includes(repo)
    ? pass(`${repo} is on the list`)
    : fail(`${repo} is not on the list of repositories that may land`)
}

function conflicts({ conflicts: found, marked }: GateInput): Reading {
  if (found === null) return absent('the mirror could not merge it')
  if (found.length > 0) return fail(`conflicts in ${some(found)}`)
  return marked.length === 0
    ? pass('merges with the branch')
    : fail(`markers of a conflict left in ${some(marked)}`)
}

const HOUR = 3_600_000
/** A check that ended later than now is a clock that cannot be believed; GitHub tells whole seconds. */
const CLOCK_SLACK_MS = 5 * 60_000

function checks({ checks: all, policy, head, now }: GateInput): Reading {
  if (all === null) return absent('the checks cannot be read')
  const short = head.slice(0, 8)
  const said = judgeChecks(all, policy.checks, head)
  switch (said.kind) {
    case 'none':
      return absent(`no check ran on ${short}`)
    case 'missing':
      return absent(`no ${some(said.names)} on ${short}`)
    case 'red':
      return fail(`red: ${some(said.names)}`)
    case 'running':
      return fail(`not done: ${some(said.names)}`)
    case 'green':
      break
    default:
      return said satisfies never
  }
  if (said.newest > now + CLOCK_SLACK_MS) {
    return absent(`a check ended at ${new Date(said.newest).toISOString()}, which is yet to come`)
  }
  const hours = Math.floor((now - said.oldest) / HOUR)
  return hours >= policy.checksMaxAgeHours
    ? fail(`green ${hours} h ago, believed for ${policy.checksMaxAgeHours} h`)
    : pass(`${plural(said.count, 'check')} green`)
}

/** What each said last, about this head. */
function latest({ reviews, head }: GateInput, isWanted: (login: string) => boolean) {
  const said = new Map<string, Review['state']>()
  for (const { by, state, commit } of reviews ?? []) {
    if (commit === head && isWanted(by)) said.set(by, state)
  }
  return said
}

function bots(input: GateInput): Reading {
  const { policy, reviews } = input
  if (policy.bots.length === 0) return pass('none is named')
  if (reviews === null) return absent('the reviews cannot be read')
  const said = latest(input, login => policy.bots.includes(login))
  const against = [...said].filter(([, state]) => state === 'changes-requested')
  if (against.length > 0) return fail(`asks for changes: ${some(against.map(([login]) => login))}`)
  return pass(said.size === 0 ? 'none has spoken' : `clean: ${some([...said.keys()])}`)
}

function review(input: GateInput): Reading {
  const { policy, reviews, author } = input
  if (input.isDraft) return fail('it is a draft')
  if (policy.review === 'none') return pass('none is wanted')
  if (reviews === null) return absent('the reviews cannot be read')
  const engineOf = (login: string) => policy.engines[login] ?? null
  const own = engineOf(author)
  const said = latest(input, login => login !== author && !policy.bots.includes(login))
  const against = [...said].filter(([, state]) => state === 'changes-requested')
  if (against.length > 0) return fail(`asks for changes: ${some(against.map(([login]) => login))}`)
  const approvals = [...said].filter(([, state]) => state === 'approved').map(([login]) => login)
  const told = (login: string) => `${login} (${engineOf(login) ?? 'a person'})`
  const isOther = (login: string) => own === null || engineOf(login) !== own
  const counted = policy.review === 'any' ? approvals : approvals.filter(isOther)
  const by = `author ${told(author)}`
  if (counted.length > 0) return pass(`approved by ${some(counted.map(told))}, ${by}`)
  return approvals.length > 0
    ? fail(`approved by the author's own engine alone: ${some(approvals.map(told))}, ${by}`)
    : absent(`nobody has approved this head, ${by}`)
}

/** Whose hands it went through. */
export interface Hands {
  /** The author's engine; null is a person, or nobody that the policy names. */
  readonly engine: string | null
  /** Who looked at this head, with the last word of each. */
  readonly reviewers: readonly {
    readonly by: string
    readonly engine: string | null
    readonly state: Review['state']
  }[]
}

export function handsOf(input: GateInput): Hands {
  const engineOf = (login: string) => input.policy.engines[login] ?? null
  const said = latest(input, login => login !== input.author)
  const reviewers = [...said].map(([by, state]) => ({ by, engine: engineOf(by), state }))
  return { engine: engineOf(input.author), reviewers }
}

function paths({ paths: changed, policy }: GateInput): Reading {
  if (changed === null) return absent('its files cannot be read')
  if (changed.length === 0) return absent('it changes no file')
  const isAllowed = picomatch(policy.paths, { dot: true })
  const outside = changed.filter(path => !isAllowed(path))
  return outside.length === 0
    ? pass(`${plural(changed.length, 'file')}, all of allowed kinds`)
    : fail(`not allowed: ${some(outside)}`)
}

function size({ lines, paths: changed, policy }: GateInput): Reading {
  if (lines === null || changed === null) return absent('its size cannot be read')
  const { maxLines, maxFiles } = policy
  const told = `${plural(lines, 'line')} in ${plural(changed.length, 'file')}`
  return lines > maxLines || changed.length > maxFiles
    ? fail(`${told}, limits ${maxLines} and ${maxFiles}`)
    : pass(told)
}

function compaction({ compaction: flag, policy }: GateInput): Reading {
  if (policy.compactionFlag === null) return pass('the repository has no phases')
  if (flag === 'fresh') return pass(`${policy.compactionFlag} covers the last commit`)
  if (flag === 'unreadable') return absent(`${policy.compactionFlag} cannot be read`)
  return fail(
    flag === 'missing'
      ? `${policy.compactionFlag} is missing`
      : `${policy.compactionFlag} is older than the work`,
  )
}

function soak({ isOptedIn }: GateInput): Reading {
  return isOptedIn
    ? pass('opted in')
    : fail('landing by itself is not switched on; it is counted as would have landed')
}

const SHOWN = 3

/** The first few, and how many more. */
const some = (names: readonly string[]): string =>
  names.length <= SHOWN
    ? names.join(', ')
    : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
