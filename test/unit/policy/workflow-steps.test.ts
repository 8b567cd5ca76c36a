import { describe, expect, it } from 'vitest'
import { stepsOf } from '../../../src/policy/workflow-steps.ts'

const steps = (text: string) => stepsOf([{ path: 'ci.yml', text }]).map(({ does }) => does)
const job = (body: string) => `jobs:\n  a:\n${body}`

describe('the commands of a workflow file', () => {
  it('[G06] take shell, directory and environment from workflow, job and step', () => {
    const [does] = steps(
      `env: { A: 1, B: 1 }\ndefaults: { run: { shell: sh } }\n${job(
        '    env: { B: 2 }\n    defaults: { run: { working-directory: web } }\n    steps:\n      - run: npm test\n        env: { C: 3 }\n',
      )}`,
    )
    expect(does).toEqual({
      kind: 'run',
      argv: ['sh', '-e', '-c', 'npm test'],
      directory: 'web',
      env: { A: '1', B: '2', C: '3' },
    })
  })

  it.each([
    ['    steps:\n      - uses: actions/cache@v4\n', /actions\/cache@v4/],
    ['    steps:\n      - run: x\n        if: always()\n', /condition/],
    ['    if: false\n    steps:\n      - run: x\n', /condition/],
    ['    steps:\n      - run: echo ${{ matrix.os }}\n', /expression/],
    ['    services: { db: { image: x } }\n    steps:\n      - run: x\n', /containers of its own/],
    ['    steps:\n      - run: x\n        shell: pwsh\n', /pwsh/],
    ['    steps:\n      - run: x\n        working-directory: ../other\n', /outside/],
  ])('[G06] %j is not run, and says why', (body, why) => {
    expect(steps(job(body))).toEqual([{ kind: 'skip', why: expect.stringMatching(why) }])
  })

  it('survive files of any shape, and name one that is no YAML', () => {
    for (const text of ['', '[]', 'jobs: 3', 'jobs: { a: null }', 'jobs: { a: { steps: [1] } }']) {
      expect(() => steps(text)).not.toThrow()
    }
    expect(() => steps('a: [')).toThrow(/ci.yml cannot be read/)
    const bomb = `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `k${i}: [*a, *a]`).join('\n')}`
    expect(() => steps(bomb)).toThrow(/ci.yml cannot be read/)
  })
})
