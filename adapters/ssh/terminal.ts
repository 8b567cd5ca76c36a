/** A command on an SSH channel with a terminal of its own (RFC 4254, 6.2 and 6.7). */
import type { Client, ClientChannel } from 'ssh2'
import type { Exit, Terminal, TerminalOptions } from '../transport.ts'
import { type Carrier, newChannel, openAs } from './channel.ts'

/** Starts `command`. Rejects with TransportError, or NoFreeSession. */
export function openTerminal(
  client: Client,
  command: string,
  { size, term }: TerminalOptions,
  carrier: Carrier,
): Promise<Terminal> {
  const pty = { cols: size.columns, rows: size.rows, term }
  return openAs(client, command, { pty }, carrier, raw => newTerminal(raw, carrier))
}

function newTerminal(raw: ClientChannel, carrier: Carrier): Terminal {
  const { stdin, stdout, stderr, exit } = newChannel(raw, carrier)
  // A terminal has one output: what a server says beside it is nobody's.
  stderr.resume()
  let isHungUp = false
  return {
    input: stdin,
    output: stdout,
    exit: exit.catch((error: unknown): Exit => {
      if (isHungUp && !carrier.isLost()) return { code: null, signal: 'SIGHUP' }
      throw error
    }),
    resize: ({ columns, rows }) => {
      if (!isHungUp) raw.setWindow(rows, columns, 0, 0)
    },
    close() {
      if (isHungUp) return
      isHungUp = true
      raw.close()
    },
  }
}
