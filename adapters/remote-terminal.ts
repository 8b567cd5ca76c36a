/**
 * A person's terminal in a directory of the host. The directory is a value: it is typed to a
 * constant text that reads it with echo off, and never enters a command line.
 */
import {
  type Terminal,
  type TerminalSize,
  type Transport,
  TransportError,
  type TransportFailure,
} from './transport.ts'

const READY = 'dockmaster-terminal-ready'

/**
 * sh: without echo says that it reads, takes one line as the directory, and becomes the login
 * shell there. One line without single quotes, as the texts of `guard.ts`.
 */
const SHELL_IN = [
  'mode=$(stty -g) && stty -echo || exit 69;',
  `echo ${READY}; IFS= read -r dir || exit 64; stty "$mode";`,
  'cd -- "$dir" || exit 66; exec "${SHELL:-sh}" -l',
].join(' ')
export const TERMINAL_COMMAND = `exec sh -c '${SHELL_IN}'`

/** A terminal reads a line of at most 4,095 bytes. */
const LONGEST_DIRECTORY = 4_000
const PATIENCE_MS = 15_000

/** Why no terminal can be opened in a directory of that name; null when one can. */
export function directoryFault(directory: string): string | null {
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
  options: { size: TerminalSize; term: string },
): Promise<Terminal> {
  const fault = directoryFault(directory)
  if (fault !== null) throw refused(`no terminal in ${JSON.stringify(directory)}: ${fault}`)
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

/** Reads until the text over there says that it reads. What comes after it stays to be read. */
async function untilReady({ output, exit }: Terminal): Promise<void> {
  let heard = Buffer.alloc(0)
  const waiting = Promise.withResolvers<void>()
  const take = () => {
    for (;;) {
      const chunk = output.read() as Buffer | null
      if (chunk === null) return
      heard = Buffer.concat([heard, chunk])
      const at = heard.indexOf(READY)
      const end = at < 0 ? -1 : heard.indexOf('\n', at)
      if (end < 0) continue
      output.off('readable', take)
      if (end + 1 < heard.length) output.unshift(heard.subarray(end + 1))
      return waiting.resolve()
    }
  }
  const late = setTimeout(
    () => waiting.reject(refused('the shell over there did not begin in time')),
    PATIENCE_MS,
  )
  const ended = exit.then(() => {
    const said = heard
      .toString()
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(-200)
    throw refused(`the shell over there ended before it began: ${said || 'it said nothing'}`)
  })
  output.on('readable', take)
  try {
    await Promise.race([waiting.promise, ended])
  } finally {
    clearTimeout(late)
    output.off('readable', take)
    ended.catch(() => undefined)
  }
}

const refused = (message: string): TransportError => {
  const mend = 'look at the host by `dockmaster run`'
  return new TransportError({ kind: 'refused', message, mend } satisfies TransportFailure)
}
