/** The first words on a terminal: the text that was sent there says that it reads. */
import { type Terminal, TransportError, type TransportFailure } from './transport.ts'

/** A line of this, which may say more, is not shown. */
export const READY = 'dockmaster-terminal-ready'

const PATIENCE_MS = 15_000

/**
 * Reads until the text over there says that it reads, and resolves with what that line says more.
 * What comes after it stays to be read. Rejects with TransportError.
 */
export async function untilReady({
  output,
  exit,
}: Pick<Terminal, 'output'> & { exit: Promise<unknown> }): Promise<string> {
  let heard = Buffer.alloc(0)
  const waiting = Promise.withResolvers<string>()
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
      return waiting.resolve(heard.toString('utf8', at + READY.length, end).trim())
    }
  }
  const late = setTimeout(
    () => waiting.reject(noTerminal('the shell over there did not begin in time')),
    PATIENCE_MS,
  )
  const ended = exit.then(() => {
    const said = heard
      .toString()
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(-200)
    throw noTerminal(`the shell over there ended before it began: ${said || 'it said nothing'}`)
  })
  output.on('readable', take)
  try {
    return await Promise.race([waiting.promise, ended])
  } finally {
    clearTimeout(late)
    output.off('readable', take)
    ended.catch(() => undefined)
  }
}

/** Nothing was opened. */
export const noTerminal = (message: string): TransportError => {
  const mend = 'look at the host by `dockmaster run`'
  return new TransportError({ kind: 'refused', message, mend } satisfies TransportFailure)
}
