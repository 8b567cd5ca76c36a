import { describe, expect, it } from 'vitest'
import { judgeAnswer } from '../../../src/policy/answer.ts'
import type { Answerer } from '../../../state/answerer.ts'
import type { DecisionFact } from '../../../state/rule-facts.ts'

const decision: DecisionFact = {
  question: 'Land acme/app#7?',
  options: ['land', 'hold'],
  answer: null,
  author: 'train',
  openedAt: 1,
  default: null,
  reversibility: 'unknown',
  why: null,
  deadline: null,
  url: null,
}
const person: Answerer = { user: 'robin', host: 'laptop', pid: 9, tty: '/dev/pts/1', parents: [] }

describe('an answer to a decision', () => {
  it.each([
    ['an option', 'hold', 'hold'],
    ['the number of an option', '1', 'land'],
  ])('[M03] may be %s', (_what, answer, option) => {
    expect(judgeAnswer(decision, answer, person)).toEqual({ kind: 'allowed', option })
  })

  it.each([
    ['without a terminal', decision, 'land', { ...person, tty: null }, /a person at a terminal/],
    ['to nothing that is open', undefined, 'land', person, /no open decision/],
    ['that is no option', decision, 'perhaps', person, /none of its options/],
    ['that is no option’s number', decision, '3', person, /none of its options/],
    ['that is none at all', decision, '', person, /none of its options/],
  ])('[O10] is refused %s, with a mend', (_what, asked, answer, by, message) => {
    expect(judgeAnswer(asked, answer, by)).toEqual({
      kind: 'refused',
      message: expect.stringMatching(message),
      mend: expect.stringMatching(/\S/),
    })
  })

  it('takes an option that looks like a number for itself', () => {
    const odd = { ...decision, options: ['2', '1'] }
    expect(judgeAnswer(odd, '1', person)).toEqual({ kind: 'allowed', option: '1' })
  })
})
