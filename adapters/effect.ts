/**
 * What proves that a job of the spine ran: the time of a file it writes. An exit status proves
 * only that a process ended.
 */
import { stat } from 'node:fs/promises'
import type { SpineConfig } from '../state/config.ts'
import type { Instant } from '../state/facts.ts'
import { codeOf, expandGlob, expandHome, isAbsence } from './glob.ts'

export type Effect =
  | { kind: 'seen'; path: string; at: Instant }
  /** It is declared, and there is nothing yet. */
  | { kind: 'unseen'; path: string }
  /** It cannot be looked at. */
  | { kind: 'hidden'; path: string }

/** Where a job's effect is looked for. An empty redirect target is no output, so no effect. */
export type EffectPlace =
  | { glob: string; whenEmpty: 'counts' }
  | { path: string; whenEmpty: 'does-not-count' }

const MIN_GRACE_MS = 60_000
const MAX_GRACE_MS = 30 * 60_000

/** A job may take a quarter of its period to take effect: from a minute to half an hour. */
export function graceMs(next: Instant | null, previous: Instant | null): number {
  if (next === null || previous === null) return MAX_GRACE_MS
  return Math.min(MAX_GRACE_MS, Math.max(MIN_GRACE_MS, (next - previous) / 4))
}

/** The effect that the config declares for a job: by its name, else by a text that it contains. */
export function declaredEffect(
  effects: SpineConfig['effects'],
  job: { name: string; text: string },
  home: string,
): EffectPlace | null {
  const declared =
    effects.find(effect => effect.job === job.name) ??
    effects.find(effect => job.text.includes(effect.job))
  return declared ? { glob: expandHome(declared.file, home), whenEmpty: 'counts' } : null
}

/** Looks for the newest file of a place. Never rejects. */
export async function lookForEffect(place: EffectPlace, signal?: AbortSignal): Promise<Effect> {
  const { paths, denied } =
    'glob' in place ? await expandGlob(place.glob, signal) : { paths: [place.path], denied: [] }
  let newest: Effect | null = null
  let hidden: string | null = denied[0] ?? null
  for (const path of paths) {
    const seen = await stat(path).catch(codeOf)
    if (typeof seen === 'string') {
      if (!isAbsence(seen)) hidden = path
      continue
    }
    if (place.whenEmpty === 'does-not-count' && seen.size === 0) continue
    const at = Math.round(seen.mtimeMs)
    if (newest?.kind !== 'seen' || at > newest.at) newest = { kind: 'seen', path, at }
  }
  if (newest) return newest
  return hidden
    ? { kind: 'hidden', path: hidden }
    : { kind: 'unseen', path: 'glob' in place ? place.glob : place.path }
}
