/** `runner`: whether each runner's process, GitHub and its own log agree, and what waits for it. */
import type { Command } from 'commander'
import { clean } from '../../state/clean.ts'
import { jsonLine } from '../../state/printable.ts'
import { runnerEnvelope } from '../../state/rows/runner.ts'
import { runnerRow } from '../../state/select/runner.ts'
import { watchWorld } from '../client/watch-world.ts'
import { type Context, mustChoose, selectionOf } from './context.ts'
import { withHub } from './with-hub.ts'

const READY_MS = 20_000

export function register(program: Command, context: Context): void {
  program
    .command('runner')
    .description('self-hosted runners: process, API and log, which of them disagrees, what waits')
    .option('--json', 'print {schema, profile, host, at, stale, rows}')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { name: profile, profile: of } = mustChoose(context, selectionOf(command))
      await withHub(context, command, async client => {
        await client.request('prewarm', { timeoutMs: READY_MS })
        const { current: world } = await watchWorld(client)
        const about = { profile, host: of.host, now: Date.now() }
        if (json) {
          context.stdout.write(jsonLine(runnerEnvelope(world, about)))
          return
        }
        const rows = [...world.runner.values()].map(({ value }) => runnerRow(value))
        const lines = rows.map(({ name, state, fact }) => clean(`${name}  ${state}  ${fact}`))
        context.stdout.write(
          lines.length === 0 ? 'no runner is known: set spine.runner\n' : `${lines.join('\n')}\n`,
        )
      })
    })
}
