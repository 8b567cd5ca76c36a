/** What else there is about a lane: its checks, and where its things lie. */
import { clean } from '../clean.ts'
import type { Instant, PrFact } from '../facts.ts'
import { moment } from '../format.ts'
import type { Seen, World } from '../world.ts'
import { claimsOf, claimText } from './claims.ts'

type Lane = Seen<'lane'>

/** Pull requests that the lane's evidence names, and those whose branch it works on. */
function pullsOf(world: World, { value }: Lane): readonly PrFact[] {
  const named = value.evidence.filter(({ kind }) => kind === 'pr').map(({ ref }) => ref)
  const worked = [...world.dock.values()].filter(each => each.value.lane === value.name)
  const refs = new Set([...named, ...worked.map(({ key }) => key)])
  return [...refs].flatMap(ref => world.pr.get(ref)?.value ?? [])
}

/** Lanes that a pull request is the work of: live ones by its branch, ended ones by their evidence. */
export function lanesOf(world: World, pull: string): readonly string[] {
  const live = world.dock.get(pull)?.value.lane
  const ended = [...world.lane.values()].filter(({ value: { evidence } }) =>
    evidence.some(({ kind, ref }) => kind === 'pr' && ref === pull),
  )
  const names = ended.map(({ value }) => value.name)
  return [...new Set(live === undefined ? names : [live, ...names])]
}

const checked = ({ repo, number, checks, checksDone, checksTotal, mergeState }: PrFact): string =>
  `${repo}#${number}: checks ${checks}, ${checksDone ?? '?'} of ${checksTotal ?? '?'} finished, merge ${mergeState.toLowerCase()}`

/** Evidence first, then what is only claimed, then checks that others run. */
export function checkLines(world: World, lane: Lane, now: Instant): readonly string[] {
  const { value } = lane
  const evidence = value.evidence.map(
    ({ kind, ref, at }) => `${kind} ${ref}${at === null ? '' : `, ${moment(at, now)}`}`,
  )
  const claims = claimsOf(world, lane).map(claimText)
  const pulls = pullsOf(world, lane).map(checked)
  return [
    ...group('Evidence, read by us', evidence, 'None.'),
    ...group('Claims of its own', claims, 'None that could be checked.'),
    ...group('Checks of its pull requests', pulls, 'No pull request of it is seen.'),
    ...group('Why this status and result', value.why, 'No rule told.'),
  ]
}

const group = (title: string, lines: readonly string[], none: string): readonly string[] => [
  `── ${title}`,
  ...(lines.length === 0 ? [none] : lines.map(clean)),
  '',
]

/** Whole, so that they can be copied. */
export function linkLines(world: World, lane: Lane): readonly string[] {
  const { value } = lane
  const links: readonly (readonly [string, string | null])[] = [
    ...pullsOf(world, lane).flatMap(({ url, branch }) => [
      ['pull request', url] as const,
      ['branch', branch] as const,
    ]),
    ['works in', value.cwd],
    ['log', value.log],
    ['session', value.rollout],
    ['report', value.report?.path ?? null],
    ['thread', value.threadId],
  ]
  const there = links.flatMap(([label, text]) => (text === null ? [] : [{ label, text }]))
  if (there.length === 0) return ['Nothing of it is known by path or address.']
  return there.map(({ label, text }) => clean(`${label.padEnd(13)} ${text}`))
}
