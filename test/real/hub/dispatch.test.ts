/** `dispatch plan` of the built program: items of a file on the host, and the gates. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { OWNER } from '../../../src/practice/names.ts'
import { practiceProfile } from '../../../src/practice/profile.ts'
import { DispatchEnvelope } from '../../../state/rows/dispatch.ts'
import { LanesEnvelope } from '../../../state/rows/lanes.ts'
import { BRIEF } from '../../faults/parts/launch-place.ts'
import { FIXTURES, localHost } from '../../faults/parts/local-host.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { testFactory } from '../parts/factory.ts'
import { newOperator, type Operator, PROGRAM } from '../parts/operator.ts'

/** A run that says that it is done. */
const CLAIM = readFileSync(join(FIXTURES, 'codex/ok.jsonl'))

/** What else runs on this machine is no matter of the test. */
const ROOM = `
dispatch.file = "~/items.jsonl"
dispatch.goals = [{ name = "reviews", cap = 1 }]
dispatch.items = [{ goal = "docs", id = "own", title = "From the config", brief = "~/brief.md" }]
dispatch.caps.host = 10000
dispatch.pressure = { loadPerCore = 10000, memory = 1, disk = 1 }
`

const line = (goal: string, id: string, more: object = {}): string =>
  `${JSON.stringify({ goal, id, title: `${goal} ${id}`, brief: '~/brief.md', ...more })}\n`

/** A host here that plans; each of its items has this brief. */
function planningHost(config = ROOM) {
  const operator = localHost(config)
  writeFileSync(join(operator.home, 'brief.md'), BRIEF)
  return operator
}

async function planOf(operator: Operator, ...words: string[]) {
  const { stdout, stderr, exitCode } = await operator.run('dispatch', 'plan', '--json', ...words)
  return { plan: DispatchEnvelope.parse(JSON.parse(stdout)), stderr, exitCode }
}

const journaled = async (operator: Operator) =>
  JSON.parse(await operator.printed('journal', '--json', '--subject', 'dispatch')).rows

it('[B09] plans the items of config and file, and names what it cannot read', async () => {
  const operator = planningHost(ROOM)
  const file = join(operator.home, 'items.jsonl')
  const text = line('reviews', '1', { priority: 3 }) + line('reviews', '2') + line('tests', '1')
  writeFileSync(file, `${text}{"goal":\n${line('tests', 'later', { ready: false })}`)

  const { plan, exitCode } = await planOf(operator)
  expect(exitCode).toBe(0)
  expect(plan).toMatchObject({ profile: 'here', refused: false, refusals: [], override: null })
  expect(plan.planned.map(({ lane }) => lane)).toEqual(['reviews--1', 'docs--own', 'tests--1'])
  expect(plan.skipped.map(({ lane, reason }) => `${lane} ${reason}`)).toEqual([
    'reviews--2 goal-cap',
    'tests--later not-ready',
  ])
  expect(plan.notes).toContainEqual(
    expect.stringMatching(/^1 line was left out: .*:4: is no JSON$/),
  )
  const again = await planOf(operator)
  expect({ ...again.plan, at: '' }).toEqual({ ...plan, at: '' })

  const shown = await operator.printed('dispatch', 'plan')
  expect(shown.split('\n')[0]).toBe('Dispatch · 3 lanes would start, 2 would not')
  expect(shown).toMatch(/ 1 {2}reviews--1 +reviews 1 +lane 1 of 1 of goal reviews, priority 3\n/)

  appendFileSync(file, line('zoo', '1'))
  await eventually('the new item', async () =>
    (await operator.printed('dispatch', 'plan')).includes('zoo--1'),
  )
  expect(await journaled(operator)).toEqual([])
})

it('[B11] warns of files that the briefs of two planned lanes name', async () => {
  const repos = '{ path = "/srv/app", remote = "git@forge.test:acme/app.git", branch = "main" }'
  const operator = planningHost(`${ROOM}launch.repos = [${repos}]\n`)
  const brief = BRIEF.replace('\n', ' in src/login.ts\n')
  for (const name of ['a.md', 'b.md']) writeFileSync(join(operator.home, name), brief)
  writeFileSync(
    join(operator.home, 'items.jsonl'),
    line('reviews', '1', { brief: '~/a.md' }) + line('tests', '1', { brief: '~/b.md' }),
  )
  const { plan } = await planOf(operator)
  expect(plan.planned.map(({ lane, overlaps }) => [lane, overlaps])).toEqual([
    ['reviews--1', []],
    ['docs--own', []],
    ['tests--1', ['src/login.ts is named in the brief of the lane reviews--1 too']],
  ])
  expect(await operator.printed('dispatch', 'plan')).toMatch(
    /tests--1 .*\n +src\/login\.ts is named in the brief of the lane reviews--1 too\n/,
  )
})

it('[B09] an item whose lane has run on the host, and claims to be done, is held', async () => {
  const operator = planningHost(ROOM)
  writeFileSync(join(operator.home, 'items.jsonl'), line('tests', '1') + line('tests', '2'))
  writeFileSync(join(operator.logs, 'tests--1.jsonl'), CLAIM)
  const held = await eventually('the lock', async () => {
    const { plan } = await planOf(operator)
    return plan.skipped.find(({ lane }) => lane === 'tests--1')
  })
  expect(held).toMatchObject({ reason: 'held', text: 'claims to be done: look at its lane first' })
  const { plan } = await planOf(operator)
  expect(plan.planned.map(({ lane }) => lane)).toEqual(['docs--own', 'tests--2'])
})

it('[B19] a pressed host refuses with its numbers; an override is on record', async () => {
  const operator = planningHost(ROOM.replace('memory = 1', 'memory = 0.000001'))
  writeFileSync(join(operator.home, 'items.jsonl'), line('tests', '1'))
  const refused = await planOf(operator)
  expect(refused).toMatchObject({
    exitCode: 77,
    plan: { refused: true, planned: [], refusals: [{ gate: 'host' }] },
  })
  const { stdout } = await operator.run('dispatch', 'plan')
  expect(stdout).toMatch(/^Dispatch · refused\nhost is pressed: memory \d+%, limit 0%\n/)

  const over = await planOf(operator, '--override', 'the night is quiet')
  expect(over).toMatchObject({
    exitCode: 0,
    plan: { refused: false, override: 'the night is quiet', refusals: [{ gate: 'host' }] },
  })
  expect(over.plan.planned).toHaveLength(2)
  expect(await journaled(operator)).toMatchObject([
    {
      kind: 'note',
      author: expect.stringContaining('@'),
      text: 'plans over the gates: the night is quiet',
      data: {
        act: 'dispatch.override',
        gates: [{ gate: 'host', limit: 0.000001 }],
        lanes: 2,
        by: { user: expect.any(String), tty: null },
      },
    },
  ])
  expect(await operator.run('dispatch', 'plan', '--override', ' ')).toMatchObject({ exitCode: 2 })

  const run = await operator.run('dispatch', 'run')
  expect(run).toMatchObject({ exitCode: 77, stderr: expect.stringMatching(/host is pressed/) })
  const byAgent = await operator.run('dispatch', 'run', '--override', 'I may')
  expect(byAgent).toMatchObject({
    exitCode: 77,
    stderr: expect.stringMatching(/by a person at a terminal only/),
  })
  expect(await journaled(operator)).toHaveLength(1)
})

it('[B19] a file that is not there is no empty list, whatever is overridden', async () => {
  const operator = planningHost(ROOM)
  const { plan, exitCode } = await planOf(operator, '--override', 'I know')
  expect(exitCode).toBe(77)
  expect(plan).toMatchObject({ planned: [], override: null, refusals: [{ gate: 'sight' }] })
  expect(await journaled(operator)).toEqual([])
})

requirePart('git')('the practice factory', () => {
  it('[B09] gives its items lanes, whose agents push what they did', async () => {
    const factory = await testFactory({ program: PROGRAM, speed: 20 })
    onTestFinished(factory.remove)
    const { launch, dispatch, lanes } = practiceProfile(factory.layout.dir)
    const repos = launch.repos.map(
      ({ path, remote, branch }) =>
        `{ path = "${path}", remote = "${remote}", branch = "${branch}" }`,
    )
    const operator = newOperator({
      select: ['--profile', 'yard'],
      config: `
[profiles.yard]
host = "${factory.ready.ssh.host}"
sshConfig = "${factory.layout.sshConfig}"
lanes.logs = [${lanes.logs.map(log => `"${log}"`).join(', ')}]
launch.repos = [${repos.join(', ')}]
launch.codex = "${launch.codex}"
launch.claude = "${launch.claude}"
dispatch.file = "${dispatch.file}"
dispatch.pressure = { loadPerCore = 10000, memory = 1, disk = 1 }
`,
    })
    const { stdout, exitCode } = await operator.run('dispatch', 'run', '--limit', '2', '--json')
    expect(exitCode).toBe(0)
    const { items } = JSON.parse(stdout)
    expect(items).toMatchObject([
      { lane: 'checks--flaky-lock-timer', acted: { kind: 'running' } },
      { lane: 'docs--readme-beacon', acted: { kind: 'running' } },
    ])
    await eventually('both have pushed', async () => {
      const { rows } = LanesEnvelope.parse(JSON.parse(await operator.printed('lanes', '--json')))
      const ours = rows.filter(({ name }) => name.includes('--'))
      return ours.length === 2 && ours.every(({ result }) => result === 'pushed')
    })
    const { plan } = await planOf(operator)
    const held = plan.skipped.filter(({ reason }) => reason === 'held').map(({ lane }) => lane)
    expect(held.toSorted()).toEqual(['checks--flaky-lock-timer', 'docs--readme-beacon'])
  }, 60_000)

  it('[B19] has a jammed dock, and a plan behind it', async () => {
    const factory = await testFactory()
    onTestFinished(factory.remove)
    const { layout, ready } = factory
    const { dispatch } = practiceProfile(layout.dir)
    const operator = newOperator({
      select: ['--profile', 'yard'],
      config: `
[profiles.yard]
host = "${ready.ssh.host}"
sshConfig = "${layout.sshConfig}"
github.repos = [${ready.repositories.map(name => `"${OWNER}/${name}"`).join(', ')}]
github.api = "${ready.github.url}"
github.token = { file = "${layout.token}" }
dispatch.file = "${dispatch.file}"
dispatch.goals = [{ name = "land", cap = 3 }, { name = "checks" }]
dispatch.caps.models = { "gpt-5.5" = 1 }
dispatch.pressure = { loadPerCore = 10000, memory = 1, disk = 1 }
`,
    })
    const { plan, exitCode } = await planOf(operator)
    expect(exitCode).toBe(77)
    expect(plan.refusals).toMatchObject([{ gate: 'dock', limit: 10 }])
    expect(plan.refusals[0]?.text).toMatch(/^dock is jammed: \d\d open PRs, limit 10$/)
    expect(plan.refusals[0]?.figure).toBeGreaterThan(10)

    const over = await planOf(operator, '--override', 'show what is behind')
    const goals = over.plan.planned.map(({ goal }) => goal)
    expect(goals.slice(0, 4)).toEqual(['land', 'checks', 'docs', 'spine'])
    expect(new Set(over.plan.skipped.map(({ reason }) => reason))).toEqual(
      new Set(['not-ready', 'brief', 'goal-cap', 'model-cap']),
    )
  })
})
