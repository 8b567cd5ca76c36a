import { describe, expect, it } from 'vitest'
import { decisionDraft, openDecisions } from '../../../../state/journal/decisions.ts'
import { row } from './world.ts'

const asked = row(1, {
  kind: 'decision',
  text: 'Merge?',
  data: { options: ['yes', 'no'], deadline: 9_000, url: null },
})

describe('decisions', () => {
  it('is a fact under its seq once it is asked', () => {
    expect(decisionDraft(asked)).toEqual({
      kind: 'decision',
      key: '1',
      at: 1_000,
      value: {
        question: 'Merge?',
        options: ['yes', 'no'],
        answer: null,
        default: null,
        reversibility: 'unknown',
        why: null,
        author: 'ann',
        openedAt: 1_000,
        deadline: 9_000,
        url: null,
      },
    })
  })

  it('is gone once it is answered', () => {
    const answer = row(2, { kind: 'answer', text: 'yes', data: { decision: 1 } })
    expect(decisionDraft(answer)).toEqual({ kind: 'decision', key: '1', at: 2_000, value: null })
    expect(openDecisions([asked, answer])).toEqual([])
  })

  it('stays open in the order asked, whatever else is written', () => {
    const rows = [
      asked,
      row(2),
      row(3, { kind: 'decision' }),
      row(4, { kind: 'answer', data: { decision: 'x' } }),
    ]
    expect(openDecisions(rows).map(({ key }) => key)).toEqual(['1', '3'])
  })

  it('keeps its question when its data is misshapen', () => {
    const odd = row(5, {
      kind: 'decision',
      text: 'Go?',
      data: { options: 'yes', deadline: -1, url: 4 },
    })
    expect(decisionDraft(odd)?.value).toMatchObject({
      question: 'Go?',
      options: [],
      deadline: null,
      url: null,
    })
  })
})
