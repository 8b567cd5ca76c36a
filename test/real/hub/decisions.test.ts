import { expect, it, onTestFinished } from 'vitest'
import { DecisionsEnvelope } from '../../../state/rows/decisions.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator } from '../parts/operator.ts'
import { openTerminal } from '../parts/pty.ts'
import { startTmux } from '../parts/tmux.ts'

requirePart('pty')('a decision', () => {
  it('[M03] [O10] waits for a person at a terminal, and is on record with who answered', async () => {
    const operator = newOperator({ select: ['--host', 'local'] })
    const question = ['decide', 'Land acme/app#7?', '--option', 'land', '--option', 'hold']
    const number = /^#(\d+)/.exec(await operator.printed(...question))?.[1] ?? ''
    const open = async () =>
      DecisionsEnvelope.parse(JSON.parse(await operator.printed('decisions', '--json'))).rows

    expect(await open()).toMatchObject([
      { number: Number(number), question: 'Land acme/app#7?', options: ['land', 'hold'] },
    ])
    const scripted = await operator.run('answer', number, 'land')
    expect(scripted).toMatchObject({ exitCode: 77, stdout: '' })
    expect(scripted.stderr).toMatch(/a person at a terminal/)

    const line = operator.line('answer', number, '2', '--reason', 'the gate is red')
    const unsure = openTerminal(line, operator.env)
    await unsure.until(/Land acme\/app#7\?[\s\S]*\(yes\/no\)/)
    unsure.type('\r')
    expect(await unsure.exitCode).toBe(77)
    expect(await open()).toHaveLength(1)

    const sure = openTerminal(line, operator.env)
    await sure.until(/\(yes\/no\)/)
    sure.type('yes\r')
    expect(await sure.exitCode).toBe(0)
    expect(await open()).toEqual([])
    const [entry] = JSON.parse(await operator.printed('journal', '--json', '--kind', 'answer')).rows
    expect(entry).toMatchObject({
      text: 'hold',
      data: {
        decision: Number(number),
        reason: 'the gate is red',
        by: { tty: expect.stringMatching(/^\/dev\//), parents: expect.any(Array) },
      },
    })
    expect(entry.data.by.parents[0]).toContain('answer')

    const twice = openTerminal(line, operator.env)
    expect(await twice.exitCode).toBe(77)
    expect(twice.written()).toMatch(/no open decision/)
  })
})

requirePart('tmux')('a decision in the console', () => {
  it('[M03] [N02] is answered with two keys, and with Cancel under the first', async () => {
    const operator = newOperator({ select: ['--host', 'local'] })
    await operator.printed('decide', 'Land acme/app#7?', '--option', 'land', '--option', 'hold')
    const [program, args] = operator.line()
    const tmux = await startTmux([program, ...args].join(' '), {
      columns: 80,
      rows: 24,
      env: operator.env,
    })
    onTestFinished(() => tmux.close())
    await tmux.until(/Land acme\/app#7\?.*1 of 1/)
    await tmux.press('a')
    await tmux.until(/#\d+ Land acme[\s\S]*Cancel[\s\S]*land[\s\S]*hold/)
    await tmux.press('Enter')
    await tmux.until(/1 Lanes/)
    expect(JSON.parse(await operator.printed('decisions', '--json')).rows).toHaveLength(1)

    await tmux.press('a')
    await tmux.until(/Cancel/)
    await tmux.press('j', 'j', 'Enter')
    await tmux.until(/#\d+ is answered: hold/)
    // The picture follows a moment later: until then the key offers what was just answered.
    await tmux.until(/^(?![\s\S]*waits? for you)/)
    expect(JSON.parse(await operator.printed('decisions', '--json')).rows).toEqual([])
    await tmux.press('a')
    await tmux.until(/No decision waits for your answer/)
  })
})
