import { describe, expect, it } from 'vitest'
import { standing } from '../../../state/dispatch.ts'
import type { FactValue } from '../../../state/facts.ts'
import { planLines } from '../../../state/select/plan.ts'
import type { LaneResult } from '../../../state/words.ts'
import { landing, lane, link, NOW, pr, source } from '../../terminal/parts/facts.ts'
import { item, plan } from './planned.ts'

describe('the gates', () => {
  const prs = Array.from({ length: 37 }, (_, at) => pr(at + 1, 'change'))
  const jammed = [item('tests', '1'), ...prs]

  it('[B19] refuse while the dock is jammed, with the numbers', () => {
    const made = plan({ facts: jammed })
    expect(made).toMatchObject({ planned: [], skipped: [] })
    expect(made.refusals).toEqual([
      { gate: 'dock', text: 'dock is jammed: 37 open PRs, limit 10', figure: 37, limit: 10 },
    ])
    const mend = (at: 'console' | 'command') =>
      planLines(made, { at, columns: 80 })
        .flat()
        .map(({ text }) => text)[1]
    expect(mend('console')).toContain('Enter asks why')
    expect(mend('command')).toContain('`dockmaster dispatch run --override "why"`')
    const review = Array.from({ length: 3 }, (_, at) =>
      lane(`r${at}`, { status: 'ended', result: 'in-review' }),
    )
    expect(plan({ facts: review, config: { jam: { inReview: 3 } } }).refusals).toMatchObject([
      { gate: 'dock', text: 'dock is jammed: 3 lanes in review, limit 3' },
    ])
    expect(plan({ facts: prs.slice(0, 9) }).refusals).toEqual([])
    expect(plan({ facts: prs.slice(0, 10) }).refusals).toHaveLength(1)
  })

  it('[B19] refuse while the host is pressed, with the numbers', () => {
    const { refusals } = plan({
      facts: [],
      config: { pressure: { loadPerCore: 0.2, memory: 0.5, disk: 0.7 } },
    })
    expect(refusals.map(({ text }) => text)).toEqual([
      'host is pressed: load per core 0.24, limit 0.20',
      'host is pressed: memory 61%, limit 50%',
      'host is pressed: disk / 72%, limit 70%',
    ])
  })

  it('[B19] give way to an override; locks and caps do not', () => {
    const facts = [...jammed, item('tests', '2'), item('tests', '3'), lane('tests--2')]
    const made = plan({ facts, override: 'the reviews are quick today' })
    expect(made.refusals).toHaveLength(1)
    expect(standing(made)).toEqual([])
    expect(made.planned.map(({ lane: name }) => name)).toEqual(['tests--1'])
    expect(made.skipped.map(({ reason }) => reason)).toEqual(['held', 'goal-cap'])
  })

  it('[B19] take what cannot be measured for no small figure', () => {
    const blind = source('github:yard/dock', { state: 'error', message: 'HTTP 502' })
    expect(plan({ facts: [blind] }).refusals).toMatchObject([
      { gate: 'dock', text: 'the dock cannot be seen: HTTP 502', figure: null },
    ])
    const unmeasured = source('vitals', { state: 'error', message: 'no /proc' })
    expect(plan({ facts: [unmeasured] }).refusals).toMatchObject([{ gate: 'host' }])
  })

  it('says so when nobody watches the dock, and plans', () => {
    const none = source('github:yard/dock', { state: 'absent', message: 'no repository is named' })
    const made = plan({ facts: [none, item('tests', '1')] })
    expect(made.planned).toHaveLength(1)
    expect(made.notes).toEqual(['open PRs are not counted: no repository is named'])
  })

  it.each([
    ['the link is down', link({ state: 'down', message: 'connection reset' })],
    ['no lane can be read', source('lanes', { state: 'error', message: 'EIO' })],
    ['the file cannot be read', source('items', { state: 'absent', message: 'no such file' })],
  ])('[B19] while %s nothing is planned, whatever is overridden', (_what, blind) => {
    const made = plan({ facts: [item('tests', '1'), blind], override: 'I know' })
    expect(standing(made)).toContainEqual(expect.objectContaining({ gate: 'sight' }))
    expect(made.planned).toEqual([])
  })
  it('[C04] shows of each item its pull request and merged SHA: landed, else recoverable', () => {
    const sha = 'c'.repeat(40)
    const left = (name: string, ref: string, result: LaneResult) => {
      const evidence = [{ kind: 'commit', ref, at: NOW } as const]
      return lane(name, { status: 'ended', result, evidence })
    }
    const merged = landing(7, 1)
    const facts = [
      ...['1', '2', '3', '4'].map(id => item('tests', id)),
      left('tests--1', 'd'.repeat(40), 'pushed'),
      merged,
      left('tests--2', sha, 'pushed'),
      pr(8, 'x', { headSha: sha }),
      left('tests--3', 'e'.repeat(40), 'local'),
    ]
    const made = plan({ facts })
    const works = [...made.planned, ...made.skipped].map(({ item: { id }, work }) => [id, work])
    const { sha: landed } = merged.value as FactValue<'landing'>
    const none = { pr: null, sha: null }
    expect(Object.fromEntries(works)).toEqual({
      1: { lane: 'tests--1', result: 'landed', state: 'landed', pr: merged.key, sha: landed },
      2: {
        lane: 'tests--2',
        result: 'in-review',
        state: 'recoverable',
        ...none,
        pr: 'yard/dock#8',
      },
      3: { lane: 'tests--3', result: 'local', state: 'recoverable', ...none },
      4: null,
    })
    const lines = planLines(made, { at: 'command', columns: 400 }).map(line =>
      line.map(({ text }) => text).join(''),
    )
    const narrow = planLines(made, { at: 'command', columns: 36 })
    const [first, below] = narrow.map(line => line.map(({ text }) => text).join(''))
    expect(first).not.toContain('goal tests')
    expect(below).toMatch(/^ {5}lane 1 of 2 of goal tests$/)
    expect(lines).toEqual([
      expect.stringMatching(/tests--4 .* lane 1 of 2 of goal tests$/),
      expect.stringMatching(/tests--1 .* has landed  landed: yard\/dock#7 as 00000000$/),
      expect.stringMatching(/tests--2 .* is in review  recoverable: yard\/dock#8$/),
      expect.stringMatching(/tests--3 .* has commits that are not pushed  recoverable$/),
    ])
  })
})
