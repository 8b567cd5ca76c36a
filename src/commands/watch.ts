/**
 * `watch --json`: a pane's envelope, one line each time something in it changed. The journal only
 * grows: after its newest entries, its envelopes hold what is new.
 */
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Argument, type Command } from 'commander'
import type { JournalRow } from '../../state/journal-entry.ts'
import { type FactPane, PANES, type PaneId } from '../../state/panes.ts'
import { jsonLine } from '../../state/printable.ts'
import { envelope } from '../../state/rows/index.ts'
import { journalEnvelope } from '../../state/rows/journal.ts'
import { watchWorld } from '../client/watch-world.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { RpcFault, RpcGone } from '../rpc/peer.ts'
import { CommandFault, type Context, connectTo, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'

/** Changes this close together are one line. */
const GATHER_MS = 250

/** What an envelope says besides its rows. */
type About = () => { profile: string; host: string; now: number }

export function register(program: Command, context: Context): void {
  program
    .command('watch')
    .description('stream panes as they change, one JSON envelope a line, until the reader leaves')
    .addArgument(new Argument('[pane...]', 'all of them when none is named').choices(PANES))
    .requiredOption('--json', 'the only form there is')
    .action(async (panes: PaneId[], _options: object, command: Command) => {
      await stream(context, command, panes.length > 0 ? panes : PANES)
    })
}

async function stream(context: Context, command: Command, panes: readonly PaneId[]): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  const about = () => ({ profile: chosen.name, host: chosen.profile.host, now: Date.now() })
  const ofFacts = panes.filter(pane => pane !== 'journal')
  try {
    if (panes.includes('journal')) await streamJournal(context, client, about)
    if (ofFacts.length > 0) {
      await withKnownHost(client, context)
      await streamFacts(context, client, ofFacts, about)
    }
    await client.closed
    throw new CommandFault('the hub ended')
  } finally {
    client.close()
  }
}

/** What prints after a change: at once, then what comes meanwhile together; never twice at once. */
function gathered(print: () => Promise<void>): () => Promise<void> {
  let state: 'idle' | 'busy' | 'again' = 'idle'
  const isAgain = () => state === 'again'
  return async () => {
    if (state !== 'idle') {
      state = 'again'
      return
    }
    do {
      state = 'busy'
      await print()
      await delay(GATHER_MS)
    } while (isAgain())
    state = 'idle'
  }
}

async function streamFacts(
  context: Context,
  client: HubClient,
  panes: readonly FactPane[],
  about: About,
): Promise<void> {
  const shown = new Map<FactPane, string>()
  const world = await watchWorld(client)
  const changed = gathered(async () => {
    for (const pane of panes) {
      const { at, ...rest } = envelope(world.current, pane, about())
      const text = JSON.stringify(rest)
      if (shown.get(pane) === text) continue
      shown.set(pane, text)
      await write(context, jsonLine({ ...rest, at }))
    }
  })
  world.onChange(changed)
  void changed()
}

/** A journal that refuses is a line that says so: the other panes go on. */
async function streamJournal(context: Context, client: HubClient, about: About): Promise<void> {
  let fresh: JournalRow[] = []
  const changed = gathered(async () => {
    const rows = fresh
    fresh = []
    await write(context, jsonLine(journalEnvelope(rows, about())))
  })
  let isListed = false
  client.on('journal', ({ row }) => {
    fresh.push(row)
    // New rows may come in before the list itself: they wait for it.
    if (isListed) void changed()
  })
  try {
    const { rows } = await client.request('journal.follow', {})
    fresh = [...rows, ...fresh]
    isListed = true
    void changed()
  } catch (error) {
    if (!(error instanceof RpcFault) || error instanceof RpcGone) throw error
    const refused = journalEnvelope([], about())
    const stale = { since: refused.at, reason: error.message }
    await write(context, jsonLine({ ...refused, stale }))
  }
}

/** Writes at the pace of the reader. */
async function write({ stdout }: Context, line: string): Promise<void> {
  if (!stdout.write(line)) await once(stdout, 'drain')
}
