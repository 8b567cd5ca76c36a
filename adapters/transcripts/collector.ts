/**
 * Every place where session transcripts are kept: present, absent or denied, how much, how new,
 * and how far its capture is behind. Runs in the probe for the host, in the hub for this machine.
 */
import os from 'node:os'
import { join } from 'node:path'
import type { PkmConfig } from '../../state/config.ts'
import type { FactDraft, TranscriptsFact } from '../../state/facts.ts'
import { type Collector, failed, type Look, sawAll, sawSome } from '../collector.ts'
import { expandGlob, expandHome, isMagic } from '../glob.ts'
import { openPlace, type Place, without } from './place.ts'
import { type Source, sourcesOf, type Where } from './sources.ts'
import { type DirectoryWatch, watchDirectories } from './watch-directories.ts'

const PERIOD_MS = 60_000
/** Lanes write all the time, and how much is captured is a matter of minutes. */
const SETTLE_MS = 2_000

export interface TranscriptsDeps {
  now(): number
  home: string
  /** The name under which this machine's transcripts are captured; its host name by default. */
  machine?: string
  settleMs?: number
}

/** Facts of kind `transcripts` under `<where>/<kind>/<root>`. */
export function transcriptsCollector(
  config: PkmConfig,
  where: Where,
  deps: TranscriptsDeps,
): Collector {
  const sources = sourcesOf(config, where, deps.home)
  const machine = deps.machine ?? os.hostname()
  // What this machine's sources come to under the captured root is for the host to see.
  const captured = where === 'host' && config.captured
  let places: Place[] = []
  let watching: DirectoryWatch | null = null

  const placeOf = (source: Source, root: string): Place => {
    const known = places.find(place => place.source === source && place.root === root)
    const capture = captured
      ? { root: join(expandHome(captured, deps.home), source.kind, machine), home: deps.home }
      : null
    return known ?? openPlace(source, root, capture)
  }
  const draftOf = (fact: TranscriptsFact): FactDraft => {
    const key = `${where}/${fact.kind}/${fact.root}`
    return { kind: 'transcripts', key, at: deps.now(), value: fact }
  }
  const watchAll = () =>
    watching?.keep(new Map(places.flatMap(({ directories }) => [...directories])))

  const lookAt = async (hints: ReadonlySet<string>, signal: AbortSignal): Promise<Look> => {
    const touched = new Set<Place>()
    for (const hint of hints) {
      for (const place of places) if (await place.refresh(hint, signal)) touched.add(place)
    }
    watchAll()
    return sawSome([...touched].map(place => draftOf(place.fact(where))))
  }

  const lookAtAll = async (signal: AbortSignal): Promise<Look> => {
    const found = await Promise.all(
      sources.map(async source => ({ source, ...(await rootsOf(source, signal)) })),
    )
    places = found.flatMap(({ source, paths }) => paths.map(root => placeOf(source, root)))
    for (const place of places) await place.rescan(signal)
    watchAll()
    const unreadable = found.flatMap(({ source, denied }) =>
      denied.map(root => without('denied', source.kind, root, where)),
    )
    return sawAll([...places.map(place => place.fact(where)), ...unreadable].map(draftOf))
  }

  return {
    name: where === 'host' ? 'transcripts' : 'transcripts-here',
    periodMs: PERIOD_MS,
    watch(poke, signal) {
      watching = watchDirectories(poke, deps.settleMs ?? SETTLE_MS, signal)
    },
    async look(hints, signal) {
      if (where === 'here' && !config.here) {
        const mend = 'set here = true under pkm'
        return failed('absent', "this machine's own transcripts are switched off", mend)
      }
      return hints ? await lookAt(hints, signal) : await lookAtAll(signal)
    },
  }
}

/** The roots that a source's glob finds; one that finds nothing stands for itself, and is absent. */
async function rootsOf(
  source: Source,
  signal: AbortSignal,
): Promise<{ paths: string[]; denied: string[] }> {
  if (!source.root.split('/').some(isMagic)) return { paths: [source.root], denied: [] }
  const { paths, denied } = await expandGlob(source.root, signal)
  return paths.length + denied.length > 0 ? { paths, denied } : { paths: [source.root], denied }
}
