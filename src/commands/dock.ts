/** `dock lines|timeline|freeze|thaw|priority|switch`: the lines that land pull requests. */
import { type Command, InvalidArgumentError } from 'commander'
import { clean } from '../../state/clean.ts'
import { age } from '../../state/format.ts'
import { jsonLine } from '../../state/printable.ts'
import { linesEnvelope } from '../../state/rows/lines.ts'
import { timelineLines } from '../../state/select/lane-text.ts'
import { lineRow } from '../../state/select/line.ts'
import { whoAnswers } from '../client/answerer.ts'
import { watchWorld } from '../client/watch-world.ts'
import type { SocketClient } from '../rpc/client.ts'
import { mayAsk } from './ask.ts'
import { CommandFault, type Context, EXIT, mustChoose, selectionOf } from './context.ts'
import { tellDone } from './done-text.ts'
import { reasonIn } from './parse-option.ts'
import { mustFind, type PullName, pullIn } from './pull-name.ts'
import { withHub } from './with-hub.ts'

interface Options {
  json?: boolean
}

export function register(program: Command, context: Context): void {
  const dock = program.command('dock').description('the lines that land pull requests')
  dock
    .command('lines')
    .description('each line: what lands it, its trains, and what holds it')
    .option('--json', 'print {schema, profile, host, at, stale, rows}')
    .action((options: Options, command: Command) => tellLines(context, command, options))
  dock
    .command('timeline')
    .description('what the journal says of a pull request, and of its steps in the line')
    .argument('<pull>', '12, #12, or owner/name#12', pullIn)
    .option('--json', 'print {entries, cut, fault}')
    .action((name: PullName, { json }: Options, command: Command) =>
      withDock(context, command, async client => {
        const { current: world } = await watchWorld(client)
        const { repo, number } = mustFind(world, name)
        const timeline = await client.request('pull.timeline', { repo, number })
        const lines = timelineLines(timeline, Date.now())
        context.stdout.write(json ? jsonLine(timeline) : `${lines.join('\n')}\n`)
      }),
    )
  dock
    .command('freeze')
    .description('let nothing board or land there until it is let go on; what is tested is kept')
    .argument('<repository>', 'owner/name')
    .requiredOption('--reason <text>', 'why, for whoever meets it', reasonIn)
    .option('--json', 'print how it came out as JSON')
    .action((repo: string, options: Options & { reason: string }, command: Command) =>
      withDock(context, command, async client => {
        await mustBeLine(client, repo)
        const target = { kind: 'queue' as const, name: repo }
        const asked = { target, reason: options.reason, until: null, review: null }
        const by = whoAnswers(mayAsk(context))
        tellDone(context, await client.request('pause', { ...asked, by }), options)
      }),
    )
  dock
    .command('thaw')
    .description('let a frozen line go on, whoever froze it')
    .argument('<repository>', 'owner/name')
    .option('--reason <text>', 'why, for the journal', '')
    .option('--json', 'print how it came out as JSON')
    .action((repo: string, options: Options & { reason: string }, command: Command) =>
      withDock(context, command, async client => {
        const target = { kind: 'queue' as const, name: repo }
        const by = whoAnswers(mayAsk(context))
        const asked = { target, reason: options.reason, by }
        tellDone(context, await client.request('unpause', asked), options)
      }),
    )
  dock
    .command('priority')
    .description('let a pull request board before others: the higher, the earlier; 0 is usual')
    .argument('<pull>', '12, #12, or owner/name#12', pullIn)
    .argument('<priority>', 'from -100 to 100; write `-- -5` for one below 0', priorityIn)
    .option('--json', 'print how it came out as JSON')
    .action((name: PullName, priority: number, options: Options, command: Command) =>
      withDock(context, command, async client => {
        const { current: world } = await watchWorld(client)
        const { repo, number } = mustFind(world, name)
        const by = whoAnswers(mayAsk(context))
        const asked = { repo, number, priority, by }
        tellDone(context, await client.request('dock.priority', asked), options)
      }),
    )
  dock
    .command('switch')
    .description("land by GitHub's queue, over a low dock only, or by our own train")
    .argument('<repository>', 'owner/name')
    .argument('<backend>', 'native or train', backendIn)
    .option('--dry-run', 'show both numbers, and whether it may be')
    .option('--json', 'print how it came out as JSON')
    .action(
      (
        repo: string,
        to: 'native' | 'train',
        options: Options & { dryRun?: boolean },
        command: Command,
      ) =>
        withDock(context, command, async client => {
          const by = whoAnswers(mayAsk(context))
          const asked = { repo, to, isDryRun: options.dryRun ?? false, by }
          tellDone(context, await client.request('dock.switch', asked), options)
        }),
    )
}

const READY_MS = 20_000

/** Lines and numbers are what collectors have seen. */
const withDock = (
  context: Context,
  command: Command,
  work: (client: SocketClient) => Promise<void>,
): Promise<void> =>
  withHub(context, command, async client => {
    await client.request('prewarm', { timeoutMs: READY_MS })
    await work(client)
  })

async function tellLines(context: Context, command: Command, { json }: Options): Promise<void> {
  const { name: profile, profile: of } = mustChoose(context, selectionOf(command))
  await withDock(context, command, async client => {
    const { current: world } = await watchWorld(client)
    const now = Date.now()
    if (json) {
      context.stdout.write(jsonLine(linesEnvelope(world, { profile, host: of.host, now })))
      return
    }
    const lines = [...world.line.values()].map(({ value }) => {
      const { name, state, fact, since, eta = '' } = lineRow(value)
      return clean(
        [name, state, fact, eta, since === null ? '' : age(since, now)].join('  ').trimEnd(),
      )
    })
    const none = 'no repository has a dock: name some as dock.repos in the profile'
    context.stdout.write(`${lines.length === 0 ? none : lines.join('\n')}\n`)
  })
}

async function mustBeLine(client: SocketClient, repo: string): Promise<void> {
  const { current: world } = await watchWorld(client)
  if (world.line.has(repo)) return
  const known = [...world.line.keys()]
  const some = known.length === 0 ? 'none is known' : `known are ${known.join(', ')}`
  throw new CommandFault(`${repo} has no line that the dock looks at: ${some}`, EXIT.failed)
}

/** Throws InvalidArgumentError, a usage fault. */
function priorityIn(text: string): number {
  const value = /^-?\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (value >= -100 && value <= 100) return value
  throw new InvalidArgumentError('give a whole number from -100 to 100')
}

function backendIn(text: string): 'native' | 'train' {
  if (text === 'native' || text === 'train') return text
  throw new InvalidArgumentError('give native or train')
}
