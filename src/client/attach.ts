/**
 * Joins this terminal to one in a lane's place. Every key goes there but the one that leaves,
 * which is said before. However it ends, this terminal's own modes are what they were.
 */
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { WriteStream } from 'node:tty'
import { clean } from '../../state/clean.ts'
import type { HubClient } from '../rpc/client-api.ts'
import type { TerminalEnded } from '../rpc/terminal-api.ts'

export interface AttachOptions {
  readonly client: HubClient
  /** Its key or its whole name. */
  readonly lane: string
  /** What it is called on the screen. */
  readonly title: string
  readonly stdin: NodeJS.ReadStream
  readonly stdout: WriteStream
  readonly term: string
  /** Who attaches, for the journal. */
  readonly label: string
}

/** How the key that leaves comes: as it always did, and as newer terminals write it when asked to. */
const LEAVES = ['\u001d', '\u001b[93;5u']
export const LEAVE_KEY = 'Ctrl-]'

/**
 * Takes back what a program over there may have left switched on: its screen, mouse, paste and
 * focus reports, keypad and cursor keys, keyboard protocol, scroll region, colours, cursor. The
 * cursor stays in its place, which 1049 and the scroll region would move.
 */
const RESTORE = [
  '\u001b[?1047l',
  ...[9, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 2004].map(mode => `\u001b[?${mode}l`),
  '\u001b[?1l\u001b>\u001b[<u\u001b[>4;0m',
  '\u001b7\u001b[r\u001b8\u001b[0m\u001b(B\u001b[?7h\u001b[?25h\r\n\u001b[J',
].join('')

const sizeOf = ({ columns, rows }: WriteStream) => ({
  columns: Math.max(1, columns || 80),
  rows: Math.max(1, rows || 24),
})

/** Runs until the shell over there ends, or the person leaves. Rejects when the hub goes. */
export async function attach(options: AttachOptions): Promise<TerminalEnded> {
  const { client, lane, title, stdin, stdout, term, label } = options
  const id = randomUUID()
  let isOpen = false

  const unlisten = client.on('output', event => {
    if (event.id !== id) return
    isOpen = true
    if (!stdout.write(Buffer.from(event.data, 'base64'))) client.hold(once(stdout, 'drain'))
  })
  const onResize = () => client.notify('resize', { id, size: sizeOf(stdout) })
  const onKeys = () => {
    for (let keys = read(stdin); keys !== null; keys = read(stdin)) {
      const [leaves = null] = LEAVES.map(key => keys.indexOf(key)).filter(at => at >= 0)
      const typed = leaves === null ? keys : keys.slice(0, leaves)
      if (typed !== '') {
        client.notify('input', { id, data: Buffer.from(typed).toString('base64') })
      }
      if (leaves !== null) client.notify('cancel', { id })
    }
  }
  stdout.write(`${clean(title)}: a shell where it works. exit, or ${LEAVE_KEY}, comes back.\r\n`)
  stdout.on('resize', onResize)
  stdin.setEncoding('utf8')
  stdin.on('readable', onKeys)
  stdin.ref()
  setRaw(stdin)
  try {
    return await client.request('terminal', { id, lane, size: sizeOf(stdout), term, label })
  } finally {
    stdin.setRawMode(false)
    stdin.off('readable', onKeys)
    stdin.unref()
    stdout.off('resize', onResize)
    unlisten()
    if (isOpen) stdout.write(RESTORE)
  }
}

/**
 * Node's raw mode still turns LF into CR LF, which puts what a full-screen program draws in the
 * wrong column. Leaving raw mode brings everything back.
 */
function setRaw(stdin: NodeJS.ReadStream): void {
  stdin.setRawMode(true)
  spawnSync('stty', ['-opost'], { stdio: [stdin, 'ignore', 'ignore'] })
}

const read = (stdin: NodeJS.ReadStream): string | null => stdin.read() as string | null

/** How it ended, as a line to read; null when there is nothing to say. */
export function endedText(ended: TerminalEnded): string | null {
  switch (ended.kind) {
    case 'refused':
      return `no terminal: ${ended.message}; ${ended.mend}`
    case 'lost':
      return `the terminal is lost: ${ended.message}`
    case 'ended': {
      const { code, signal } = ended.exit
      if (ended.isLeft) return 'left: the shell over there was hung up'
      return code === 0 ? null : `the shell over there ended: ${signal ?? `exit ${code}`}`
    }
    default:
      return ended satisfies never
  }
}
