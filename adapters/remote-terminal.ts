/**
 * A person's terminal in a directory of the host. The directory is a value: it is typed to a
 * constant text that reads it with echo off, and never enters a command line.
 */
import { noTerminal, READY, untilReady } from './terminal-ready.ts'
import type { Terminal, TerminalOptions, Transport } from './transport.ts'

/**
 * sh: without echo says that it reads, takes one line as the directory, and becomes the login
 * shell there. One line without single quotes, as the texts of `guard.ts`.
 */
const SHELL_IN = [
  'mode=$(stty -g) && stty -echo || exit 69;',
  `echo ${READY}; IFS= read -r dir || exit 64; stty "$mode";`,
  'cd -- "$dir" || exit 66; exec "${SHELL:-sh}" -l',
].join(' ')
const TERMINAL_COMMAND = `exec sh -c '${SHELL_IN}'`

/** A terminal reads a line of at most 4,095 bytes. */
const LONGEST_DIRECTORY = 4_000

/** Why no terminal can be opened in a directory of that name; null when one can. */
function directoryFault(directory: string): string | null {
  if (!directory.startsWith('/')) return `${JSON.stringify(directory)} is no absolute path`
  if (/\p{Cc}/u.test(directory)) return 'its name holds a control character'
  if (Buffer.byteLength(directory) > LONGEST_DIRECTORY) return 'its name is too long to be typed'
  return null
}

/**
 * Opens the login shell of the host in that directory. What the terminal says from then on is its
 * own. Rejects with TransportError.
 */
export async function openTerminalIn(
  transport: Transport,
  directory: string,
  options: TerminalOptions,
): Promise<Terminal> {
  const fault = directoryFault(directory)
  if (fault !== null) throw noTerminal(`no terminal in ${JSON.stringify(directory)}: ${fault}`)
  const terminal = await transport.terminal(TERMINAL_COMMAND, options)
  try {
    await untilReady(terminal)
  } catch (error) {
    terminal.close()
    throw error
  }
  terminal.input.write(`${directory}\n`)
  return terminal
}
