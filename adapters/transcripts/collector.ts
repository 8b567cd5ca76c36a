/**
 * Every place where session transcripts are kept: present, absent or denied, how much, how new,
 * and how far its capture is behind. Runs in the probe for the host, in the hub for this machine.
 */
import os from 'node:os'
import { join } from 'node:path'
import type { PkmConfig } from '../../state/config.ts'
import type { FactDraft, TranscriptsFact } from '../../state/facts.ts'
import { type Collector, failed, sawAll, sawSome } from '../collector.ts'
import { expandGlob, expandHome, isMagic } from '../glob.ts'
import { type CaptureRoot, captureOf, copyOf } from './capture.ts'
import { type Source, sourcesOf, type Where } from './sources.ts'
import { type FileSeen, openTree, type Tree } from './tree.ts'
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
    const known = places.find(place => place.source === source && place.tree.root === root)
    const capture = captured
      ? { root: join(expandHome(captured, deps.home), source.kind, machine), home: deps.home }
      : null
    return known ?? { source, tree: openTree(root, source.files), capture, copies: new Map() }
  }
  const draft = (fact: TranscriptsFact): FactDraft => {
    const key = `${where}/${fact.kind}/${fact.root}`
    return { kind: 'transcripts', key, at: deps.now(), value: fact }
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
      if (hints) {
        const touched = await refresh(places, hints, signal)
        watching?.keep(directoriesOf(places))
        return sawSome(touched.map(place => draft(factOf(place, where))))
      }
      const found = await Promise.all(
        sources.map(async source => ({ source, roots: await rootsOf(source, signal) })),
      )
      places = found.flatMap(({ source, roots }) => roots.paths.map(root => placeOf(source, root)))
      for (const place of places) await rescan(place, signal)
      watching?.keep(directoriesOf(places))
      const unreadable = found.flatMap(({ source, roots }) =>
        roots.denied.map(root => without('denied', source.kind, root, where)),
      )
      return sawAll([...places.map(place => factOf(place, where)), ...unreadable].map(draft))
    },
  }
}

/** One root of a source, with the copies of its files. */
interface Place {
  source: Source
  tree: Tree
  capture: CaptureRoot | null
  copies: Map<string, FileSeen>
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

async function rescan(place: Place, signal: AbortSignal): Promise<void> {
  await place.tree.scan(signal)
  place.copies.clear()
  await findCopies(place, [...place.tree.files.keys()])
}

/** Reads again what the hints name; returns the places that they lie in. */
async function refresh(
  places: readonly Place[],
  hints: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Place[]> {
  const touched = new Set<Place>()
  for (const hint of hints) {
    for (const place of places) {
      if (!hint.startsWith(`${place.tree.root}/`)) continue
      touched.add(place)
      await place.tree.refresh(hint, signal)
      const below = [...place.tree.files.keys()].filter(path => path.startsWith(hint))
      for (const path of place.copies.keys()) {
        if (!place.tree.files.has(path)) place.copies.delete(path)
      }
      await findCopies(place, below)
    }
  }
  return [...touched]
}

const STATS_AT_ONCE = 32

async function findCopies(place: Place, paths: readonly string[]): Promise<void> {
  const { capture, copies, source } = place
  if (!capture) return
  for (let index = 0; index < paths.length; index += STATS_AT_ONCE) {
    await Promise.all(
      paths.slice(index, index + STATS_AT_ONCE).map(async path => {
        const copy = await copyOf(path, source, capture)
        if (copy) copies.set(path, copy)
        else copies.delete(path)
      }),
    )
  }
}

function directoriesOf(places: readonly Place[]): Map<string, number> {
  return new Map(places.flatMap(({ tree }) => [...tree.directories]))
}

function factOf({ source, tree, capture, copies }: Place, where: Where): TranscriptsFact {
  const { root, state, files } = tree
  if (state !== 'present') return without(state, source.kind, root, where)
  const known = [...files.values()]
  const newest = known.reduce((latest, { mtime }) => Math.max(latest, mtime), 0)
  return {
    kind: source.kind,
    where,
    root,
    state,
    // Beyond what we count, no figure is better than a wrong one.
    files: tree.cut ? null : known.length,
    bytes: tree.cut ? null : known.reduce((sum, { bytes }) => sum + bytes, 0),
    newest: newest || null,
    ...(capture && !tree.cut ? captureOf(files, copies) : { captured: null, lagMs: null }),
  }
}

const without = (
  state: 'absent' | 'denied',
  kind: string,
  root: string,
  where: Where,
): TranscriptsFact => ({
  kind,
  where,
  root,
  state,
  files: null,
  bytes: null,
  newest: null,
  captured: null,
  lagMs: null,
})
