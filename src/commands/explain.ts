/** `explain`: what one captured run came to, and why. */
import type { Command } from 'commander'
import { clean } from '../../state/clean.ts'
import { jsonLine } from '../../state/printable.ts'
import { type ExplainOptions, type Explanation, explain } from '../lanes/explain.ts'
import { CommandFault, type Context } from './context.ts'

const LABELS: readonly (keyof Explanation)[] = [
  'engine',
  'status',
  'result',
  'cause',
  'resetAt',
  'lastCommand',
  'lastExit',
  'tokens',
]

/** The explanation for a person: one line a field, then the reasons. */
export function explanationText(explanation: Explanation): string {
  const fields = LABELS.map(
    label => `${label.padEnd(12)} ${clean(String(explanation[label] ?? '–'))}\n`,
  )
  return `${fields.join('')}why\n${explanation.why.map(line => `  ${clean(line)}\n`).join('')}`
}

export function register(program: Command, context: Context): void {
  program
    .command('explain')
    .description('classify one captured run of an agent and say why')
    .argument('<log>', 'output of `codex exec --json` or of Claude `--output-format stream-json`')
    .option('--rollout <file>', "the run's session file: a Codex rollout or a Claude transcript")
    .option('--held', 'a live process holds the run')
    .option('--json', 'print it as JSON')
    .action(async (path: string, options: ExplainOptions & { json?: boolean }) => {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
      const explained = await explain(path, options, { now: Date.now(), zone })
      if (!explained.ok) throw new CommandFault(clean(explained.message))
      const { explanation } = explained
      const text = options.json ? jsonLine(explanation) : explanationText(explanation)
      context.stdout.write(text)
    })
}
