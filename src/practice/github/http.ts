/** Bodies in and faults out: what the server needs of HTTP beside its answers. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'

/** Rejects when there are more than `most` bytes. */
export async function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new Error(`the request is longer than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Says how much is to come, sends a piece of it, and is gone. */
export function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"data":', () => response.destroy())
}

export function failWith(response: ServerResponse, fault: Fault & { kind: 'status' }): void {
  const retry = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
  response.writeHead(fault.status, { 'content-type': 'application/json', ...retry })
  const status = String(fault.status)
  response.end(JSON.stringify({ message: 'Practice fault', documentation_url: '', status }))
}
