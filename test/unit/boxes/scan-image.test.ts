/** The search of an image's layers, against an engine that hands archives out. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, it, onTestFinished } from 'vitest'
import { scanImage } from '../../../src/probe/boxes/scan-image.ts'
import { scratch } from '../../setup/scratch.ts'

async function archive(files: Record<string, string | Buffer>): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function scan(saved: Buffer, change: Partial<Parameters<typeof scanImage>[0]> = {}) {
  const socket = join(scratch(), 's')
  const server = createServer((_request, response) => void response.end(saved))
  await new Promise<void>(resolve => {
    server.listen(socket, resolve)
  })
  onTestFinished(() => void server.close())
  const image = `sha256:${'0a'.repeat(32)}`
  return await scanImage({ socket, image, ignore: [], hashes: [], maxBytes: 1e7, ...change })
}

const TOKEN = `ghp_${'a1B2'.repeat(9)}`
const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${'QUJD'.repeat(20)}\n-----END RSA PRIVATE KEY-----\n`

it('[G03] finds keys and tokens in layers of both layouts, plain and packed', async () => {
  const one = await archive({
    'a/.env': 'DEPLOY_TOKEN=x1y2z3x1y2z3\n',
    'a/app.js': 'password = ask()',
  })
  const two = await archive({
    './srv/id': KEY,
    'srv/reads-keys.c': '"-----BEGIN RSA PRIVATE KEY-----"',
  })
  const three = await archive({ 'srv/run.sh': `curl -u ${TOKEN}` })
  const saved = await archive({
    'manifest.json': '[]',
    'f00d/layer.tar': one,
    'blobs/sha256/aa': two,
    'blobs/sha256/bb': gzipSync(three),
    'blobs/sha256/cc': JSON.stringify({ config: TOKEN }),
  })
  const found = await scan(saved)
  expect(found).toMatchObject({ isWhole: true, bytes: saved.length })
  expect(found.secrets).toEqual(['/a/.env', '/srv/id', '/srv/run.sh'])
  expect((await scan(saved, { ignore: ['/srv'] })).secrets).toEqual(['/a/.env'])
})

it('[G10] hashes what the last layer holds of the files that are asked for', async () => {
  const layers = await Promise.all(['old', 'new'].map(text => archive({ 'home/AGENTS.md': text })))
  const saved = await archive({ 'a/layer.tar': layers[0] ?? '', 'b/layer.tar': layers[1] ?? '' })
  const { hashes } = await scan(saved, { hashes: ['/home/AGENTS.md', '/home/none'] })
  expect(hashes).toEqual({
    '/home/AGENTS.md': '11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437',
  })
})

it('[G03] stops at its bound and says so', async () => {
  const layer = await archive({ big: Buffer.alloc(300_000, 'x') })
  const saved = await archive({ 'a/layer.tar': layer, 'b/layer.tar': layer })
  const found = await scan(saved, { maxBytes: 100_000 })
  expect(found.isWhole).toBe(false)
})

it('[G03] says when the archive ends in its middle', async () => {
  const saved = await archive({ 'a/layer.tar': await archive({ f: Buffer.alloc(50_000, 'x') }) })
  await expect(scan(saved.subarray(0, 20_000))).rejects.toThrow()
})
