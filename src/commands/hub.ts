/** `hub` runs the background process; `prewarm`, `status` and `stop` steer it. */
import type { Command } from 'commander'
import { jsonLine, printable } from '../../state/printable.ts'
import type { HubStatus } from '../rpc/hub-api.ts'
import { type Context, EXIT, exitOfLink, mustChoose, selectionOf } from './context.ts'
import { duration } from './duration.ts'
import { withKnownHost } from './host-key.ts'
import { endHub, runningHub } from './running-hub.ts'
import { withHub } from './with-hub.ts'

export function register(program: Command, context: Context): void {
  program
    .command('hub', { hidden: true })
    .description('the background process of a profile; started by the first client')
    .action(async (_options: object, command: Command) => {
      const { hubMain } = await import('../hub/main.ts')
      const chosen = mustChoose(context, selectionOf(command))
      const log = (line: string) => {
        context.stderr.write(`${new Date().toISOString()} ${printable(line)}\n`)
      }
      process.on('uncaughtException', error => {
        log(`the hub ends by a defect: ${error.stack ?? error.message}`)
        process.exit(EXIT.failed)
      })
      process.exitCode = await hubMain(chosen, { ...context, log })
    })
  program
    .command('prewarm')
    .description('open the connection and wait until it serves')
    .option('--json', 'print the status as JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      await withHub(context, command, async client => {
        const status = await withKnownHost(client, context)
        print(context, status, options)
        process.exitCode = exitOfLink(status.link)
      })
    })
  program
    .command('status')
    .description('whether the hub runs and its link is up, since when; opens nothing')
    .option('--json', 'print it as JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      const client = await runningHub(context, mustChoose(context, selectionOf(command)))
      if (!client) {
        if (options.json) context.stdout.write('null\n')
        else context.stdout.write('no hub runs\n')
        process.exitCode = EXIT.failed
        return
      }
      print(context, await client.request('status', {}), options)
      client.close()
    })
  program
    .command('stop')
    .description('end the hub of this profile and its connection')
    .action(async (_options: object, command: Command) => {
      const client = await runningHub(context, mustChoose(context, selectionOf(command)))
      if (!client) {
        context.say('no hub runs')
        return
      }
      context.say(await endHub(client))
    })
}

function print(context: Context, status: HubStatus, options: { json?: boolean }): void {
  if (options.json) {
    context.stdout.write(jsonLine(status))
    return
  }
  const { link, probe, journal } = status
  const alive = link.state === 'up' ? 'alive' : 'dead'
  const rtt = link.rttMs === null ? '' : `, ${link.rttMs.toFixed(1)} ms`
  const lines = [
    `${status.profile}: ${alive} (${link.state} since ${new Date(link.since).toISOString()})`,
    `link     ${link.target} by ${link.transport}, ${link.connections} TCP connection(s)${rtt}, ${link.reconnects} reconnects`,
    `hub      pid ${status.pid}, ${status.version}, ${status.clients} client(s), stays ${duration(status.persistMs)} after the last`,
    `probe    ${probe.version ?? probe.message}`,
    `journal  ${journal.message ?? `${journal.seq} entries, ${journal.path}`}`,
  ]
  if (link.message) lines.push(`reason   ${link.message}: ${link.mend}`)
  context.stdout.write(`${printable(lines.join('\n'))}\n`)
}
