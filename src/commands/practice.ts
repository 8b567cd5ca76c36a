/** `practice up|down|status`: a small real factory to look at, to learn on and to test with. */
import { randomBytes } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { Engine } from '../../state/words.ts'
import { layoutOf } from '../practice/layout.ts'
import type { ReadyFile } from '../practice/ready.ts'
import { readCounters, readPointer, readProcesses, runningFactory } from '../practice/running.ts'
import { PRACTICE } from '../profile/choose.ts'
import { CommandFault, type Context, EXIT } from './context.ts'
import { endHub, runningHub } from './running-hub.ts'

interface UpOptions {
  dir?: string
  seed: string
  speed: number
  lanes: number
  rate?: number
  json?: boolean
}

/** What `--json` prints. */
const PRACTICE_SCHEMA = 'dockmaster.practice/1'

const positive = (text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('a number above zero is needed')
}
const count = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 10_000) return value
  throw new InvalidArgumentError('a whole number up to 10000 is needed')
}

/** A launched agent pauses so long before each thing that it does. */
const AGENT_PAUSE_MS = 2_000

const DEFAULTS: UpOptions = { seed: '1', speed: 1, lanes: 8 }

const withWorld = (command: Command) =>
  command
    .option('--dir <dir>', 'where it stands: absent or empty (default: a temporary directory)')
    .option('--seed <seed>', 'the same seed gives the same factory', DEFAULTS.seed)
    .option('--speed <factor>', 'how many times faster than life', positive, DEFAULTS.speed)
    .option('--lanes <count>', 'lanes that run at once', count, DEFAULTS.lanes)
    .option('--rate <events>', 'log lines a second over all lanes', positive)

export function register(program: Command, context: Context): void {
  const practice = program
    .command('practice')
    .description('a small real factory on this machine, to look at and to learn on')
  withWorld(practice.command('up'))
    .description('start it; `--profile practice` then names it')
    .option('--json', 'print it as JSON')
    .action((options: UpOptions) => up(context, options))
  practice
    .command('status')
    .description('whether it runs, where, and what it counted')
    .option('--json', 'print it as JSON')
    .action((options: { json?: boolean }) => {
      const ready = runningFactory(context.paths.state)
      if (ready) return print(context, ready, options)
      if (options.json) context.stdout.write('null\n')
      else context.stdout.write('no practice factory runs\n')
      process.exitCode = EXIT.failed
    })
  practice
    .command('down')
    .description('stop it and remove what it made')
    .action(() => down(context))
  withWorld(practice.command('serve', { hidden: true }))
    .description('the factory itself, in the foreground')
    .action((options: UpOptions) => serve(context, options))
  practice
    .command('agent', { hidden: true })
    .description('an agent that was launched on the practice host')
    .argument('<engine>', 'as which it writes')
    .argument('[words...]', "the engine's own words")
    .option('--speed <factor>', 'how many times faster than life', positive, DEFAULTS.speed)
    .action((engine: string, words: string[], { speed }: { speed: number }) =>
      playAgentHere(context, engine, words, speed),
    )
}

async function up(context: Context, options: UpOptions): Promise<void> {
  const running = runningFactory(context.paths.state)
  if (running) {
    context.say('a practice factory is up already; `dockmaster practice down` stops it')
    return print(context, running, options)
  }
  print(context, await startPractice(context, options), options)
}

/** Starts a factory in a process of its own. Throws CommandFault when it does not come up. */
export async function startPractice(
  context: Context,
  options: UpOptions = DEFAULTS,
): Promise<ReadyFile> {
  const dir = resolve(
    options.dir ?? join(tmpdir(), `dockmaster-practice-${randomBytes(6).toString('hex')}`),
  )
  const world = ['--seed', options.seed, '--speed', options.speed, '--lanes', options.lanes]
  const rate = options.rate === undefined ? [] : ['--rate', options.rate]
  const words = ['practice', 'serve', '--dir', dir, ...world, ...rate].map(String)
  const { awaitReady, startDetached } = await import('../practice/detached.ts')
  const report = await startDetached([process.execPath, context.program, ...words], '/')
  if (report.kind === 'failed') {
    throw new CommandFault(`the practice factory did not start: ${report.message}`)
  }
  // Somebody else may have begun to start it a moment before: then that one is ours too.
  const ready = await awaitReady(context.paths.state)
  if (ready) return ready
  throw new CommandFault('no practice factory came up: one that was starting or ending has ended')
}

async function down(context: Context): Promise<void> {
  const pointer = readPointer(context.paths.state)
  if (!pointer) return context.say('no practice factory runs')
  const { stopDetached } = await import('../practice/detached.ts')
  await stopDetached(context.paths.state, pointer)
  await endItsHub(context)
  context.say(`the practice factory in ${pointer.dir} is down, and what it made is removed`)
}

/** It would wait for a factory that does not come back. Whoever still looks there is shown that. */
async function endItsHub(context: Context): Promise<void> {
  const hub = await runningHub(context, { name: PRACTICE })
  if (!hub) return
  const { clients } = await hub.request('status', {})
  if (clients > 1) return hub.close()
  await endHub(hub)
}

async function playAgentHere(
  context: Context,
  name: string,
  words: string[],
  speed: number,
): Promise<void> {
  const { playAgent } = await import('../practice/agent/agent.ts')
  const engine = Engine.parse(name)
  const { stdin, stdout } = context
  const pauseMs = AGENT_PAUSE_MS / speed
  const home = context.env['HOME'] ?? homedir()
  const world = { home, cwd: process.cwd(), stdin, stdout, now: Date.now, pauseMs }
  await playAgent(engine, words, world)
}

async function serve(context: Context, options: UpOptions): Promise<void> {
  if (options.dir === undefined) throw new CommandFault('serve needs --dir', EXIT.usage)
  const { dir, seed, speed, lanes, rate = null } = options
  const { program } = context
  const { serveFactory } = await import('../practice/detached.ts')
  await serveFactory(context.paths.state, { dir, seed, speed, lanes, rate, program }, report => {
    process.send?.(report)
    if (report.kind === 'failed') process.exitCode = EXIT.failed
  })
}

function print(context: Context, ready: ReadyFile, options: { json?: boolean }): void {
  const layout = layoutOf(ready.dir)
  const [counters, processes] = [readCounters(layout), readProcesses(layout)]
  if (options.json) {
    const shown = { schema: PRACTICE_SCHEMA, ...ready, counters, processes }
    context.stdout.write(`${JSON.stringify(shown)}\n`)
    return
  }
  const pace = ready.rate === null ? `speed ${ready.speed}` : `${ready.rate} events/s`
  const lines = [
    `practice  up since ${new Date(ready.startedAt).toISOString()}, pid ${ready.pid}`,
    `factory   ${processes.length} of ${ready.lanes} lanes run, seed ${ready.seed}, ${pace}`,
    `directory ${ready.dir}`,
    `ssh       ssh -F ${ready.ssh.config} ${ready.ssh.host}`,
    `          ${counters?.connectionsNow ?? 0} TCP connection(s) now, ${counters?.connections ?? 0} ever; ${counters?.channels ?? 0} channels`,
    `github    ${ready.github.url}`,
    'open      dockmaster --profile practice',
    'stop      dockmaster practice down',
  ]
  context.stdout.write(`${lines.join('\n')}\n`)
}
