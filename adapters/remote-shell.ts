/**
 * Runs scripts and the probe on a host, over any transport. Scripts are data: they go by stdin and
 * arrive byte for byte. Whatever was started ends, with its children, when its channel does.
 */
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { GUARD_COMMAND, PROBE_COMMAND } from './guard.ts'
import { newPrelude, type Said } from './prelude.ts'
import {
  type Channel,
  type Exit,
  type Transport,
  TransportError,
  type TransportFailure,
} from './transport.ts'

/** How a script ended. A failure of the link is never the script's. */
export type Outcome =
  | { kind: 'exit'; exit: Exit }
  | { kind: 'transport'; failure: TransportFailure }
  /** The lock on the host belongs to a process that is gone; nothing ran. */
  | { kind: 'stale-lock'; holder: string; message: string }

/** Takes output as it comes; no more is read until it resolves. */
export type OutputHandler = (fd: 1 | 2, data: Buffer) => void | Promise<void>

export interface RunOptions {
  onOutput: OutputHandler
  /** Ends the script with TERM, then KILL. */
  signal?: AbortSignal
}

export interface SerialOptions extends RunOptions {
  /** Who holds the lock, for others who wait. */
  label: string
  /** Breaks a lock whose holder is dead. A living holder is waited for in any case. */
  breakLock: boolean
}

/**
 * Runs `script` by the login shell of the host, stdin empty. Signals pass as 128 + n in `code`.
 * Never rejects, unless `onOutput` does.
 */
export function runScript(
  transport: Transport,
  script: string,
  options: RunOptions,
): Promise<Outcome> {
  return runGuarded(transport, script, { mode: 'run', label: '' }, options)
}

/** As runScript, one at a time on the host: also among other consoles. Says on stderr who it waits for. */
export function runSerialized(
  transport: Transport,
  script: string,
  options: SerialOptions,
): Promise<Outcome> {
  const mode = options.breakLock ? 'break' : 'serial'
  return runGuarded(transport, script, { mode, label: oneLine(options.label) }, options)
}

const LONGEST_LABEL = 200
const oneLine = (text: string) =>
  text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, LONGEST_LABEL)

interface Header {
  mode: 'run' | 'serial' | 'break'
  label: string
}

async function runGuarded(
  transport: Transport,
  script: string,
  { mode, label }: Header,
  { onOutput, signal }: RunOptions,
): Promise<Outcome> {
  const bytes = Buffer.from(script)
  if (bytes.includes(0)) return notRun('the script holds a NUL byte', 'no shell can read one')
  const token = newToken()
  const opened = await open(transport, GUARD_COMMAND, signal)
  if ('failure' in opened) return { kind: 'transport', failure: opened.failure }
  const { channel } = opened
  const stop = () => channel.close()
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  channel.stdin.write(`${token} ${bytes.length} ${mode}\n${label}\n`)
  channel.stdin.write(bytes)

  const prelude = newPrelude(token)
  let notStarted: Outcome | null = null
  const hear = async ({ word, text }: Said) => {
    if (word === 'waiting')
      await onOutput(2, Buffer.from(`dockmaster: waiting for ${holderOf(text)}\n`))
    if (word === 'stale') notStarted = staleLock(text)
    if (word === 'fault')
      notStarted = notRun(oneLine(text), 'see to it on the host, then run it again')
  }
  try {
    const [exit] = await Promise.all([
      channel.exit,
      forEach(channel.stdout, chunk => onOutput(1, chunk)),
      forEach(channel.stderr, async chunk => {
        const { said, rest } = prelude.push(chunk)
        for (const one of said) await hear(one)
        if (rest.length > 0) await onOutput(2, rest)
      }),
    ])
    if (notStarted) return notStarted
    if (!prelude.gone && !signal?.aborted) {
      const how = exit.signal ?? `exit ${exit.code}`
      return notRun(
        `the shell there ended before the script began (${how})`,
        'look at what it printed',
      )
    }
    return { kind: 'exit', exit }
  } catch (error) {
    if (error instanceof TransportError) return { kind: 'transport', failure: error.failure }
    channel.close()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    channel.stdin.end()
  }
}

const newToken = () => randomBytes(12).toString('hex')

async function forEach(
  stream: Readable,
  take: (chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  for await (const chunk of stream) await take(chunk as Buffer)
}

/** Opens a channel; a failure is a value. */
async function open(
  transport: Transport,
  command: string,
  signal?: AbortSignal,
): Promise<{ channel: Channel } | { failure: TransportFailure }> {
  try {
    return { channel: await transport.stream(command, signal ? { signal } : {}) }
  } catch (error) {
    if (error instanceof TransportError) return { failure: error.failure }
    if (!signal?.aborted) throw error
    const message = 'given up while it waited for its turn: it did not run'
    return { failure: { kind: 'unreachable', message, mend: 'run it again' } }
  }
}

const notRun = (message: string, mend: string): Outcome => ({
  kind: 'transport',
  failure: { kind: 'refused', message: `not run: ${message}`, mend },
})

/** Of `PID SINCE LABEL` as the guard tells it; the label is another console's text. */
function holderOf(text: string): string {
  const [pid = '', since = '', ...label] = oneLine(text).split(' ')
  const at = new Date(Number(since) * 1000)
  const when = Number.isNaN(at.getTime()) ? '' : `, since ${at.toISOString()}`
  return pid === '0' ? 'a holder without a name' : `${label.join(' ')} (pid ${pid}${when})`
}

function staleLock(text: string): Outcome {
  const holder = holderOf(text)
  const message = `the lock on the host belongs to ${holder}, which is gone; nothing ran`
  return { kind: 'stale-lock', holder, message }
}

export type ProbeStart =
  | {
      kind: 'started'
      /** Its stderr is read already: see `lastWords`. */
      channel: Channel
      node: { version: string; path: string }
      /** The end of what it wrote to stderr. */
      lastWords(): string
    }
  | { kind: 'no-node'; message: string; mend: string }
  | { kind: 'transport'; message: string; mend: string }

const LAST_WORDS = 2_000

/**
 * Pipes `code` (a CommonJS text) into the host's Node (18 or newer) and resolves once that runs.
 * `node` is a path on the host; null looks on the PATH and in the usual places. Never rejects.
 */
export async function startProbe(
  transport: Transport,
  { node, code }: { node: string | null; code: Buffer },
): Promise<ProbeStart> {
  const opened = await openProbe(transport)
  if ('failure' in opened) return { kind: 'transport', ...wordsOf(opened.failure) }
  const { channel } = opened
  const token = newToken()
  channel.stdin.write(`${token} ${code.length}\n${oneLine(node ?? '')}\n`)
  channel.stdin.write(code)

  const prelude = newPrelude(token)
  let words = ''
  const first = new Promise<Said>(resolve => {
    channel.stderr.on('data', (chunk: Buffer) => {
      const { said, rest } = prelude.push(chunk)
      if (said[0]) resolve(said[0])
      words = (words + rest.toString()).slice(-LAST_WORDS)
    })
  })
  try {
    const said = await Promise.race([first, channel.exit])
    if (!('word' in said)) return noNode(node, oneLine(words))
    if (said.word !== 'go') return noNode(node, said.text)
    const [version = '', ...path] = said.text.split(' ')
    return {
      kind: 'started',
      channel,
      node: { version, path: path.join(' ') },
      lastWords: () => words,
    }
  } catch (error) {
    if (error instanceof TransportError) return { kind: 'transport', ...wordsOf(error.failure) }
    throw error
  }
}

const openProbe = async (transport: Transport) => {
  try {
    return { channel: await transport.stream(PROBE_COMMAND, { lasting: true }) }
  } catch (error) {
    if (error instanceof TransportError) return { failure: error.failure }
    throw error
  }
}

const wordsOf = ({ message, mend }: TransportFailure) => ({ message, mend })

function noNode(node: string | null, seen: string): ProbeStart {
  const where =
    node ?? 'its PATH, ~/.nvm, fnm, mise, volta, ~/.local/bin, /usr/local/bin and /opt/*/bin'
  const found = seen === '' ? '' : ` (found ${seen})`
  return {
    kind: 'no-node',
    message: `no Node.js 18 or newer on the host: looked in ${where}${found}`,
    mend: 'install one there, or name it in the profile: node = "/path/to/node"',
  }
}
