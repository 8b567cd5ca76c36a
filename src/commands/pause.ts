/** `pause`, `unpause`, `pauses`: work that nobody may start or resume for now. */
import { type Command, InvalidArgumentError } from 'commander'
import { clean } from '../../state/clean.ts'
import type { Instant } from '../../state/facts.ts'
import { pauseText } from '../../state/pause.ts'
import { jsonLine } from '../../state/printable.ts'
import { pausesEnvelope } from '../../state/rows/pauses.ts'
import type { PauseTarget } from '../../state/rule-facts.ts'
import { pausesOf } from '../../state/select/pause.ts'
import { whoAnswers } from '../client/answerer.ts'
import { watchWorld } from '../client/watch-world.ts'
import { mayAsk } from './ask.ts'
import { type Context, mustChoose, selectionOf } from './context.ts'
import { tellDone } from './done-text.ts'
import { parseInstant, reasonIn } from './parse-option.ts'
import { withHub } from './with-hub.ts'

interface PauseOptions {
  reason: string
  until?: Instant
  review?: Instant
  json?: boolean
}

const inFuture = (text: string): Instant => parseInstant(text, Date.now(), 1)

const TARGET = 'goal:NAME, lane:NAME, account:NAME, model:NAME, queue:OWNER/NAME, or dispatch'

export function register(program: Command, context: Context): void {
  program
    .command('pause')
    .description('hold work: nothing of it is launched, resumed or dispatched')
    .argument('<target>', TARGET, targetIn)
    .requiredOption('--reason <text>', 'why, for whoever meets it', reasonIn)
    .option('--until <time>', 'when it ends by itself: a time, or a duration like 2h', inFuture)
    .option('--review <time>', 'when to ask whether it is still wanted', inFuture)
    .option('--json', 'print how it came out as JSON')
    .action(async (target: PauseTarget, options: PauseOptions, command: Command) => {
      const { reason, until = null, review = null } = options
      await withHub(context, command, async client => {
        const by = whoAnswers(mayAsk(context))
        const asked = { target, reason, until, review, by }
        tellDone(context, await client.request('pause', asked), options)
      })
    })
  program
    .command('unpause')
    .description('let it go on')
    .argument('<target>', TARGET, targetIn)
    .option('--reason <text>', 'why, for the journal', '')
    .option('--json', 'print how it came out as JSON')
    .action(async (target: PauseTarget, options: PauseOptions, command: Command) => {
      const { reason } = options
      await withHub(context, command, async client => {
        const by = whoAnswers(mayAsk(context))
        tellDone(context, await client.request('unpause', { target, reason, by }), options)
      })
    })
  program
    .command('pauses')
    .description('what is paused: by whom, since when, why, and when to ask again')
    .option('--json', 'print {schema, profile, host, at, stale, rows}')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { name: profile, profile: of } = mustChoose(context, selectionOf(command))
      await withHub(context, command, async client => {
        const { current: world } = await watchWorld(client)
        const now = Date.now()
        if (json) {
          context.stdout.write(jsonLine(pausesEnvelope(world, { profile, host: of.host, now })))
          return
        }
        const lines = pausesOf(world).map(({ value }) => clean(pauseText(value, now)))
        context.stdout.write(lines.length === 0 ? 'nothing is paused\n' : `${lines.join('\n')}\n`)
      })
    })
}

/** Throws InvalidArgumentError, a usage fault. */
export function targetIn(text: string): PauseTarget {
  if (text === 'dispatch') return { kind: 'dispatch', name: '' }
  const [, kind = '', name = ''] = /^(goal|lane|account|model|queue):(.{1,200})$/.exec(text) ?? []
  if (name === '') throw new InvalidArgumentError(`give ${TARGET}`)
  return { kind: kind as PauseTarget['kind'], name }
}
