/**
 * Reads the layers of an image (`docker save`, API 1.41 and OCI layout: an archive of archives) in
 * one pass on the host, in search of secrets. Only small files are held, one at a time.
 */
import { createHash } from 'node:crypto'
import { type ClientRequest, get } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { holdsSecret, holdsToken } from '../../../state/redact.ts'
import type { ImageScan } from '../../rpc/box-api.ts'
import type { ProbeParams } from '../../rpc/probe-api.ts'

/** Larger ones are programs and archives: keys and settings are small. */
const SMALL = 262_144
const MOST_TOLD = 10
/** These exist to hold settings or keys: every rule judges them. All others: known forms alone. */
const SETTINGS =
  /\/(?:\.env[^/]*|\.netrc|\.npmrc|\.pypirc|\.git-credentials|auth\.json|credentials[^/]*|hosts\.yml)$/

type Asked = ProbeParams<'box.scan'>

/** Rejects when the engine does not hand the image out. */
export async function scanImage(asked: Asked): Promise<ImageScan> {
  const found: ImageScan = { bytes: 0, isWhole: false, secrets: [], hashes: {} }
  const image = await save(asked)
  image.on('data', (chunk: Buffer) => {
    found.bytes += chunk.length
    if (found.bytes > asked.maxBytes) image.destroy()
  })
  try {
    for await (const entry of unpack(image)) {
      const { first, whole } = await peek(entry)
      if (isArchive(entry.header.name, first)) await readLayer(whole, first, asked, found)
      else whole.resume()
    }
    found.isWhole = true
  } catch (error) {
    if (found.bytes <= asked.maxBytes) throw error
  }
  return found
}

async function readLayer(
  layer: Readable,
  first: Buffer,
  asked: Asked,
  found: ImageScan,
): Promise<void> {
  const plain = isGzip(first) ? layer.pipe(createGunzip()) : layer
  for await (const file of unpack(plain)) {
    const { name, type, size } = file.header
    if (type !== 'file' || size > SMALL || size === 0) {
      file.resume()
      continue
    }
    const chunks: Buffer[] = []
    for await (const chunk of file) chunks.push(chunk as Buffer)
    judge(`/${name.replace(/^\.?\//, '')}`, Buffer.concat(chunks), asked, found)
  }
}

function judge(path: string, bytes: Buffer, { ignore, hashes }: Asked, found: ImageScan): void {
  if (hashes.includes(path)) {
    found.hashes[path] = createHash('sha256').update(bytes).digest('hex')
  }
  if (found.secrets.length >= MOST_TOLD || bytes.includes(0)) return
  if (ignore.some(directory => path.startsWith(`${directory.replace(/\/$/, '')}/`))) return
  const text = bytes.toString('latin1')
  const isSecret = SETTINGS.test(path) ? holdsSecret(text) : holdsToken(text)
  if (isSecret) found.secrets.push(path)
}

/** Entries of an archive; each must be read or resumed. */
function unpack(archive: Readable) {
  const entries = extract()
  archive.on('error', error => entries.destroy(error))
  archive.on('close', () => {
    if (!archive.readableEnded) entries.destroy(new Error('the image ended in its middle'))
  })
  archive.pipe(entries)
  return entries
}

/** The first bytes, and a stream that has them still. */
async function peek(entry: AsyncIterable<unknown>): Promise<{ first: Buffer; whole: Readable }> {
  const chunks = entry[Symbol.asyncIterator]()
  const { value, done } = await chunks.next()
  const first = done === true ? Buffer.alloc(0) : (value as Buffer)
  const all = async function* () {
    if (first.length > 0) yield first
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return
      yield next.value
    }
  }
  return { first, whole: Readable.from(all()) }
}

const isGzip = (first: Buffer): boolean => first[0] === 0x1f && first[1] === 0x8b

/** A layer: the rest of what an image consists of is JSON. */
const isArchive = (name: string, first: Buffer): boolean =>
  name.endsWith('/layer.tar') ||
  (name.startsWith('blobs/') && first.length > 0 && first.toString('latin1', 0, 1) !== '{')

function save({ socket, image }: Asked): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest = get({ socketPath: socket, path: `/images/${image}/get` })
    request.once('error', reject)
    request.once('response', answer => {
      if (answer.statusCode === 200) return resolve(answer)
      answer.destroy()
      reject(new Error(`the engine does not hand out ${image}: ${answer.statusCode}`))
    })
  })
}
