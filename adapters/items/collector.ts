/** Items of the dispatch file on the host. Runs in the probe. */
import { watch } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { FactDraft } from '../../state/facts.ts'
import { itemKey } from '../../state/item.ts'
import { type Collector, failed, sawAll } from '../collector.ts'
import { codeOf, expandHome, isAbsence } from '../glob.ts'
import { type ItemLines, parseItems } from './lines.ts'

const PERIOD_MS = 15_000
/** A longer file is refused rather than cut: what is beyond could be first. */
const MOST_BYTES = 4 * 2 ** 20
/** Bad lines that are told with their reasons; the others are counted. */
const TOLD = 3

export interface ItemsDeps {
  now(): number
  home: string
}

/** Facts of kind `item`, under `goal/id`. `file` may begin with `~/`. */
export function itemsCollector(file: string, { now, home }: ItemsDeps): Collector {
  const path = expandHome(file, home)
  return {
    name: 'items',
    periodMs: PERIOD_MS,
    watch: (poke, signal) => watchFile(path, poke, signal),
    async look() {
      const text = await readWhole(path).catch(codeOf)
      if (typeof text === 'string') {
        const state = isAbsence(text) ? 'absent' : text === 'EACCES' ? 'denied' : 'error'
        return failed(
          state,
          `${path} cannot be read (${text})`,
          'mend dispatch.file in the profile',
        )
      }
      const lines = parseItems(text.toString('utf8'))
      const at = now()
      const drafts = lines.items.map(
        (value): FactDraft => ({ kind: 'item', key: itemKey(value), at, value }),
      )
      return { ...sawAll(drafts), message: told(path, lines) }
    },
  }
}

/** Null when every line was read. */
function told(path: string, { bad }: ItemLines): string | null {
  if (bad.length === 0) return null
  const reasons = bad.slice(0, TOLD).map(({ line, why }) => `${path}:${line}: ${why}`)
  const more = bad.length > TOLD ? [`${bad.length - TOLD} more`] : []
  const many = bad.length === 1 ? '1 line was' : `${bad.length} lines were`
  return `${many} left out: ${[...reasons, ...more].join('; ')}`
}

/** Rejects with a file system error: EFBIG when it is too large, EINVAL when it is no file. */
async function readWhole(path: string): Promise<Buffer> {
  // Asked before it is opened: opening a pipe would wait for its writer.
  const { size } = await stat(path).then(found =>
    found.isFile() ? found : fault('EINVAL', `${path} is no file`),
  )
  if (size > MOST_BYTES) return fault('EFBIG', `${path} is larger than ${MOST_BYTES} bytes`)
  const file = await open(path)
  try {
    // What is written meanwhile is read by the next look.
    const buffer = Buffer.alloc(size)
    const { bytesRead } = await file.read(buffer, 0, size, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function fault(code: string, message: string): never {
  throw Object.assign(new Error(message), { code })
}

/** A file that is replaced as a whole is still watched: by its directory. */
function watchFile(path: string, poke: (hint: string) => void, signal: AbortSignal): void {
  try {
    const watcher = watch(dirname(path), { signal }, (_event, name) => {
      if (name === basename(path)) poke(path)
    })
    watcher.on('error', () => watcher.close())
  } catch {
    // No such directory yet, or no watches left: the period alone finds what is new.
  }
}
