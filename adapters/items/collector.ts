/** Items of the dispatch file on the host. Runs in the probe. */
import { basename, dirname } from 'node:path'
import type { FactDraft } from '../../state/facts.ts'
import { itemKey } from '../../state/item.ts'
import { type Collector, failedAt, sawAll } from '../collector.ts'
import { expandHome } from '../glob.ts'
import { readWhole } from '../read-part.ts'
import { watchDirectory } from '../watch-directory.ts'
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
    watch: (poke, signal) => {
      // A file that is replaced as a whole is still watched: by its directory.
      const note = (name: string) => name === basename(path) && poke(path)
      watchDirectory(dirname(path), note, signal)
    },
    async look() {
      const text = await readWhole(path, MOST_BYTES).catch((error: unknown) =>
        failedAt(path, error, 'mend dispatch.file in the profile'),
      )
      if ('state' in text) return text
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
