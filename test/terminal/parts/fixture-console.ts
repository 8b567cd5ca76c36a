/**
 * A program for the terminal tests: the real console on a hub that does what the test says. The
 * test connects over the socket named in FIXTURE_SOCKET and sends commands, one JSON a line.
 */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { systemClock } from '../../../src/console/clock.ts'
import { FEED_INTERVAL_MS } from '../../../src/console/feed.ts'
import { type ConsoleOptions, runConsole } from '../../../src/console/run-console.tsx'
import { lookAt } from '../../../src/engine/dispatch/look.ts'
import { planDispatch } from '../../../src/engine/dispatch/plan.ts'
import type { HubClient } from '../../../src/rpc/client-api.ts'
import type { Dispatched } from '../../../src/rpc/dispatch-api.ts'
import type { HubEvents } from '../../../src/rpc/hub-api.ts'
import { DispatchConfig } from '../../../state/config.ts'
import type { Fact } from '../../../state/facts.ts'
import type { JournalFilter, JournalRow } from '../../../state/journal-entry.ts'
import type { PaneId } from '../../../state/panes.ts'
import { worldOf } from '../../../state/reduce.ts'
import { NOW } from './facts.ts'

/** What a test may ask for. Each is answered by one line once it was done. */
export type Command =
  | { do: 'facts'; facts: readonly Fact[] }
  | { do: 'log'; lines: readonly string[] }
  | { do: 'journal'; rows: readonly JournalRow[] }
  | { do: 'drop' }
  | { do: 'revive' }
  | { do: 'crash' }
  | { do: 'asked' }
  /** Parameters of the acts that were asked for. */
  | { do: 'told' }
  /** Answers once everything that waits to be drawn was drawn. */
  | { do: 'settle' }

const DISPATCH = {
  file: '~/items.jsonl',
  goals: [{ name: 'reviews', cap: 1 }, { name: 'tests' }],
  caps: { total: 4 },
}

const BRIEF = {
  run: 'pilot-queue-v3',
  at: NOW - 3_600_000,
  sha256: 'ab'.repeat(32),
  isSame: true,
  text: '# TASK\nLand the train.\u001b]0;owned\u0007\n# DO NOT\nForce.\n',
  isCut: false,
}
const DIFF = {
  kind: 'diff',
  directory: '/srv/yard/pilot-queue-v3',
  branch: 'lane/train\u001b[31m',
  base: 'c0ffee'.repeat(6),
  why: 'its launch began from it',
  stat: ' train.ts | 80 +-\n 1 file changed\n',
  patch: `diff --git a/train.ts b/train.ts\n@@ -1,2 +1,80 @@\n-slow\u001b[2J\n${Array.from({ length: 60 }, (_, at) => `+wagon ${at + 1}\n`).join('')}`,
  untracked: ['notes.md'],
  cut: null,
}
const TIMELINE = {
  entries: [
    { at: NOW - 3_600_000, seq: 4, who: 'intent by ann', text: 'launch pilot-queue-v3' },
    { at: NOW - 3_500_000, seq: null, who: 'codex', text: 'turn began' },
    { at: null, seq: null, who: 'codex', text: 'turn ended: \u001b[1mdone' },
  ],
  cut: null,
  fault: null,
}

const PULL_TIMELINE = {
  entries: [
    { at: NOW - 3_600_000, seq: 40, who: 'intent by dock', text: 'build t6: #158 #160' },
    { at: NOW - 3_590_000, seq: 41, who: 'outcome by dock', text: 't6 is c0ffee' },
    { at: NOW - 60_000, seq: 52, who: 'outcome by ann@yard', text: 'priority 2\u001b[31m, was 0' },
  ],
  cut: null,
  fault: null,
}

let world = new Map<string, Fact>()
let log = ''
let alive = true
const asked: string[] = []
const told: object[] = []
const journal = JSON.parse(process.env['FIXTURE_JOURNAL'] ?? '[]') as JournalRow[]
const refuses = process.env['FIXTURE_JOURNAL_FAULT']
const listeners = new Set<(payload: HubEvents['facts']) => void>()
const readers = new Set<(payload: HubEvents['journal']) => void>()
const followers = new Set<(payload: HubEvents['dispatched']) => void>()
const outputs = new Set<(payload: HubEvents['output']) => void>()
const leaves = new Map<string, () => void>()
let drop = (): void => {}

/** What a terminal of the fixture's shows. */
function say(id: string, text: string): void {
  const data = Buffer.from(text).toString('base64')
  for (const hear of outputs) hear({ id, fd: 1, data })
}

const keep = (facts: readonly Fact[]): void => {
  for (const fact of facts) world.set(`${fact.kind} ${fact.key}`, fact)
}

function window(from: number | null, max: number) {
  const start = from ?? Math.max(0, log.length - max)
  const text = log.slice(start, start + max)
  const to = start + text.lastIndexOf('\n') + 1
  const lines = log.slice(start, to).split('\n').slice(0, -1)
  return { path: '/srv/logs/x.log', from: start, to, size: log.length, lines }
}

/** The newest entries before `beforeSeq`, as the journal lists them. */
function entries({ beforeSeq = Number.POSITIVE_INFINITY, limit = 200 }: JournalFilter) {
  if (refuses) throw new Error(refuses)
  return { rows: journal.filter(({ seq }) => seq < beforeSeq).slice(-limit) }
}

/** What came of an item: launched, or not. */
function dispatched(name: string, isLaunched: boolean): Dispatched {
  const record = {
    name,
    sha256: '0'.repeat(64),
    cwd: `/srv/trees/${name}`,
    log: '/srv/x.jsonl',
    runner: { kind: 'session' },
    runnerWhy: 'asked for',
  }
  const acted = isLaunched
    ? { kind: 'running', record, seen: 'process 4711 runs', warnings: [], seq: 9 }
    : { kind: 'refused', problems: ['it is held on the host'] }
  return { goal: 'g', id: 'i', lane: name, acted: acted as Dispatched['acted'] }
}

const planOf = (name: string) => ({
  kind: 'plan',
  name,
  sha256: '0'.repeat(64),
  argv: ['/usr/bin/codex', 'exec', '--json', '-'],
  cwd: `/srv/trees/${name}`,
  branch: `lane/${name}`,
  base: 'f'.repeat(40),
  log: `/srv/logs/${name}.jsonl`,
  warnings: ['6 lanes are alive already, 6 can be followed: a, b, c, d, e, f'],
  runner: 'session',
  runnerWhy: 'asked for',
})

/** A hub in this process, behind the interface that the socket client fulfils. */
function hub(): HubClient {
  const closed = new Promise<void>(resolve => {
    drop = resolve
  })
  const answers: Record<string, (params: never) => unknown> = {
    subscribe: () => {
      for (const heard of listeners) heard({ extent: 'all', facts: [...world.values()] })
      return {}
    },
    log: ({ from, max }: { from: number | null; max: number }) => window(from, max),
    acceptKey: () => ({}),
    'journal.follow': entries,
    'journal.list': entries,
    'journal.unfollow': () => ({}),
    terminal: ({ id, lane, size }: { id: string; lane: string; size: object }) => {
      told.push({ lane, size })
      say(id, '\u001b[?1049h\u001b[?1000hover there\r\n')
      return new Promise(resolve => {
        const exit = { code: null, signal: 'SIGHUP' }
        leaves.set(id, () => resolve({ kind: 'ended', exit, isLeft: true, ms: 5, seq: 9 }))
      })
    },
    'lane.brief': () => ({ briefs: [BRIEF] }),
    'lane.diff': () => DIFF,
    'lane.timeline': () => TIMELINE,
    'pull.timeline': () => PULL_TIMELINE,
    'lane.target': ({ lane }: { lane: string }) => ({
      kind: 'found',
      name: lane,
      commandLine: 'codex exec --json \u001b[31m-',
      pid: 4711,
      pidStart: '99',
    }),
    'lane.stop': (params: object) => {
      told.push(params)
      return { kind: 'stopped', by: 'INT', count: 3, seq: 9 }
    },
    'pull.approve': (params: object) => {
      told.push(params)
      return { kind: 'done', text: 'yard/dock#158: approved at aaaaaaaaaaaa', seq: 9 }
    },
    pause: (params: object) => {
      told.push(params)
      return { kind: 'done', text: 'queue yard/dock is paused: release week', seq: 9 }
    },
    unpause: (params: object) => {
      told.push(params)
      return { kind: 'done', text: 'queue yard/dock is paused no more', seq: 9 }
    },
    'dock.priority': (params: object) => {
      told.push(params)
      return { kind: 'done', text: 'yard/dock#155: priority 3, was 0', seq: 9 }
    },
    'dock.switch': (params: object) => {
      told.push(params)
      return { kind: 'refused', message: '12 are open, limit 10; 4 are in review, limit 10' }
    },
    'pull.reject': (params: object) => {
      told.push(params)
      return { kind: 'failed', message: 'GitHub says 422: Can not request changes on your own' }
    },
    'pull.merge': (params: object) => {
      told.push(params)
      return { kind: 'asks', decision: 41, text: '#41 asks you' }
    },
    answer: (params: object) => {
      told.push(params)
      return { kind: 'answered', row: {}, came: 'merged as c0ffee by harbour', outcome: 'merged' }
    },
    'lane.check': (params: { lane: string }) => {
      told.push(params)
      const check = { command: 'npm test', state: 'refuted', output: 'exit 1\n3 failed', seq: 9 }
      return { kind: 'checked', name: params.lane, checks: [check] }
    },
    'lane.resume': (params: object) => {
      told.push(params)
      return { kind: 'refused', problems: ['it has a live writer'] }
    },
    'dispatch.plan': ({ override }: { override: { reason: string } | null }) =>
      planDispatch(
        lookAt({
          world: worldOf([...world.values()]),
          config: DispatchConfig.parse(DISPATCH),
          open: [],
          intents: [],
          host: { locks: [], launched: [], edits: [], problems: new Map(), named: new Map() },
          begun: [],
          override: override?.reason ?? null,
          now: NOW,
        }),
      ),
    'dispatch.run': ({ id, only }: { id: string; only: string[] }) => {
      told.push({ only })
      const items = only.map((name, at) => dispatched(name, at === 0))
      for (const item of items) for (const heard of followers) heard({ id, item })
      return { plan: {}, items, stopped: 'dock is jammed: 10 open PRs, limit 10' }
    },
    'lane.launch': ({ isDryRun, ...wish }: { isDryRun: boolean; name: string }) => {
      told.push({ isDryRun, ...wish })
      if (wish.name === 'half') return { kind: 'refused', problems: ['the brief has no STOP'] }
      return isDryRun ? planOf(wish.name) : dispatched(wish.name, true).acted
    },
  }
  return {
    request: async (method, params) => {
      asked.push(method)
      const answer = answers[method]
      if (!answer) throw new Error(`the fixture has no ${method}`)
      return answer(params as never) as never
    },
    on: (event, listener) => {
      const heard = {
        facts: listeners,
        journal: readers,
        dispatched: followers,
        output: outputs,
      }[event]
      heard.add(listener as never)
      return () => heard.delete(listener as never)
    },
    notify: (event, payload) => {
      told.push({ event, ...payload })
      const { id } = payload
      const { data = null } = payload as { data?: string | null }
      if (data !== null)
        say(id, `got ${JSON.stringify(Buffer.from(data, 'base64').toString())}\r\n`)
      if (event === 'cancel') leaves.get(id)?.()
    },
    hold: () => undefined,
    closed,
    close: () => drop(),
  }
}

const commands: { [D in Command['do']]: (command: Extract<Command, { do: D }>) => unknown } = {
  facts: ({ facts }) => {
    keep(facts)
    for (const listener of listeners) listener({ extent: 'some', facts: [...facts] })
    return null
  },
  log: ({ lines }) => {
    log += lines.map(line => `${line}\n`).join('')
    return null
  },
  journal: ({ rows }) => {
    journal.push(...rows)
    for (const reader of readers) for (const row of rows) reader({ row })
    return null
  },
  drop: () => {
    alive = false
    listeners.clear()
    readers.clear()
    drop()
    return null
  },
  revive: () => {
    alive = true
    return null
  },
  crash: () => {
    setImmediate(() => {
      throw new Error('a crash that the test asked for')
    })
    return null
  },
  asked: () => asked,
  told: () => told,
  settle: () => new Promise<null>(resolve => setTimeout(() => resolve(null), 2 * FEED_INTERVAL_MS)),
}

function obey(socket: Socket): void {
  createInterface({ input: socket }).on('line', line => {
    const command = JSON.parse(line) as Command
    const done = (commands[command.do] as (command: Command) => unknown)(command)
    void Promise.resolve(done).then(answer => socket.write(`${JSON.stringify(answer)}\n`))
  })
}

const socket = connect(process.env['FIXTURE_SOCKET'] ?? '')
socket.on('connect', () => obey(socket))
keep(JSON.parse(process.env['FIXTURE_FACTS'] ?? '[]') as Fact[])

const only = process.env['FIXTURE_ONLY'] as PaneId | undefined
const options: ConsoleOptions = {
  client: hub(),
  connect: () => (alive ? Promise.resolve(hub()) : Promise.reject(new Error('no hub'))),
  profile: 'yard',
  ascii: process.env['FIXTURE_ASCII'] === '1',
  clock: { now: () => NOW, after: systemClock.after },
  ...(only ? { only } : {}),
}
process.exitCode = await runConsole(options)
socket.destroy()
process.stdin.unref()
