/** A connection that leaves HTTP, as Docker's hijacked calls do: both sides then speak plain bytes. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const ANSWER = [
  'HTTP/1.1 101 UPGRADED',
  'Content-Type: application/vnd.docker.raw-stream',
  'Connection: Upgrade',
  'Upgrade: tcp',
].join('\r\n')

export const upgrade = (stream: Duplex): void => void stream.write(`${ANSWER}\r\n\r\n`)

export function refuseUpgrade(stream: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ message })
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json`
  stream.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

/** The request's own body comes before: it is read, and what follows stays to be read. */
export function afterBody(
  { headers }: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): Promise<void> {
  let left = Number(headers['content-length'] ?? 0)
  if (head.length > 0) stream.unshift(head)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const take = () => {
    while (left > 0) {
      const chunk = stream.read(Math.min(left, stream.readableLength)) as Buffer | null
      if (chunk === null) return
      left -= chunk.length
    }
    stream.off('readable', take)
    resolve()
  }
  stream.on('readable', take)
  stream.once('close', () => reject(new Error('the connection ended in the middle of its request')))
  take()
  return promise
}
