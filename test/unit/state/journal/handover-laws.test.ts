/** What holds of every handover: it keeps its bound, says what it left out, and is the same again. */
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CanonConfig } from '../../../../state/config.ts'
import type { Fact } from '../../../../state/facts.ts'
import {
  estimateTokens,
  LEAST_TOKENS,
  SECTION_NAMES,
  SECTIONS,
} from '../../../../state/journal/handover/budget.ts'
import { type HandoverInput, handover } from '../../../../state/journal/handover/handover.ts'
import { recall } from '../../../../state/journal/handover/recall.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import { worldRecorder } from '../../../../state/journal/recorder.ts'
import type { JournalEntry } from '../../../../state/journal-entry.ts'
import { scratch } from '../../../setup/scratch.ts'
import { canon, full, input, nothing } from './handover-input.ts'
import { entry, job, lane, link, pr, row, source } from './world.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 400 })
const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .tuple(
      fc.nat(40),
      anyText,
      fc.constantFrom('working', 'ended', 'stalled', 'auth'),
      fc.constantFrom('none', 'claimed', 'landed'),
    )
    .map(([key, name, status, result]) =>
      lane(`l${key}`, { name, status, result, log: name, why: [name] }),
    ),
  fc.tuple(fc.nat(40), anyText).map(([number, title]) => pr(number, { title })),
  fc.tuple(fc.nat(40), anyText).map(([key, message]) => job(`j${key}`, { state: 'late', message })),
)
/** Facts as a hub holds them: one of each kind and key. */
const world = fc.uniqueArray(anyFact, {
  maxLength: 40,
  selector: fact => `${fact.kind} ${fact.key}`,
})
const anyInput: fc.Arbitrary<HandoverInput> = fc
  .record({
    facts: world,
    guardrails: fc.array(anyText, { maxLength: 5 }),
    gates: fc.array(anyText, { maxLength: 5 }),
    questions: fc.array(anyText, { maxLength: 5 }),
    changes: fc.array(anyText, { maxLength: 30 }),
    moreChanges: fc.boolean(),
  })
  .map(({ facts, guardrails, gates, questions, changes, moreChanges }) =>
    input({
      facts,
      canon: CanonConfig.parse({ guardrails, gates }),
      memory: {
        ...nothing,
        decisions: questions.map((text, index) => row(index + 1, { kind: 'decision', text })),
        changes: changes.map((text, index) => row(index + 50, { text })),
        moreChanges,
      },
    }),
  )

describe('the bound', () => {
  it('is kept, whatever there is to tell', () => {
    fc.assert(
      fc.property(anyInput, fc.integer({ min: LEAST_TOKENS, max: 5_000 }), (given, maxTokens) => {
        expect(estimateTokens(handover({ ...given, maxTokens }).text)).toBeLessThanOrEqual(
          maxTokens,
        )
      }),
      { numRuns: 300 },
    )
  })

  it('[I02] loses no guardrail and no decision without saying how many', () => {
    fc.assert(
      fc.property(anyInput, fc.integer({ min: LEAST_TOKENS, max: 3_000 }), (given, maxTokens) => {
        const all = handover(given).json
        const { text, json } = handover({ ...given, maxTokens })
        for (const name of SECTION_NAMES) {
          const left = (json.leftOut as Record<string, number>)[name] ?? 0
          if (name !== 'inFlight')
            expect((json[name] as []).length + left).toBe((all[name] as []).length)
          if (left > 0) expect(text).toContain(`${left} of ${SECTIONS[name]}`)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('leaves out the oldest changes first, and guardrails last', () => {
    const memory = { ...nothing, changes: Array.from({ length: 60 }, (_, index) => row(index + 1)) }
    const { text, json } = handover(input({ canon, memory, maxTokens: 600 }))
    const seqs = (json.changed as { seq: number }[]).map(({ seq }) => seq)
    expect(seqs.at(-1)).toBe(60)
    expect(seqs).toEqual(seqs.map((_, index) => 60 - seqs.length + 1 + index))
    expect(json.leftOut).toEqual({ changed: 60 - seqs.length })
    expect(json.guardrails).toEqual(canon.guardrails)
    expect(text).toContain('`dockmaster handover` without --max-tokens has all')
  })

  it('leaves nothing out when all of it fits', () => {
    const { text } = handover(full)
    expect(handover({ ...full, maxTokens: estimateTokens(text) + 200 }).text).toBe(text)
  })
})

describe('the same world gives the same text', () => {
  it('[I01] in whatever order its facts came', () => {
    fc.assert(
      fc.property(
        anyInput.chain(given =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray([...given.facts], { minLength: given.facts.length }),
          ),
        ),
        fc.option(fc.integer({ min: LEAST_TOKENS, max: 3_000 })),
        ([given, facts], maxTokens) => {
          expect(handover({ ...given, facts, maxTokens })).toEqual(
            handover({ ...given, maxTokens }),
          )
        },
      ),
    )
  })

  it('[I01] [I04] after everything was ended and started again', () => {
    const path = join(scratch(), 'journal.db')
    const facts = [...full.facts, lane('b')]
    const session = (text: string): JournalEntry => ({
      at: Date.now(),
      kind: 'session',
      author: 'hub',
      subject: 'practice',
      text,
      data: { pid: process.pid },
    })
    /** One life of a hub: it starts, sees the world, and hands over. */
    const live = (lines: JournalEntry[]) => {
      const journal = openJournal(path)
      journal.append(session('hub started'))
      const record = worldRecorder(journal)
      record([link('connecting'), source('lanes', { state: 'unreachable' })])
      record([link('up'), source('lanes'), ...facts])
      journal.appendAll(lines)
      const told = handover(input({ canon, facts, memory: recall(journal, null) }))
      record([link('down')])
      journal.append(session('hub stopped'))
      journal.close()
      return told
    }
    const first = live([
      entry({ text: 'a note' }),
      entry({
        kind: 'decision',
        text: 'Go?',
        data: { options: ['yes', 'no'], deadline: null, url: null },
      }),
      entry({ kind: 'intent', text: 'git push' }),
    ])
    expect(first.text).toContain('Go?')
    expect(live([])).toEqual(first)
    expect(live([])).toEqual(first)
  })
})
