/** `approve`, `reject`: what a person at a terminal says of a pull request. */
import type { Command } from 'commander'
import { clean } from '../../state/clean.ts'
import { type Approval, approvalOf } from '../../state/select/approval.ts'
import { whoAnswers } from '../client/answerer.ts'
import { mergeNow } from '../client/merge-now.ts'
import { watchWorld } from '../client/watch-world.ts'
import type { SocketClient } from '../rpc/client.ts'
import { askYes, mayAsk } from './ask.ts'
import { CommandFault, type Context, EXIT } from './context.ts'
import { tellDone } from './done-text.ts'
import { mustFind, type PullName, pullIn } from './pull-name.ts'
import { withHub } from './with-hub.ts'

interface Options {
  merge?: boolean
  dryRun?: boolean
  json?: boolean
}

export function register(program: Command, context: Context): void {
  program
    .command('approve')
    .description(
      'show the gate, the diff and the risks of a pull request; then approve or merge it',
    )
    .argument('<pull>', '12, #12, or owner/name#12', pullIn)
    .option('--merge', 'merge it, with the token of merges: only a revert takes that back')
    .option('--dry-run', 'only show them')
    .option('--json', 'print how it came out as JSON')
    .action((pull: PullName, options: Options, command: Command) =>
      withPull(context, command, { name: pull, options }, async (client, approval) => {
        if (options.dryRun) return
        await (options.merge ? merge : approve)(context, client, approval, options)
      }),
    )
  program
    .command('reject')
    .description('request changes of a pull request')
    .argument('<pull>', '12, #12, or owner/name#12', pullIn)
    .requiredOption('--reason <text>', 'why, for whoever wrote it')
    .option('--json', 'print how it came out as JSON')
    .action((pull: PullName, options: { reason: string; json?: boolean }, command: Command) =>
      withPull(context, command, { name: pull, options }, async (client, { pr }) => {
        await mustSayYes(context, `Request changes of #${pr.number}?`)
        const asked = { ...at(pr), reason: options.reason, by: whoAnswers(mayAsk(context)) }
        tellDone(context, await client.request('pull.reject', asked), options)
      }),
    )
}

const READY_MS = 20_000

const at = ({ repo, number, headSha: head }: Approval['pr']) => ({ repo, number, head })

async function approve(
  context: Context,
  client: SocketClient,
  { pr }: Approval,
  options: Options,
): Promise<void> {
  await mustSayYes(context, `Approve #${pr.number} at ${pr.headSha.slice(0, 12)}?`)
  const asked = { ...at(pr), by: whoAnswers(mayAsk(context)) }
  tellDone(context, await client.request('pull.approve', asked), options)
}

async function merge(
  context: Context,
  client: SocketClient,
  { pr }: Approval,
  options: Options,
): Promise<void> {
  const question = `Merge #${pr.number} at ${pr.headSha.slice(0, 12)}? Only a revert takes it back.`
  await mustSayYes(context, question)
  const came = await mergeNow(client, at(pr), whoAnswers(mayAsk(context)))
  if (came.isRefused) throw new CommandFault(came.text, EXIT.refused)
  const text = clean(came.text)
  context.stdout.write(options.json ? `${JSON.stringify({ text })}\n` : `${text}\n`)
}

/** Nobody there: the hub refuses it, and says why. */
async function mustSayYes(context: Context, question: string): Promise<void> {
  if (!mayAsk(context)) return
  if (!(await askYes(context, question))) throw new CommandFault('nothing was done', EXIT.refused)
}

async function withPull(
  context: Context,
  command: Command,
  { name, options }: { name: PullName; options: { json?: boolean } },
  work: (client: SocketClient, approval: Approval) => Promise<void>,
): Promise<void> {
  await withHub(context, command, async client => {
    await client.request('prewarm', { timeoutMs: READY_MS })
    const { current: world } = await watchWorld(client)
    const { repo, number, title, author } = mustFind(world, name)
    const approval = approvalOf(world, `${repo}#${number}`)
    if (approval === null) throw new CommandFault(`${repo}#${number} was just closed`, EXIT.failed)
    const lines = [
      `${repo}#${number} by ${author}: ${title}`,
      ...approval.lines.map(({ label, text }) => `${label.padEnd(6)} ${text}`),
      ...(approval.held === null ? [] : [`held   ${approval.held}`]),
    ]
    // Beside JSON they are for whoever watches.
    const to = options.json ? context.stderr : context.stdout
    to.write(lines.map(line => `${clean(line)}\n`).join(''))
    await work(client, approval)
  })
}
