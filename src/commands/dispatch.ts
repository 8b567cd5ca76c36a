/** `dispatch plan|run|unlock`: which items would get a lane, giving them one, freeing a lost lock. */
import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError } from 'commander'
import { clean } from '../../state/clean.ts'
import { type DispatchPlan, standing } from '../../state/dispatch.ts'
import { jsonLine, withoutSecrets } from '../../state/printable.ts'
import { dispatchEnvelope } from '../../state/rows/dispatch.ts'
import { planLines, planTitle } from '../../state/select/plan.ts'
import { whoAnswers } from '../client/answerer.ts'
import { dispatchedText, summaryOf } from '../client/dispatch-text.ts'
import type { SocketClient } from '../rpc/client.ts'
import type { HubResult } from '../rpc/hub-api.ts'
import type { LaneActed } from '../rpc/lane-api.ts'
import { askYes, mayAsk } from './ask.ts'
import {
  CommandFault,
  type Context,
  connectTo,
  EXIT,
  exitOfLink,
  mustChoose,
  selectionOf,
} from './context.ts'
import { withKnownHost } from './host-key.ts'
import { wholeNumber } from './parse-option.ts'

interface PlanOptions {
  json?: boolean
  override?: string
}

interface RunOptions extends PlanOptions {
  limit?: number
  dryRun?: boolean
}

export function register(program: Command, context: Context): void {
  const dispatch = program
    .command('dispatch')
    .description('give items their lanes, in turns over the goals')
  dispatch
    .command('plan')
    .description('show what would start now, and why not the rest; starts nothing')
    .option('--json', 'print {schema, profile, host, at, refused, refusals, planned, skipped, …}')
    .option('--override <why>', 'plan over a jammed dock or a pressed host; journaled', reason)
    .addHelpText('after', '\nExit code 77 when the plan is refused. Caps and locks always hold.')
    .action((options: PlanOptions, command: Command) => plan(context, command, options))
  dispatch
    .command('run')
    .description(
      'launch what the plan holds, one lane after the other, gates looked at before each',
    )
    .option('--limit <lanes>', 'launch no more than so many', wholeNumber(1))
    .option(
      '--override <why>',
      'launch over a jammed dock or a pressed host; at a terminal',
      reason,
    )
    .option('--dry-run', 'show the plan and start nothing')
    .option('--json', 'print {schema, profile, host, at, plan, items, stopped}')
    .addHelpText('after', '\n`dockmaster lane stop NAME` takes a lane back. 77 when it is refused.')
    .action((options: RunOptions, command: Command) => run(context, command, options))
  dispatch
    .command('unlock')
    .description('free the lock of an item whose holder went without a lane; asks first')
    .argument('<goal/id>', 'the item')
    .action((item: string, _options: object, command: Command) => unlock(context, command, item))
}

function reason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('say why')
  return text
}

async function plan(
  context: Context,
  command: Command,
  { json, override, limit }: PlanOptions & { limit?: number },
): Promise<void> {
  await onHub(context, command, async (client, about, link) => {
    const by = whoAnswers(mayAsk(context))
    const found = await client.request('dispatch.plan', {
      override: override === undefined ? null : { reason: override, by },
    })
    const made = { ...found, planned: found.planned.slice(0, limit) }
    context.stdout.write(json ? jsonLine(dispatchEnvelope(made, about)) : planText(made))
    if (override !== undefined && found.refusals.length === 0) {
      context.say('nothing refused the plan: the override was not needed, and is not journaled')
    }
    if (standing(found).length > 0) process.exitCode = EXIT.refused
    if (link !== EXIT.ok) process.exitCode = link
  })
}

/** A pipe has no edge. */
const UNCUT = { at: 'command', columns: Number.POSITIVE_INFINITY } as const

function planText(found: DispatchPlan): string {
  const lines = planLines(found, UNCUT).map(spans =>
    spans
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  )
  return [planTitle(found), ...lines].map(line => `${line}\n`).join('')
}

async function run(context: Context, command: Command, options: RunOptions): Promise<void> {
  const { json, override, limit = null, dryRun } = options
  if (dryRun) return await plan(context, command, { ...options, ...(limit ? { limit } : {}) })
  await onHub(context, command, async (client, about) => {
    const by = whoAnswers(mayAsk(context))
    const id = randomUUID()
    client.on('dispatched', event => {
      if (event.id !== id || json) return
      for (const line of dispatchedText(event.item)) context.stdout.write(`${clean(line)}\n`)
    })
    const done = await client.request('dispatch.run', {
      id,
      limit,
      only: null,
      override: override === undefined ? null : { reason: override, by },
      by,
    })
    process.exitCode = exitOf(done)
    if (json) {
      const { plan: made, items, stopped } = done
      const told = dispatchEnvelope(made, about)
      const envelope = { schema: 'dockmaster.dispatched/1', ...about, at: told.at }
      context.stdout.write(jsonLine(withoutSecrets({ ...envelope, plan: told, items, stopped })))
      return
    }
    if (standing(done.plan).length > 0) context.stdout.write(planText(done.plan))
    context.say(clean(summaryOf(done)))
  })
}

/** Of all that came out the one that asks most for a look. */
const WORST: readonly (readonly [LaneActed['kind'], number])[] = [
  ['unknown', EXIT.unknown],
  ['unreachable', EXIT.unreachable],
  ['failed', EXIT.failed],
  ['refused', EXIT.refused],
]

function exitOf({ items, stopped }: HubResult<'dispatch.run'>): number {
  const worst = WORST.find(([kind]) => items.some(({ acted }) => acted.kind === kind))
  return worst?.[1] ?? (stopped === null ? EXIT.ok : EXIT.refused)
}

async function unlock(context: Context, command: Command, item: string): Promise<void> {
  const [goal = '', id = '', ...more] = item.split('/')
  if (goal === '' || id === '' || more.length > 0) {
    throw new CommandFault(`${item} is no item: write goal/id`, EXIT.usage)
  }
  await onHub(context, command, async client => {
    const by = whoAnswers(mayAsk(context))
    const asked = await client.request('dispatch.unlock', { goal, id, by, isConfirmed: false })
    if (asked.kind === 'refused') throw new CommandFault(asked.text, EXIT.refused)
    if (!(await askYes(context, `No lane came of ${clean(asked.text)}. Free it?`))) {
      throw new CommandFault('not freed', EXIT.refused)
    }
    const done = await client.request('dispatch.unlock', { goal, id, by, isConfirmed: true })
    if (done.kind === 'refused') throw new CommandFault(done.text, EXIT.refused)
    context.stdout.write(`${clean(done.text)}\n`)
  })
}

type About = Parameters<typeof dispatchEnvelope>[1]

/** `link` is the exit code that the link asks for. */
async function onHub(
  context: Context,
  command: Command,
  act: (client: SocketClient, about: About, link: number) => Promise<void>,
): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  try {
    const { link } = await withKnownHost(client, context)
    await act(client, { profile: chosen.name, host: chosen.profile.host }, exitOfLink(link))
  } finally {
    client.close()
  }
}
