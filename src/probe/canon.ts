/** Hashes the canon's specifications where they lie. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { expandHome } from '../../adapters/glob.ts'
import type { SpecHash } from '../../state/canon.ts'
import type { PROBE_CANON_METHODS } from '../rpc/canon-api.ts'
import type { Implementation } from '../rpc/serve.ts'

/** A longer file is no specification that anybody reads. */
const LONGEST = 64 * 2 ** 20

export const canon: Implementation<typeof PROBE_CANON_METHODS> = {
  'canon.hashes': async ({ paths }) => {
    const files: SpecHash[] = []
    for (const path of paths) files.push(await hashOf(path))
    return { files }
  },
}

async function hashOf(path: string): Promise<SpecHash> {
  const file = expandHome(path, homedir())
  try {
    const seen = await stat(file)
    if (!seen.isFile()) throw new Error('it is no file')
    if (seen.size > LONGEST) throw new Error(`it is longer than ${LONGEST} bytes`)
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    return { path, sha256: hash.digest('hex'), fault: null }
  } catch (error) {
    return { path, sha256: null, fault: (error as Error).message }
  }
}
