/** `info`: every path that the program uses, what it runs on, and whether the canon is locked. */
import type { Command } from 'commander'
import { canonText } from '../../state/canon.ts'
import { clean } from '../../state/clean.ts'
import { jsonLine } from '../../state/printable.ts'
import type { Chosen } from '../profile/choose.ts'
import { profileFiles } from '../profile/paths.ts'
import { RpcFault } from '../rpc/peer.ts'
import { type Context, chosenBy, selectionOf } from './context.ts'
import { runningHub } from './running-hub.ts'

export function register(program: Command, context: Context): void {
  program
    .command('info')
    .description('print every path and version that matters, and whether the canon is locked')
    .option('--json', 'print it as JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      const { paths, version } = context
      const chosen = chosenBy(context, selectionOf(command))
      const facts = {
        version,
        node: process.version,
        ...paths,
        ...(chosen
          ? {
              profile: chosen.name,
              ...profileFiles(paths, chosen.name),
              canon: await canonOf(context, chosen),
            }
          : {}),
      }
      if (options.json) context.stdout.write(jsonLine(facts))
      else {
        for (const [name, value] of Object.entries(facts)) {
          context.stdout.write(`${name.padEnd(8)} ${clean(value)}\n`)
        }
      }
    })
}

/** The hub's word, when one runs: to print paths nobody is connected to. */
async function canonOf(context: Context, chosen: Chosen): Promise<string> {
  if (chosen.profile.canon.canon.length === 0) return canonText(null, [])
  const client = await runningHub(context, chosen)
  if (client === null) return 'not known: no hub runs; `dockmaster canon` asks the host'
  try {
    const { lock, specs } = await client.request('canon.look', {})
    return canonText(lock, specs)
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error
    return `not known: ${error.message}`
  } finally {
    client.close()
  }
}
