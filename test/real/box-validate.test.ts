/** A lane's work is run through its workflow files, each job in a real box. */
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { boxedLane, COMMIT } from './parts/boxed-lane.ts'

requirePart(
  'sshd',
  'git',
  'root',
  'dockerd',
)('the head of a lane in a box', () => {
  it('[G06] is validated by the commands of its workflow files, by their exit codes alone', async () => {
    const workflow = `
on: push
env: { LEVEL: loud }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: sees the commit
        run: |
          git log --oneline | head -1
          grep hi out.txt
          echo built > artefact
      - name: fails
        run: echo "$LEVEL and clear"; exit 3
      - run: echo never
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: test "$CI" = true && ! touch /codex-home/sessions/x
      - run: echo \${{ github.sha }}
`
    const { model, at, git, operator, launched, lane, journal, containers } = await boxedLane({
      command: COMMIT,
      repo: { '.github/workflows/ci.yml': workflow },
    })
    await launched()
    await model.asked(1)
    await eventually('the lane is seen', async () => (await lane()) !== undefined)
    const early = await operator.run('lane', 'validate', 'add-out')
    expect(early).toMatchObject({
      exitCode: 77,
      stderr: expect.stringMatching(/validated at its end/),
    })
    model.release()
    await model.asked(2)
    model.release()
    await eventually('the lane has ended', async () => {
      const row = await lane()
      return row?.status === 'ended' && row.pid === null
    })
    const { stdout, exitCode } = await operator.run('lane', 'validate', 'add-out', '--json')
    const { kind, commit, steps, seq } = JSON.parse(stdout)
    expect({ kind, exitCode }).toEqual({ kind: 'validated', exitCode: 1 })
    expect(commit).toBe(git('trees/add-out', 'rev-parse', 'HEAD'))
    expect(steps).toMatchObject([
      { job: 'test', state: 'not-run', said: expect.stringMatching(/actions\/checkout/) },
      { job: 'test', name: 'sees the commit', state: 'passed', exit: 0 },
      { job: 'test', name: 'fails', state: 'failed', exit: 3, said: 'loud and clear' },
      { job: 'test', state: 'not-run', said: 'a step before it failed' },
      { job: 'lint', state: 'passed', exit: 0 },
      { job: 'lint', state: 'not-run', said: expect.stringMatching(/expression/) },
    ])
    expect(steps[1].said).toMatch(/lane: a line/)
    const outcome = (await journal('outcome')).at(-1)
    expect(outcome).toMatchObject({
      seq,
      data: { outcome: 'failed', passed: 2, failed: 1, commit },
    })
    expect(await containers()).toEqual([])
    expect(existsSync(at('trees/add-out.validate'))).toBe(false)
    expect(git('trees/add-out', 'status', '--porcelain')).toBe('')
  }, 120_000)
})
