/** The texts that may name a model, read bounded: launchers, and what the engines are set to. */
import { join } from 'node:path'
import type { RunCommand } from '../command.ts'
import { codeOf, expandGlob, expandHome, isAbsence } from '../glob.ts'
import { readStart } from '../read-part.ts'
import { type Mention, mentionsIn } from './mentions.ts'

/** The word among `models.launchers` that means the user's own crontab. */
const CRONTAB = 'crontab'
const MOST_FILES = 500
const MOST_BYTES = 256 * 1_024

export interface Places {
  home: string
  launchers: readonly string[]
  codexHomes: readonly string[]
  claudeHomes: readonly string[]
}

export interface ReadText {
  path: string
  /** A launcher may speak of anything; a setting is the engine's own model. */
  sort: 'launcher' | 'setting'
  mentions: readonly Mention[]
}

export interface TextsRead {
  texts: ReadText[]
  /** What could not be read, or was left out. */
  notes: string[]
}

/** Reads what is there; a file that is not there names no model. Never rejects. */
export async function readTexts(
  places: Places,
  run: RunCommand,
  signal: AbortSignal,
): Promise<TextsRead> {
  const read: TextsRead = { texts: [], notes: [] }
  const here = (path: string) => expandHome(path, places.home)
  const launchers = places.launchers.filter(each => each !== CRONTAB).map(here)
  const settings = [
    ...places.codexHomes.map(home => join(here(home), 'config.toml')),
    ...places.claudeHomes.flatMap(home => [
      join(here(home), 'settings.json'),
      join(here(home), 'settings.local.json'),
    ]),
  ]
  for (const pattern of launchers) await readAll(pattern, 'launcher', read, signal)
  for (const path of settings) await readAll(path, 'setting', read, signal)
  if (places.launchers.includes(CRONTAB)) await readCrontab(read, run, signal)
  return read
}

async function readAll(
  pattern: string,
  sort: ReadText['sort'],
  { texts, notes }: TextsRead,
  signal: AbortSignal,
): Promise<void> {
  const { paths, denied } = await expandGlob(pattern, signal)
  for (const path of denied) notes.push(`may not read ${path}`)
  for (const path of paths) {
    if (signal.aborted) return
    if (texts.length >= MOST_FILES) {
      notes.push(`${pattern}: more than ${MOST_FILES} files, the rest is left out`)
      return
    }
    const text = await readBounded(path)
    if (text.fault !== null) notes.push(`${path}: ${text.fault}`)
    if (text.content !== null) texts.push({ path, sort, mentions: mentionsIn(text.content) })
  }
}

async function readBounded(
  path: string,
): Promise<{ content: string | null; fault: string | null }> {
  try {
    const { bytes, isCut } = await readStart(path, MOST_BYTES)
    const fault = isCut ? `only its first ${MOST_BYTES} bytes were read` : null
    return { content: bytes.toString('utf8'), fault }
  } catch (error) {
    const code = codeOf(error)
    const isNone = isAbsence(code) || code === 'EINVAL'
    return { content: null, fault: isNone ? null : `cannot be read (${code})` }
  }
}

async function readCrontab({ texts, notes }: TextsRead, run: RunCommand, signal: AbortSignal) {
  const listed = await run('crontab', ['-l'], { signal, maxBytes: MOST_BYTES })
  if (listed.kind === 'exited' && listed.code === 0) {
    texts.push({ path: CRONTAB, sort: 'launcher', mentions: mentionsIn(listed.stdout) })
  } else if (listed.kind === 'broken') notes.push(`crontab -l: ${listed.message}`)
}
