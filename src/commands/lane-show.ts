/** `lane show`: what is held of one lane, as the console's detail has it. */
import { Argument, type Command } from 'commander'
import { jsonLine } from '../../state/printable.ts'
import { briefLines, diffLines, timelineLines } from '../../state/select/lane-text.ts'
import type { SocketClient } from '../rpc/client.ts'
import { DIFF_PAGED } from '../rpc/look-api.ts'
import type { Context } from './context.ts'
import { withHost } from './with-hub.ts'

type Part = 'brief' | 'timeline' | 'diff'

/** Asks, and tells how it reads. */
const PARTS: Readonly<
  Record<Part, (client: SocketClient, lane: string) => Promise<[value: unknown, readonly string[]]>>
> = {
  brief: async (client, lane) => {
    const briefs = await client.request('lane.brief', { lane })
    return [briefs, briefLines(briefs, Date.now())]
  },
  timeline: async (client, lane) => {
    const timeline = await client.request('lane.timeline', { lane })
    return [timeline, timelineLines(timeline, Date.now())]
  },
  diff: async (client, lane) => {
    const diff = await client.request('lane.diff', { lane, max: DIFF_PAGED })
    return [diff, diffLines(diff)]
  },
}

export function register(lane: Command, context: Context): void {
  lane
    .command('show')
    .description("a lane's brief, timeline, or the diff of its worktree")
    .argument('<lane>', 'its id or its whole name')
    .addArgument(new Argument('<part>', 'what of it').choices(Object.keys(PARTS)))
    .option('--json', 'print it as JSON')
    .action(async (name: string, part: Part, options: { json?: boolean }, command: Command) => {
      await withHost(context, command, async client => {
        const [value, lines] = await PARTS[part](client, name)
        context.stdout.write(options.json ? jsonLine(value) : `${lines.join('\n')}\n`)
      })
    })
}
