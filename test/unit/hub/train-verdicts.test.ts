import { expect, it } from 'vitest'
import type { CheckState } from '../../../adapters/github/details.ts'
import type { Train } from '../../../src/engine/queue/line.ts'
import { newTrainVerdicts } from '../../../src/hub/dock/train-verdicts.ts'
import { policyOf } from '../../../state/gate-policy.ts'

const check = (name: string, commit: string, state: CheckState['state'] = 'passed') => ({
  name,
  state,
  at: 1_000,
  commit,
})
const detail = (number: number, checks: CheckState[] | null) => ({
  number,
  head: `h${number}`,
  isFork: false,
  body: '',
  issues: [],
  reviews: [],
  checks,
})
const train: Train = {
  id: 't1',
  group: { cars: [1, 2].map(pr => ({ pr, head: `h${pr}` })), reds: 0 },
  after: null,
  stage: { kind: 'testing', commit: 'c', tree: 't' },
}
const HEADS = [
  detail(1, [check('unit', 'h1'), check('lint', 'h1')]),
  detail(2, [check('unit', 'h2'), check('docs', 'h2')]),
]

const judged = (checks: CheckState[] | null, named: string[] = [], details = HEADS): unknown => {
  const verdicts = newTrainVerdicts()
  verdicts.see(policyOf({ checks: named }), details, new Map([['c', checks]]))
  return verdicts.of(train, 'c') ?? verdicts.lacks.get('t1') ?? 'runs'
}

it('[F06] a train is green when all that ran on its heads is green on its commit too', () => {
  const begun = [check('unit', 'c'), check('lint', 'c')]
  expect(judged([])).toBe('no docs, lint, unit on c')
  expect(judged(begun)).toBe('no docs on c')
  expect(judged([...begun, check('docs', 'c')])).toEqual({ isGreen: true, why: '' })
  expect(judged([...begun, check('docs', 'c', 'failed')])).toMatchObject({
    why: 'red: docs',
  })
  expect(judged(begun, [], [detail(1, null), detail(2, [])])).toBe(
    'which checks count cannot be read',
  )
})

it('[F06] where checks are named, those alone count', () => {
  expect(judged([check('unit', 'c'), check('docs', 'c', 'failed')], ['unit'])).toEqual({
    isGreen: true,
    why: '',
  })
  expect(judged([check('docs', 'c')], ['unit'])).toBe('no unit on c')
  expect(judged(null, ['unit'])).toBe('the checks cannot be read')
})
