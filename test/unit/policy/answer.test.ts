import { describe, expect, it } from 'vitest'
import { type AnswerAsked, judgeAnswer } from '../../../src/policy/answer.ts'
import type { Answerer } from '../../../state/answerer.ts'
import { UnattendedAct } from '../../../state/answers-config.ts'
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
const process: Answerer = { ...person, tty: null }
const asked: AnswerAsked = {
  decision,
  answer: 'land',
  by: person,
  descent: { kind: 'no lane' },
  act: null,
  unattended: [],
}

const LANE = { kind: 'lane', lane: 'quay' } as const

describe('an answer to a decision', () => {
  it.each([
    ['an option', 'hold', 'hold'],
    ['the number of an option', '1', 'land'],
  ])('[M03] may be %s', (_what, answer, option) => {
    expect(judgeAnswer({ ...asked, answer })).toEqual({ kind: 'allowed', option })
  })

  it.each<[what: string, Partial<AnswerAsked>, message: RegExp]>([
    ['without a terminal', { by: process }, /a person at a terminal/],
    ['to nothing that is open', { decision: undefined }, /no open decision/],
    ['that is no option', { answer: 'perhaps' }, /none of its options/],
    ['that is no option’s number', { answer: '3' }, /none of its options/],
    ['that is none at all', { answer: '' }, /none of its options/],
    ['of a lane, at a terminal too', { descent: LANE }, /process 9 is of the lane quay/],
  ])('[O10] is refused %s, with a mend', (_what, more, message) => {
    expect(judgeAnswer({ ...asked, ...more })).toEqual({
      kind: 'refused',
      message: expect.stringMatching(message),
      mend: expect.stringMatching(/\S/),
    })
  })

  it('takes an option that looks like a number for itself', () => {
    const odd = { ...decision, options: ['2', '1'] }
    expect(judgeAnswer({ ...asked, decision: odd, answer: '1' })).toEqual({
      kind: 'allowed',
      option: '1',
    })
  })
})

describe('an answer without a terminal', () => {
  const byProcess = { ...asked, by: process }
  const all = UnattendedAct.options

  it.each(all)('[O10] to %s is refused with the key that would allow it', act => {
    const others = all.filter(each => each !== act)
    expect(judgeAnswer({ ...byProcess, act, unattended: others })).toMatchObject({
      kind: 'refused',
      mend: expect.stringContaining(`name ${act} in answers.withoutTerminal`),
    })
    const allowed = judgeAnswer({ ...byProcess, act, unattended: [act] })
    expect(allowed).toEqual({ kind: 'allowed', option: 'land' })
  })

  it.each<[what: string, Partial<AnswerAsked>]>([
    ['an agent gives', { act: 'box.remove', descent: LANE }],
    ['a process gives that nobody can see', { act: 'box.remove', descent: { kind: 'unseen' } }],
    ['lands code', { act: 'pull.merge' }],
    ['no act hangs on', { act: null }],
  ])('[O10] that %s is refused, whatever the profile names', (_what, more) => {
    const verdict = judgeAnswer({ ...byProcess, ...more, unattended: all })
    expect(verdict).toMatchObject({ kind: 'refused' })
    expect(JSON.stringify(verdict)).not.toContain('answers.withoutTerminal')
  })
})
