import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Handlers, openPeer, RpcFault } from '../../../src/rpc/peer.ts'
import { serve } from '../../../src/rpc/serve.ts'

/** Two peers that talk over two pipes. */
function pair(left: Handlers, right: Handlers) {
  const [there, back] = [new PassThrough(), new PassThrough()]
  const destroy = () => {
    there.destroy()
    back.destroy()
  }
  return {
    a: openPeer({ input: back, output: there, destroy }, left),
    b: openPeer({ input: there, output: back, destroy }, right),
    raw: there,
  }
}

const echo = { text: { params: z.object({ say: z.string() }), result: z.object({}) } }

describe('a conversation', () => {
  it('answers both ways at once', async () => {
    const { a, b } = pair({ who: () => 'a' }, { who: () => 'b' })
    expect(await Promise.all([a.request('who', {}), b.request('who', {})])).toEqual(['b', 'a'])
  })

  it('gives errors back as errors, without a stack', async () => {
    const { a } = pair({}, { fail: () => Promise.reject(new RpcFault('no', { code: 7 })) })
    await expect(a.request('fail', {})).rejects.toMatchObject({ message: 'no', data: { code: 7 } })
    await expect(a.request('nothing', {})).rejects.toBeInstanceOf(RpcFault)
  })

  it('refuses parameters of another shape', async () => {
    const { a } = pair({}, serve(echo, { text: async () => ({}) }))
    await expect(a.request('text', { say: 3 })).rejects.toThrow(/text: .*string/)
    await expect(a.request('text', { say: 'x' })).resolves.toEqual({})
  })

  it('ends what is asked when the other side goes', async () => {
    const { a, b } = pair({}, { never: () => new Promise(() => {}) })
    const asked = a.request('never', {})
    b.close()
    await expect(asked).rejects.toBeInstanceOf(RpcFault)
    await a.closed
  })

  it('gives up on a side that does not speak JSON', async () => {
    const { b, raw } = pair({}, {})
    raw.write('\u0000\u0001 not json\n')
    await b.closed
  })

  it('[O08] holds no line without end', async () => {
    const { b, raw } = pair({}, {})
    raw.on('error', () => {})
    const piece = Buffer.alloc(1024 * 1024, 'x')
    for (let i = 0; i < 40 && raw.writable; i++) {
      if (!raw.write(piece)) await Promise.race([new Promise(r => raw.once('drain', r)), b.closed])
    }
    await b.closed
  })
})
