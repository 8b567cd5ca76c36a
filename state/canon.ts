/** The canon's specifications against the lock that a person put on them. */
import * as z from 'zod'
import { Instant } from './facts.ts'

/** What a file holds now; `sha256` is null when it cannot be read, and `fault` says why. */
export const SpecHash = z.object({
  path: z.string(),
  sha256: z.string().nullable(),
  fault: z.string().nullable(),
})
export type SpecHash = z.infer<typeof SpecHash>

/** The newest lock, as the journal holds it. */
export const CanonLock = z.object({
  seq: z.number().int(),
  at: Instant,
  by: z.string(),
  reason: z.string(),
  /** SHA-256 by path. */
  hashes: z.record(z.string(), z.string()),
})
export type CanonLock = z.infer<typeof CanonLock>

export const SpecState = z.object({
  title: z.string(),
  path: z.string(),
  /** `unlocked`: no lock knows it. `unknown`: the host cannot be asked. */
  state: z.enum(['locked', 'edited', 'unlocked', 'unreadable', 'unknown']),
  locked: z.string().nullable(),
  sha256: z.string().nullable(),
  fault: z.string().nullable(),
})
export type SpecState = z.infer<typeof SpecState>

export interface Spec {
  readonly title: string
  readonly path: string
}

/** `seen` is null when the host cannot be asked. */
export function specStates(
  specs: readonly Spec[],
  seen: readonly SpecHash[] | null,
  lock: CanonLock | null,
): SpecState[] {
  return specs.map(({ title, path }) => {
    const found = seen?.find(each => each.path === path)
    const locked = lock !== null && Object.hasOwn(lock.hashes, path) ? lock.hashes[path] : undefined
    const spec = {
      title,
      path,
      locked: locked ?? null,
      sha256: found?.sha256 ?? null,
      fault: found?.fault ?? null,
    }
    return { ...spec, state: stateOf(spec, found !== undefined) }
  })
}

function stateOf(
  { locked, sha256 }: Pick<SpecState, 'locked' | 'sha256'>,
  isSeen: boolean,
): SpecState['state'] {
  if (!isSeen) return 'unknown'
  if (sha256 === null) return 'unreadable'
  if (locked === null) return 'unlocked'
  return locked === sha256 ? 'locked' : 'edited'
}

const short = (hash: string | null): string => hash?.slice(0, 12) ?? '?'

/** One line of a specification: its state and its hashes. */
export function specText({ state, locked, sha256, fault }: SpecState): string {
  switch (state) {
    case 'locked':
      return `locked at ${short(locked)}`
    case 'edited':
      return `edited since its lock: ${short(sha256)} now, locked at ${short(locked)}`
    case 'unlocked':
      return `not locked: ${short(sha256)} now`
    case 'unreadable':
      return `cannot be read: ${fault ?? 'nobody says why'}`
    default:
      return locked === null ? 'not locked' : `locked at ${short(locked)}; not looked at now`
  }
}

/**
 * Why work may not fan out: what differs from the lock. Empty while nothing was ever locked: then
 * nobody promised that these stand still.
 */
export const unlockedEdits = (states: readonly SpecState[], lock: CanonLock | null): string[] =>
  lock === null
    ? []
    : states
        .filter(({ state }) => state !== 'locked')
        .map(
          each =>
            `canon ${each.title} (${each.path}) is ${specText(each)}; put it back, or \`dockmaster canon lock\` at a terminal takes it as it is`,
        )

/** Whether the canon stands as it was locked, in one line. */
export function canonText(lock: CanonLock | null, states: readonly SpecState[]): string {
  if (states.length === 0) return 'no specification is named'
  if (lock === null) return 'not locked: no edit is refused'
  const by = `locked by ${lock.by} at ${new Date(lock.at).toISOString()}`
  const other = states.filter(({ state }) => state !== 'locked')
  const told = other.map(each => `${each.title} is ${specText(each)}`)
  return [by, ...told].join('; ')
}
