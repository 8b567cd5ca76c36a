/** Practice lanes speak as the real programs were heard to: the same fields in the same events. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Happening, LaneOrder, Voice } from '../../../src/practice/lanes/beat.ts'
import { claudeVoice } from '../../../src/practice/lanes/claude-voice.ts'
import { codexVoice, quotaMessage } from '../../../src/practice/lanes/codex-voice.ts'

type Json = Record<string, unknown>

const order: LaneOrder = {
  name: 'guard-tide-table-1',
  engine: 'codex',
  model: 'gpt-5.5',
  threadId: '01a1fb3b-b729-7982-994b-d7f3c4fbc2c7',
  guard: 'sandbox',
  brief: 'Do the lane task\n',
  beats: [],
  tempo: 1,
}

const EVERYTHING: readonly Happening[] = [
  { kind: 'begin' },
  { kind: 'reason', text: 'why' },
  { kind: 'say', text: 'what' },
  { kind: 'edit', path: '/tree/new.ts', change: 'add' },
  { kind: 'command-start', command: `echo 'hi'` },
  { kind: 'command-end', command: `echo 'hi'`, output: 'hi\n', code: 0 },
  { kind: 'reconnect' },
  { kind: 'fail', cause: 'quota', resetAt: 0 },
  { kind: 'fail', cause: 'auth', resetAt: 0 },
  { kind: 'complete' },
]

const told = (voice: Voice): Json[] =>
  EVERYTHING.flatMap(happening => voice(happening, 1_000).log).map(line => JSON.parse(line) as Json)

function captured(engine: string): Json[] {
  const dir = new URL(`../../fixtures/${engine}/`, import.meta.url)
  return readdirSync(dir)
    .filter(name => /^[^.]+\.jsonl$/.test(name))
    .flatMap(name => readFileSync(new URL(name, dir), 'utf8').split('\n'))
    .flatMap(line => {
      try {
        return [JSON.parse(line) as Json]
      } catch {
        // Captures of killed programs end in the middle of a line.
        return []
      }
    })
}

/** What kind of line it is, and the fields that every line of that kind has. */
const codexShape = ({ type, item }: Json) => {
  const { type: itemType = '', ...fields } = (item ?? {}) as Json
  return { kind: `${String(type)} ${String(itemType)}`, fields: Object.keys(fields).sort() }
}

it('writes codex events with the fields of the captured ones', () => {
  const known = new Map(
    captured('codex').map(line => Object.values(codexShape(line)) as [string, string[]]),
  )
  for (const line of told(codexVoice(order, '/tree', 'abc'))) {
    const { kind, fields } = codexShape(line)
    expect({ kind, fields }).toEqual({ kind, fields: known.get(kind) })
  }
})

it('writes claude events with no field that the captured ones lack', () => {
  const shape = ({ type, subtype = '' }: Json) => `${String(type)} ${String(subtype)}`
  const known = new Map<string, Set<string>>()
  for (const line of captured('claude')) {
    const fields = known.get(shape(line)) ?? new Set()
    known.set(shape(line), new Set([...fields, ...Object.keys(line)]))
  }
  let next = 0
  const uuid = () => `00000000-0000-4000-8000-${String(next++).padStart(12, '0')}`
  for (const line of told(claudeVoice({ ...order, engine: 'claude' }, '/tree', uuid))) {
    const fields = known.get(shape(line))
    expect({ kind: shape(line), known: fields !== undefined }).toEqual({
      kind: shape(line),
      known: true,
    })
    expect(Object.keys(line).filter(field => !fields?.has(field))).toEqual([])
  }
})

it('numbers rollout lines without a gap', () => {
  const voice = codexVoice(order, '/tree', 'abc')
  const rows = EVERYTHING.flatMap(happening => voice(happening, 1_000).session)
  const ordinals = rows.map(row => (JSON.parse(row) as { ordinal: number }).ordinal)
  expect(ordinals).toEqual(rows.map((_, index) => index))
})

it.each([
  [new Date(2026, 10, 21, 1, 9), 'Nov 21st, 2026 1:09 AM.'],
  [new Date(2026, 0, 2, 12, 0), 'Jan 2nd, 2026 12:00 PM.'],
  [new Date(2026, 5, 13, 0, 5), 'Jun 13th, 2026 12:05 AM.'],
  [new Date(2026, 6, 3, 23, 59), 'Jul 3rd, 2026 11:59 PM.'],
])('says when a quota lifts as codex does: %s', (at, text) => {
  expect(quotaMessage(at.getTime()).endsWith(`try again at ${text}`)).toBe(true)
})
