/** A transcript source as a row. */
import type { TranscriptsFact } from '../facts.ts'
import { age, count } from '../format.ts'
import type { RowDraft } from './row.ts'

type Look = Pick<RowDraft, 'glyph' | 'tone' | 'attention' | 'state'>

/** Files that are not captured; null when that is not known. */
export const behind = (source: TranscriptsFact): number | null =>
  source.files === null || source.captured === null
    ? null
    : Math.max(0, source.files - source.captured)

function look(source: TranscriptsFact): Look {
  if (source.state === 'denied') {
    return { glyph: 'bad', tone: 'bad', attention: 0, state: 'denied' }
  }
  if (source.state === 'absent') {
    return { glyph: 'none', tone: 'dim', attention: 4, state: 'absent' }
  }
  const missing = behind(source)
  if (missing === null) {
    return { glyph: 'unknown', tone: 'plain', attention: 2, state: 'present' }
  }
  return missing > 0
    ? { glyph: 'hold', tone: 'wait', attention: 1, state: 'behind' }
    : { glyph: 'good', tone: 'good', attention: 3, state: 'captured' }
}

const amount = (value: number | null): string => (value === null ? '?' : count(value))

function fact(source: TranscriptsFact): string {
  if (source.state !== 'present') return source.root
  const files = amount(source.files)
  const lag = source.lagMs === null || source.lagMs < 60_000 ? '' : `, lag ${age(0, source.lagMs)}`
  return source.captured === null
    ? `${files} files, not captured`
    : `${amount(source.captured)} / ${files}${lag}`
}

const tail = (root: string): string => root.split('/').filter(Boolean).slice(-2).join('/')

export const transcriptsRow = (source: TranscriptsFact): RowDraft => ({
  ...look(source),
  order: 0,
  tag: source.where,
  name: `${source.kind} ${tail(source.root)}`,
  fact: fact(source),
  since: source.newest,
})
