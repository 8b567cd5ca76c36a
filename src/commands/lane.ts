/** `lane launch`, `lane stop`, `lane resume`: acts on lanes, judged and journaled by the hub. */
import { type Command, Option } from 'commander'
import { clean } from '../../state/clean.ts'
import { RunnerWish } from '../../state/config.ts'
import { jsonLine, withoutSecrets } from '../../state/printable.ts'
import { ENGINES, type Engine } from '../../state/words.ts'
import { whoActs } from '../client/answerer.ts'
import { nameOfBrief, readBriefFile } from '../client/brief-file.ts'
import { laneText } from '../client/lane-text.ts'
import type { LaneActed } from '../rpc/lane-api.ts'
import { RpcGone } from '../rpc/peer.ts'
import { CommandFault, type Context, EXIT } from './context.ts'
import { register as registerAttach } from './lane-attach.ts'
import { register as registerCheck } from './lane-check.ts'
import { addDiscard } from './lane-discard.ts'
import { register as registerShow } from './lane-show.ts'
import { register as registerValidate } from './lane-validate.ts'
import { withHost } from './with-hub.ts'

interface LaunchOptions {
  brief: string
  name?: string
  repo?: string
  engine: Engine
  model?: string
  runner?: RunnerWish
  box?: string
  dryRun?: boolean
  json?: boolean
}

interface ActOptions {
  brief?: string
  runner?: RunnerWish
  json?: boolean
}

const runnerOption = () =>
  new Option(
    '--runner <kind>',
    "what holds it on the host; else the profile's launch.runner",
  ).choices(RunnerWish.options)

const JSON_HELP = 'print how it came out as JSON'

export function register(program: Command, context: Context): void {
  const lane = program.command('lane').description('launch, stop, resume, enter or discard a lane')
  lane
    .command('launch')
    .description('start an agent on a brief, in a worktree of its own; it outlives this console')
    .requiredOption('--brief <file>', 'its brief: TASK, DO, DO NOT, OUTPUT and STOP')
    .option('--name <name>', "what to call it; else the brief's file name")
    .option('--repo <path>', 'checkout on the host; one of launch.repos')
    .addOption(new Option('--engine <engine>', 'which agent').choices(ENGINES).default('codex'))
    .option('--model <model>', "which model; else the agent's own default")
    .addOption(runnerOption())
    .option('--box <name>', 'in a container: which entry of `boxes`')
    .option('--dry-run', 'judge it and show what would be done')
    .option('--json', JSON_HELP)
    .action((options: LaunchOptions, command: Command) => launch(context, command, options))
  lane
    .command('stop')
    .description('end a lane and all that it started: INT, then TERM, then KILL')
    .argument('<lane>', 'its id or its whole name')
    .option('--json', JSON_HELP)
    .action((name: string, options: ActOptions, command: Command) =>
      stop(context, command, name, options),
    )
  lane
    .command('resume')
    .description('let a lane that has ended go on in its thread')
    .argument('<lane>', 'its id or its whole name')
    .option('--brief <file>', 'what to do next; else to go on')
    .addOption(runnerOption())
    .option('--json', JSON_HELP)
    .action((name: string, options: ActOptions, command: Command) =>
      resume(context, command, name, options),
    )
  registerAttach(lane, context)
  registerShow(lane, context)
  registerCheck(lane, context)
  registerValidate(lane, context)
  addDiscard(lane, context)
}

async function launch(context: Context, command: Command, options: LaunchOptions): Promise<void> {
  const { repo = null, engine, model = null, dryRun: isDryRun = false } = options
  const { runner = null, box = null } = options
  const brief = await readBrief(options.brief)
  const name = options.name ?? nameOfBrief(options.brief)
  const wish = { brief, name, repo, engine, model, runner, box, isDryRun, label: whoActs() }
  await withHost(context, command, async client => {
    tell(context, await acted(client.request('lane.launch', wish)), options)
  })
}

async function stop(
  context: Context,
  command: Command,
  lane: string,
  options: ActOptions,
): Promise<void> {
  await withHost(context, command, async client => {
    const target = await client.request('lane.target', { lane })
    if (target.kind === 'refused') {
      return tell(context, { kind: 'refused', problems: [target.message] }, options)
    }
    const { pid, pidStart } = target
    context.say(
      `stopping process ${pid}, started at tick ${pidStart}: ${clean(target.commandLine)}`,
    )
    const asked = { lane, pid, pidStart, label: whoActs() }
    tell(context, await acted(client.request('lane.stop', asked)), options)
  })
}

async function resume(
  context: Context,
  command: Command,
  lane: string,
  options: ActOptions,
): Promise<void> {
  const { runner = null } = options
  const brief = options.brief === undefined ? null : await readBrief(options.brief)
  await withHost(context, command, async client => {
    const asked = { lane, brief, runner, label: whoActs() }
    tell(context, await acted(client.request('lane.resume', asked)), options)
  })
}

async function readBrief(path: string): Promise<string> {
  const read = await readBriefFile(path)
  if (read.kind === 'fault') throw new CommandFault(read.message, EXIT.usage)
  return read.text
}

/** A hub that ends takes the answer with it; the next one looks at the host. */
async function acted(request: Promise<LaneActed>): Promise<LaneActed> {
  try {
    return await request
  } catch (error) {
    if (!(error instanceof RpcGone)) throw error
    return { kind: 'unknown', message: `the hub ended on the way (${error.message})` }
  }
}

const EXITS: Record<LaneActed['kind'], number> = {
  refused: EXIT.refused,
  plan: EXIT.ok,
  running: EXIT.ok,
  already: EXIT.ok,
  stopped: EXIT.ok,
  failed: EXIT.failed,
  unknown: EXIT.unknown,
  unreachable: EXIT.unreachable,
}

function tell(context: Context, outcome: LaneActed, { json }: { json?: boolean }): void {
  process.exitCode = EXITS[outcome.kind]
  if (json) {
    context.stdout.write(jsonLine(withoutSecrets(outcome)))
    return
  }
  const isDone = EXITS[outcome.kind] === EXIT.ok
  for (const line of laneText(outcome)) {
    if (isDone) context.stdout.write(`${clean(line)}\n`)
    else context.say(clean(line))
  }
}
