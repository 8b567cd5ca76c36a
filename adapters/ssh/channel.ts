/** A command on one SSH channel, with streams that behave as Node's do. */
import { PassThrough, type Readable, Writable } from 'node:stream'
import type { Client, ClientChannel, ExecOptions } from 'ssh2'
import { type Channel, type Exit, TransportError } from '../transport.ts'
import { PROHIBITED } from './dial.ts'
import { quoteHost, refused, unknownOutcome, unreachable } from './failure.ts'

/** The host has no free session for us now (sshd's MaxSessions); another may end soon. */
export class NoFreeSession extends Error {
  override readonly name = 'NoFreeSession'
}

/** What a channel knows of the connection that carries it. */
export interface Carrier {
  readonly target: string
  readonly isLost: () => boolean
  /** Called at the moment the connection is lost; each channel takes its own out when it ends. */
  readonly onLost: Set<() => void>
}

/** How long a command may take to end after EOF and TERM before its channel is shut. */
const CLOSE_MS = 8_000

/** Starts `command`. Rejects with TransportError, or NoFreeSession. */
export const openChannel = (client: Client, command: string, carrier: Carrier): Promise<Channel> =>
  openAs(client, command, {}, carrier, raw => newChannel(raw, carrier))

/** As openChannel; `make` hears of the bare channel before anything can happen on it. */
export function openAs<T>(
  client: Client,
  command: string,
  options: ExecOptions,
  carrier: Carrier,
  make: (raw: ClientChannel) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      client.exec(command, options, (error, raw) => {
        if (error) reject(openError(error, carrier))
        else resolve(make(raw))
      })
    } catch {
      reject(new TransportError(unreachable(`${carrier.target}: not connected`, 'connect first')))
    }
  })
}

/**
 * ssh2's errors (1.17): a refused channel has a `reason` (2 beyond MaxSessions); a refused or cut
 * exec says so in words.
 */
function openError(error: Error & { reason?: unknown }, carrier: Carrier): Error {
  const said = quoteHost(error.message)
  if (carrier.isLost()) {
    if (/unable to exec/i.test(said)) return new TransportError(unknownOutcome(cut(carrier)))
    const message = `the connection to ${carrier.target} dropped before the command was sent`
    return new TransportError(unreachable(message, 'it did not run: try again'))
  }
  if ('reason' in error && error.reason !== PROHIBITED) return new NoFreeSession(said)
  const mend = 'see what the account may do there (sshd log)'
  return new TransportError(refused(`${carrier.target} refuses to run commands: ${said}`, mend))
}

const cut = ({ target }: Carrier) => `the connection to ${target} dropped while the command ran`

export function newChannel(raw: ClientChannel, carrier: Carrier): Channel {
  const { promise: exit, resolve, reject } = Promise.withResolvers<Exit>()
  // Whoever waits for the exit is told; nobody has to.
  exit.catch(() => undefined)
  const lose = (message: string) => reject(new TransportError(unknownOutcome(message)))
  let ended: Exit | null = null
  let closing: NodeJS.Timeout | undefined
  raw.on('exit', (code: number | null, signal?: string) => {
    ended = code === null ? { code, signal: signal ?? 'SIGKILL' } : { code, signal: null }
  })
  const over = () => {
    clearTimeout(closing)
    carrier.onLost.delete(dropped)
    stdin.destroy()
  }
  const dropped = () => {
    over()
    lose(cut(carrier))
  }
  carrier.onLost.add(dropped)
  // Only a closed channel has delivered all its output: an exit status alone may overtake it.
  raw.on('close', () => {
    over()
    if (ended) resolve(ended)
    else lose(`${carrier.target} closed the command without saying how it ended`)
  })
  // What goes wrong on a channel is told by its exit.
  raw.on('error', () => undefined)
  const stdin = inputOf(raw)
  return {
    stdin,
    stdout: outputOf(raw),
    stderr: outputOf(raw.stderr),
    exit,
    close() {
      if (closing) return
      raw.signal('TERM')
      stdin.end()
      closing = setTimeout(() => {
        raw.close()
        lose(`the command on ${carrier.target} did not end when it was told to`)
      }, CLOSE_MS)
      closing.unref()
    },
  }
}

/** ssh2 closes the whole channel when its stream is destroyed: readers get one of their own. */
function outputOf(source: Readable): Readable {
  const output = source.pipe(new PassThrough())
  output.once('close', () => source.resume())
  return output
}

/** Errors here only repeat what `exit` tells: the command ended, or the carrier did. */
function inputOf(raw: ClientChannel): Writable {
  const input = new Writable({
    write: (chunk: Buffer, _encoding, done) => void raw.write(chunk, done),
    final: done => {
      raw.end()
      done()
    },
  })
  return input.on('error', () => undefined)
}
