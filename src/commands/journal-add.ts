/** `note` and `decide`: what people, scripts and agents add to the journal. */
import { userInfo } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Instant } from '../../state/facts.ts'
import { jsonLine } from '../../state/printable.ts'
import { publicEntry } from '../../state/rows/journal.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import { CommandFault, type Context, EXIT } from './context.ts'
import { rowLine } from './journal-text.ts'
import { collected, parseInstant } from './parse-option.ts'
import { withHub } from './with-hub.ts'

/** UTF-8 bytes that are read from stdin; the journal takes 65,536 characters. */
const MAX_STDIN = 4 * 65_536

interface Common {
  subject: string
  author: string
  json?: boolean
}

export function register(program: Command, context: Context): void {
  common(
    program
      .command('note')
      .description('add a note to the journal; `-` takes it from stdin')
      .argument('<text>', 'the note, or - for stdin')
      .addHelpText(
        'after',
        '\nThe newest note on the subject `goal` or `next` stands in the handover as the goal or the\nnext action, before what the config says.',
      ),
  ).action(async (text: string, options: Common, command: Command) => {
    const { subject, author } = options
    const body = text === '-' ? await readStdin(context) : text
    await append(context, command, options, { kind: 'note', author, subject, text: body, data: {} })
  })

  common(
    program
      .command('decide')
      .description('ask the operator to decide; it stays open until it is answered')
      .argument('<question>')
      .addOption(
        new Option('--option <answer>', 'an answer to choose from; give two or more')
          .argParser(collected)
          .makeOptionMandatory(),
      )
      .option(
        '--deadline <time>',
        'when it must be answered: a time, or a duration like 2h',
        text => parseInstant(text, Date.now(), 1),
      )
      .option('--url <url>', 'where to read more', webAddress)
      .option('--default <answer>', 'taken when the deadline passes; only `Cancel` ever is')
      .option('--why <text>', 'why it is asked, and why it is safe')
      .addOption(
        new Option('--reversibility <kind>', 'whether what it allows can be undone')
          .choices(['reversible', 'irreversible', 'unknown'])
          .default('unknown'),
      ),
  ).action(async (question: string, options: Common & DecideOptions, command: Command) => {
    const { subject, author, option, deadline = null, url = null } = options
    const { default: fallback = null, why = null, reversibility } = options
    if (option.length < 2) throw new CommandFault('give at least two --option', EXIT.usage)
    if (fallback !== null && !option.includes(fallback)) {
      throw new CommandFault('--default is none of the --option', EXIT.usage)
    }
    const data = { options: option, deadline, url, default: fallback, why, reversibility }
    await append(context, command, options, {
      kind: 'decision',
      author,
      subject,
      text: question,
      data,
    })
  })
}

interface DecideOptions {
  option: string[]
  deadline?: Instant
  url?: string
  default?: string
  why?: string
  reversibility: string
}

const common = (command: Command): Command =>
  command
    .option('--subject <subject>', 'what it is about: a lane, owner/name#12, a job', '')
    .option('--author <author>', 'who says so', userInfo().username)
    .option('--json', 'print the entry as JSON')

function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('give an http or https address')
}

async function append(
  context: Context,
  command: Command,
  options: Common,
  entry: HubParams<'journal.append'>,
): Promise<void> {
  if (entry.text.trim() === '') throw new CommandFault('there is no text to write', EXIT.usage)
  await withHub(context, command, async client => {
    const row = await client.request('journal.append', entry)
    context.stdout.write(options.json ? jsonLine(publicEntry(row)) : `${rowLine(row)}\n`)
  })
}

async function readStdin(context: Context): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of context.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_STDIN) throw new CommandFault(`stdin is longer than ${MAX_STDIN} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8').trimEnd()
}
