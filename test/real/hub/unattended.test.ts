/** Answers without a terminal: the built program, decisions whose act the profile names or does not. */
import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MARK } from '../../../src/probe/runner/waiting.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { newOperator } from '../parts/operator.ts'
import { openTerminal } from '../parts/pty.ts'

const OLD_MS = 30 * 3_600_000

/** A lock file with words in it: its removal is asked about, for the words would be lost. */
async function asked(answers: string) {
  const dir = scratch()
  const lock = join(dir, '.mend-app-7.lock')
  writeFileSync(lock, 'kim was here')
  utimesSync(lock, new Date(Date.now() - OLD_MS), new Date(Date.now() - OLD_MS))
  const operator = newOperator({
    select: ['--profile', 'here'],
    config: `
[profiles.here]
host = "local"
node = "${process.execPath}"
spine = { cron = false, timers = false }
leftovers.locks = ["${dir}/.mend-{repo}-{pull}.lock"]
${answers}
`,
  })
  const number = await eventually('it is asked about', async () => {
    const { stderr } = await operator.run('leftovers', 'remove', lock)
    return /#(\d+) asks you/.exec(stderr)?.[1]
  })
  const answer = ['answer', number, 'Remove it']
  const told = async () =>
    JSON.parse(await operator.printed('journal', '--json', '--kind', 'answer')).rows
  return { lock, operator, answer, answers: told }
}

const NAMED = 'answers.withoutTerminal = ["lock.remove"]'
const OF_LANE = { [MARK]: 'quay 0123' }

describe('a decision that a process answers', () => {
  it('[O10] is refused, and the refusal names the key of the config', async () => {
    const { lock, operator, answer, answers } = await asked('')
    const { exitCode, stderr } = await operator.run(...answer)
    expect(exitCode).toBe(77)
    expect(stderr).toMatch(/a person at a terminal: .*lock\.remove in answers\.withoutTerminal/)
    expect([existsSync(lock), await answers()]).toEqual([true, []])
  })

  it('[O10] is carried out where the profile names the act, and who did so is on record', async () => {
    const { lock, operator, answer, answers } = await asked(NAMED)
    expect(await operator.run(...answer)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(existsSync(lock)).toBe(false)
    const [entry] = await answers()
    expect(entry.data.by).toMatchObject({ tty: null, pid: expect.any(Number) })
    expect(entry.data.by.parents[0]).toContain('answer')
  })
})

requirePart('pty')("a lane's process that answers", () => {
  it('[O10] is refused, with and without a terminal', async () => {
    const { lock, operator, answer, answers } = await asked(NAMED)
    Object.assign(operator.env, OF_LANE)
    const scripted = await operator.run(...answer)
    expect(scripted).toMatchObject({ exitCode: 77, stderr: expect.stringMatching(/lane quay/) })
    const pty = openTerminal(operator.line(...answer), operator.env)
    await pty.until(/\(yes\/no\)/)
    pty.type('yes\r')
    expect(await pty.exitCode).toBe(77)
    expect(pty.written()).toMatch(/lane quay: no agent approves its own work/)
    expect([existsSync(lock), await answers()]).toEqual([true, []])
  })
})
