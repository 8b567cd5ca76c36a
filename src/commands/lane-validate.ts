/** `lane validate`: the repository's own CI commands at a lane's head, each in a box. */
import type { Command } from 'commander'
import { jsonLine, printable, withoutSecrets } from '../../state/printable.ts'
import { whoActs } from '../client/answerer.ts'
import type { LaneValidated } from '../rpc/validate-api.ts'
import { type Context, EXIT } from './context.ts'
import { withHost } from './with-hub.ts'

interface Options {
  box?: string
  json?: boolean
}

export function register(lane: Command, context: Context): void {
  lane
    .command('validate')
    .description("run the commands of its repository's workflow files, each in a box of its own")
    .argument('<lane>', 'its id or its whole name')
    .option('--box <name>', "which entry of `boxes`; else the profile's launch.box")
    .option('--json', 'print how it came out as JSON')
    .addHelpText('after', '\nExit code 1 when a step failed, 75 when none could be run.')
    .action((name: string, options: Options, command: Command) =>
      validate(context, command, name, options),
    )
}

async function validate(context: Context, command: Command, lane: string, options: Options) {
  await withHost(context, command, async client => {
    const { box = null } = options
    const came = await client.request('lane.validate', { lane, box, label: whoActs() })
    process.exitCode = exitOf(came)
    if (options.json) context.stdout.write(jsonLine(withoutSecrets(came)))
    else if (came.kind === 'validated') {
      context.stdout.write(
        linesOf(came)
          .map(line => `${printable(line)}\n`)
          .join(''),
      )
    } else for (const line of reasonsOf(came)) context.say(printable(line))
  })
}

function exitOf(came: LaneValidated): number {
  if (came.kind === 'refused') return EXIT.refused
  if (came.kind === 'unreachable') return EXIT.unreachable
  if (came.steps.some(({ state }) => state === 'failed')) return EXIT.failed
  return came.steps.some(({ state }) => state === 'passed') ? EXIT.ok : EXIT.unknown
}

const reasonsOf = (came: Exclude<LaneValidated, { kind: 'validated' }>): string[] =>
  came.kind === 'refused'
    ? came.problems.map(problem => `refused: ${problem}`)
    : [`it did not come to its end: ${came.message}`]

const linesOf = ({ steps }: Extract<LaneValidated, { kind: 'validated' }>): string[] =>
  steps.flatMap(({ job, name, state, exit, said }) => {
    const end = exit === null ? said : `exit ${exit}`
    const output = state === 'failed' ? said.split('\n').map(line => `    ${line}`) : []
    return [`${state.padEnd(8)} ${job}: ${name} (${end})`, ...output]
  })
