/**
 * The contract of a transport: how the hub reaches one host. `ssh` and `local` fulfil it, and one
 * contract suite holds both to it.
 */
import type { Duplex, Readable, Writable } from 'node:stream'

/** Why a transport could not serve. Never a word about the command itself. */
export type TransportFailure =
  /** No connection, or it dropped before the request was sent: nothing ran. */
  | { kind: 'unreachable'; message: string; mend: string }
  /** The connection dropped after the request was sent: the outcome is unknown, ask the host. */
  | { kind: 'unknown-outcome'; message: string; mend: string }
  /** The host refused: authentication, host key, forwarding denied. Trying again will not help. */
  | { kind: 'refused'; message: string; mend: string }
  /** The host's key is not known yet: a person must compare its fingerprint. */
  | {
      kind: 'unknown-key'
      message: string
      mend: string
      /** `line` is what known_hosts wants, `file` the one to append it to. */
      key: { type: string; fingerprint: string; line: string; file: string }
    }

export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly failure: TransportFailure
  constructor(failure: TransportFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/** How a remote command ended. Exactly one of the two is set. */
export type Exit = { code: number; signal: null } | { code: null; signal: string }

/**
 * A command that runs on the host, with its three streams. Both outputs must be read (or
 * resumed): one that nobody reads holds the command, and its exit, back.
 */
export interface Channel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when the command ended; rejects with TransportError when the link dropped first. */
  readonly exit: Promise<Exit>
  /** Ends the channel from this side: EOF, then TERM. What was started ends with it. */
  close(): void
}

/** In cells. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

export interface TerminalOptions {
  readonly size: TerminalSize
  /** What TERM is to be there. */
  readonly term: string
}

/** A command on a terminal of its own, as a person would type and see it. */
export interface Terminal {
  readonly input: Writable
  /** Must be read, or resumed. */
  readonly output: Readable
  /** As of a channel. */
  readonly exit: Promise<Exit>
  resize(size: TerminalSize): void
  /** Hangs up: what ran there gets HUP, and may choose to outlive it. */
  close(): void
}

export interface StreamOptions {
  /** Lives as long as the link, like the probe: it takes no turn from the short ones. */
  lasting?: boolean
  /** Gives up waiting for a turn. What was started already is ended by `Channel.close`. */
  signal?: AbortSignal
}

/** One connection. After `lost`, make another transport. */
export interface Transport {
  readonly kind: 'ssh' | 'local'
  /** What the operator named, for messages: `user@host:port` or `local`. */
  readonly target: string
  /** Opens the one connection. Rejects with TransportError. */
  connect(): Promise<void>
  /** Resolves with the reason once an open connection has ended: lost, or closed by us. */
  readonly lost: Promise<TransportFailure>
  /**
   * Starts `command` (a constant of ours, or a whole command line that the operator typed: never
   * a text with values spliced in) by the login shell of the host. At most a few at once:
   * callers wait their turn.
   */
  stream(command: string, options?: StreamOptions): Promise<Channel>
  /**
   * Starts `command` as `stream` does, on a terminal. It takes no turn from the short ones.
   * Rejects with TransportError; `refused` also where there can be no terminal.
   */
  terminal(command: string, options: TerminalOptions): Promise<Terminal>
  /** Connects to a Unix socket on the host. */
  forwardUnix(path: string): Promise<Duplex>
  /** Connects to a TCP port as the host sees it. */
  forwardTcp(host: string, port: number): Promise<Duplex>
  /** Round trip of a keepalive in ms, or null when the transport has none. */
  ping(): Promise<number | null>
  close(): Promise<void>
}
