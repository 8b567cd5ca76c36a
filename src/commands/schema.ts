/** `schema`: the JSON Schema of what a pane's `--json` prints, from the schema that made it. */
import { Argument, type Command } from 'commander'
import * as z from 'zod'
import { DecisionsEnvelope } from '../../state/rows/decisions.ts'
import { DispatchEnvelope } from '../../state/rows/dispatch.ts'
import { ENVELOPES } from '../../state/rows/index.ts'
import { JournalEnvelope } from '../../state/rows/journal.ts'
import { LeftoversEnvelope } from '../../state/rows/leftovers.ts'
import { LinesEnvelope } from '../../state/rows/lines.ts'
import { RisksEnvelope } from '../../state/rows/risks.ts'
import { RunnerEnvelope } from '../../state/rows/runner.ts'
import type { Context } from './context.ts'

const SCHEMAS = {
  ...ENVELOPES,
  journal: JournalEnvelope,
  decisions: DecisionsEnvelope,
  dispatch: DispatchEnvelope,
  risks: RisksEnvelope,
  runner: RunnerEnvelope,
  leftovers: LeftoversEnvelope,
  lines: LinesEnvelope,
} as const

export function register(program: Command, context: Context): void {
  program
    .command('schema')
    .description("print the JSON Schema of a pane's --json")
    .addArgument(new Argument('<pane>').choices(Object.keys(SCHEMAS)))
    .action((pane: keyof typeof SCHEMAS) => {
      const schema = z.toJSONSchema(SCHEMAS[pane], { io: 'output' })
      context.stdout.write(`${JSON.stringify(schema, null, 2)}\n`)
    })
}
