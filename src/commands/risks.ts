/** `risks`: models that may not run, lanes that bypass what should hold them, who spends the tokens. */
import type { Command } from 'commander'
import { clean } from '../../state/clean.ts'
import { count, percent } from '../../state/format.ts'
import { jsonLine } from '../../state/printable.ts'
import { type RiskRow, riskRows, risksEnvelope } from '../../state/rows/risks.ts'
import { riskText } from '../../state/select/risk.ts'
import { watchWorld } from '../client/watch-world.ts'
import { type Context, connectTo, exitOfLink, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'

export function register(program: Command, context: Context): void {
  program
    .command('risks')
    .description('models that may not run, lanes without approvals or sandbox, shares of tokens')
    .option('--json', 'print {schema, profile, host, at, stale, rows}')
    .action((options: { json?: boolean }, command: Command) => print(context, command, options))
}

async function print(context: Context, command: Command, { json }: { json?: boolean }) {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  try {
    const { link } = await withKnownHost(client, context)
    const { current: world } = await watchWorld(client)
    const about = { profile: chosen.name, host: chosen.profile.host, now: Date.now() }
    if (json) context.stdout.write(jsonLine(risksEnvelope(world, about)))
    else context.stdout.write(linesOf(riskRows(world, about.now)))
    if (link.state === 'up') return
    const mend = link.mend ? `: ${link.mend}` : ''
    context.say(`${link.target}: ${link.message ?? link.state}${mend}`)
    process.exitCode = exitOfLink(link)
  } finally {
    client.close()
  }
}

function linesOf(rows: readonly RiskRow[]): string {
  const open = rows.filter(row => row.kind !== 'share' && row.kind !== 'token')
  const first = open.length === 0 ? ['no rule is broken, and no lane bypasses anything'] : []
  return [...first, ...rows.map(lineOf)].map(line => `${clean(line)}\n`).join('')
}

function lineOf(row: RiskRow): string {
  if (row.kind === 'share') {
    return `tokens  ${row.engine}  ${percent(row.part, 1)} today, ${count(row.tokens)}`
  }
  if (row.kind === 'token') {
    const why = row.message === null ? [] : [`held without it: ${row.message}`]
    return ['token', row.name, row.state, ...why].join('  ')
  }
  const pid = row.pid === null ? [] : [`pid ${row.pid}`]
  if (row.kind === 'bypass') return ['bypass', row.name, riskText(row), ...pid].join('  ')
  const { rule, model, where, line } = row
  const place = line === null ? where : `${where}:${line}`
  return ['breach', rule, ...(model === null ? [] : [model]), place, ...pid].join('  ')
}
