import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunCommand } from '../../../adapters/command.ts'
import { hasRules, modelsCollector } from '../../../adapters/models/collector.ts'
import { readProcesses } from '../../../src/probe/lanes/processes.ts'
import { ModelsConfig } from '../../../state/config.ts'
import { BreachFact } from '../../../state/rule-facts.ts'
import { eventually } from '../../setup/eventually.ts'
import { scratch } from '../../setup/scratch.ts'
import { lane, NOW } from '../../terminal/parts/facts.ts'

const never: RunCommand = async () => ({ kind: 'missing' })

/** A live process with this command line, under an engine's name. */
async function agent(engine: 'codex' | 'claude', args: readonly string[], more: object = {}) {
  const child: ChildProcess = spawn('/bin/sh', ['-c', 'read line', ...args], {
    argv0: engine,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...more,
  })
  const gone = once(child, 'exit')
  onTestFinished(async () => {
    child.stdin?.end()
    await gone
  })
  await once(child, 'spawn')
  return child.pid ?? 0
}

function world(
  config: Partial<ModelsConfig>,
  over: Partial<Parameters<typeof modelsCollector>[1]> = {},
) {
  const home = realpathSync(scratch())
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
    return join(home, path)
  }
  const collector = modelsCollector(ModelsConfig.parse(config), {
    now: () => NOW,
    home,
    codexHomes: ['~/.codex'],
    claudeHomes: ['~/.claude'],
    agents: async () => [],
    lanes: () => [],
    run: never,
    ...over,
  })
  const look = async () => {
    const { drafts, ...rest } = await collector.look(null, new AbortController().signal)
    const breaches = drafts.map(({ kind, value }) => {
      expect(kind).toBe('breach')
      return BreachFact.parse(value)
    })
    return { ...rest, breaches }
  }
  return { home, write, look }
}

const laneOf = (change: Parameters<typeof lane>[1]) =>
  lane('builder', change).value as ReturnType<
    Parameters<typeof modelsCollector>[1]['lanes']
  >[number]

describe('models that may not run', () => {
  it('[B06] are told with pid, for live agents: by command line, by setting, by environment', async () => {
    const agents = async () => (await readProcesses(Date.now()))?.agents ?? []
    const { look } = world({ banned: ['*-spark-test'] }, { agents })
    const byFlag = await agent('codex', ['exec', '--model', 'gpt-5.5-spark-test', '-'])
    const bySetting = await agent('codex', ['exec', '-c', 'model="o9-spark-test"', '-'])
    const env = { ...process.env, ANTHROPIC_MODEL: 'opus-spark-test', OTHER: 'x-spark-test' }
    const byEnv = await agent('claude', ['-p'], { env })
    await agent('codex', ['exec', '--model', 'gpt-5.5', '-'])
    const breaches = await eventually('all three are seen', async () => {
      const seen = (await look()).breaches
      return seen.length >= 3 && seen
    })
    const named = breaches.map(({ pid, model, rule, line }) => ({ pid, model, rule, line }))
    expect(named.sort((a, b) => (a.pid ?? 0) - (b.pid ?? 0))).toEqual(
      [
        { pid: byFlag, model: 'gpt-5.5-spark-test' },
        { pid: bySetting, model: 'o9-spark-test' },
        { pid: byEnv, model: 'opus-spark-test' },
      ]
        .map(each => ({ ...each, rule: 'banned *-spark-test', line: null }))
        .sort((a, b) => a.pid - b.pid),
    )
    expect(breaches[0]?.where).toBe(process.cwd())
  })

  it('[B06] are told with file and line: in launchers, in a crontab, in what engines are set to', async () => {
    const run: RunCommand = async (file, args) =>
      file === 'crontab' && args[0] === '-l'
        ? {
            kind: 'exited',
            code: 0,
            stdout: '# m\n0 3 * * * codex exec -m o9-spark -\n',
            stderr: '',
          }
        : { kind: 'missing' }
    const launchers = ['~/ops/*.sh', 'crontab']
    const { look, write, home } = world({ banned: ['*-spark'], launchers }, { run })
    write('ops/night.sh', '#!/bin/sh\n# --model a-spark\ncodex exec --model b-spark -\n')
    write('ops/day.sh', '#!/bin/sh\ncodex exec --model gpt-5.5 -\n')
    write('ops/notes.txt', '--model c-spark')
    write('.codex/config.toml', 'sandbox_mode = "workspace-write"\nmodel = "d-spark"\n')
    write('.claude/settings.json', '{\n  "model": "e-spark"\n}\n')
    const { breaches, message } = await look()
    expect(breaches.map(({ where, line, model }) => `${where}:${line} ${model}`)).toEqual([
      `${home}/ops/night.sh:3 b-spark`,
      `${home}/.codex/config.toml:2 d-spark`,
      `${home}/.claude/settings.json:2 e-spark`,
      'crontab:2 o9-spark',
    ])
    expect(message).toBeNull()
    write('ops/night.sh', 'codex exec --model gpt-5.5 -\n')
    expect((await look()).breaches.map(({ model }) => model)).not.toContain('b-spark')
  })

  it('[B06] are told of a live lane by what it says itself, once, and of no ended one', async () => {
    const pid = await agent('codex', ['exec', '--model', 'f-spark', '-'])
    const lanes = [
      laneOf({ name: 'told', model: 'f-spark', pid }),
      laneOf({ name: 'says', model: 'g-spark', pid: null, log: '/l/g' }),
      laneOf({ name: 'over', model: 'h-spark', status: 'ended', endedAt: NOW, log: '/l/h' }),
      laneOf({ name: 'well', model: 'gpt-5.5', log: '/l/i' }),
    ]
    const agents = async () =>
      (await readProcesses(Date.now()))?.agents.filter(each => each.pid === pid) ?? []
    const { look } = world({ banned: ['*-spark'] }, { agents, lanes: () => lanes })
    const breaches = await eventually('the process is seen', async () => {
      const seen = (await look()).breaches
      return seen.some(each => each.where !== 'told' && each.pid === pid) && seen
    })
    expect(breaches.map(({ model, pid: of }) => [model, of])).toEqual([
      ['f-spark', pid],
      ['g-spark', null],
    ])
  })

  it('[B06] holds engines, not launchers, to what is allowed', async () => {
    const { look, write } = world({ allowed: ['gpt-5.5*'], launchers: ['~/ops/*'] })
    write('ops/sound.sh', 'transcribe --model base-en\n')
    write('.codex/config.toml', 'model = "o9"\n')
    expect((await look()).breaches).toMatchObject([{ model: 'o9', rule: 'not allowed', line: 1 }])
  })

  it('names what it could not read, reads no more than its bound, and goes on', async () => {
    const { look, write, home } = world({ banned: ['*-spark'], launchers: ['~/ops/*'] })
    write('ops/a.sh', `${'#\n'.repeat(200_000)}codex --model a-spark\n`)
    write('ops/b.sh', 'codex --model b-spark\n')
    mkdirSync(join(home, 'ops/dir'))
    const { breaches, message } = await look()
    expect(breaches).toMatchObject([{ model: 'b-spark', line: 1 }])
    expect(message).toMatch(/a\.sh: only its first 262144 bytes were read$/)
  })
})

describe('shares of tokens', () => {
  it('[B07] that are missed are a breach that names who cost most', async () => {
    const lanes = [
      laneOf({ name: 'builder', tokens: 300_000 }),
      laneOf({ name: 'talker', engine: 'claude', tokens: 600_000 }),
      laneOf({ name: 'other', engine: 'claude', tokens: 100_000 }),
    ]
    const { look } = world({ share: { codex: 0.8 } }, { lanes: () => lanes })
    expect((await look()).breaches).toEqual([
      {
        about: 'share',
        rule: 'codex at least 80% of tokens',
        model: null,
        where: '30% today; most cost talker 600k, other 100k',
        line: null,
        pid: null,
      },
    ])
    lanes[0] = laneOf({ name: 'builder', tokens: 30_000_000 })
    expect((await look()).breaches).toEqual([])
  })
})

it('has nothing to do for a profile without rules', () => {
  expect(hasRules(ModelsConfig.parse({ launchers: ['/srv/*.sh'] }))).toBe(false)
  expect(hasRules(ModelsConfig.parse({ banned: ['x'] }))).toBe(true)
})
