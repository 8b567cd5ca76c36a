/** Fits a handover into a number of tokens by leaving out what matters least, and says so. */
import type * as z from 'zod'

/** Any JSON value. */
export type Json = z.core.util.JSONType

/** In the order in which they stand in the text. */
export const SECTIONS = {
  guardrails: 'Guardrails',
  canon: 'Canon',
  goal: 'Goal',
  inFlight: 'In flight',
  gates: 'Gates',
  verify: 'To verify',
  decisions: 'Open decisions',
  next: 'Next actions',
  changed: 'What changed',
} as const
export type Section = keyof typeof SECTIONS
export const SECTION_NAMES = Object.keys(SECTIONS) as Section[]

export interface Item {
  section: Section
  /** What goes first when there is no room: the highest. */
  rank: number
  /** One markdown line. */
  text: string
  /** The same as data; null for a line that only explains the one before it. */
  json: Json
}

/**
 * Tokens that a text costs, rounded up: a third of its UTF-8 bytes. English takes about four
 * bytes a token, paths and code about three, other scripts fewer characters but more bytes.
 */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3)

/** Less than this leaves no room for saying what was left out. */
export const LEAST_TOKENS = 256

export interface Fitted {
  kept: Item[]
  leftOut: Partial<Record<Section, number>>
}

const cost = (text: string): number => Buffer.byteLength(text) + 1

/** What stands above a section, blank line included. */
export const heading = (section: Section): string => `\n## ${SECTIONS[section]}`

/** Items by section that were left out, in one sentence; empty when there are none. */
export const missing = (leftOut: Fitted['leftOut']): string =>
  SECTION_NAMES.filter(section => (leftOut[section] ?? 0) > 0)
    .map(section => `${leftOut[section]} of ${SECTIONS[section]}`)
    .join(', ')

function count(items: readonly Item[]): Fitted['leftOut'] {
  const counts: Fitted['leftOut'] = {}
  for (const { section } of items) counts[section] = (counts[section] ?? 0) + 1
  return counts
}

/**
 * Keeps items by rank while they fit beside `frame`, which must hold the longest notice there can
 * be. Once an item of a section has no room, what comes after it in that section has none either.
 */
export function fit(items: readonly Item[], frame: string, maxTokens: number | null): Fitted {
  if (maxTokens === null) return { kept: [...items], leftOut: {} }
  let room = Math.max(LEAST_TOKENS, maxTokens) * 3 - cost(frame)
  const begun = new Set<Section>()
  const full = new Set<Section>()
  const kept = new Set<Item>()
  for (const item of [...items].sort((a, b) => a.rank - b.rank)) {
    const { section } = item
    const price = cost(item.text) + (begun.has(section) ? 0 : cost(heading(section)))
    if (full.has(section) || price > room) {
      full.add(section)
      continue
    }
    room -= price
    begun.add(section)
    kept.add(item)
  }
  return {
    kept: items.filter(item => kept.has(item)),
    leftOut: count(items.filter(item => !kept.has(item))),
  }
}

/** The longest notice that fitting these items can lead to. */
export const longestNotice = (items: readonly Item[]): string => missing(count(items))
