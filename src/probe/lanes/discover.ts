/**
 * Finds the files of lanes: logs by glob, session files in the homes of the engines. Histories
 * may be huge, so old files are left out, and it is said how many.
 */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf, expandGlob, expandHome, globBase, isAbsence } from '../../../adapters/glob.ts'
import type { LanesConfig } from '../../../state/config.ts'
import type { Instant } from '../../../state/facts.ts'
import { startOfThread, threadInName } from './thread-id.ts'

export interface Found {
  files: ReadonlySet<string>
  /** Directories in which new files may appear. */
  directories: ReadonlySet<string>
  /** Whether any configured place exists. */
  anywhere: boolean
  notes: string[]
}

const FILES_LIMIT = 1_000
const SESSION_DAYS = 7
const DAY_MS = 86_400_000

interface Search {
  now: Instant
  since: Instant
  /** Threads whose session file is wanted however old it is. */
  threads: ReadonlySet<string>
  directories: Set<string>
  denied: string[]
  notes: string[]
  anywhere: boolean
}

export async function discover(
  config: LanesConfig,
  home: string,
  now: Instant,
  threads: ReadonlySet<string>,
): Promise<Found> {
  const since = now - SESSION_DAYS * DAY_MS
  const search: Search = {
    now,
    since,
    threads,
    directories: new Set(),
    denied: [],
    notes: [],
    anywhere: false,
  }
  const here = (path: string) => expandHome(path, home)
  const logs: string[] = []
  for (const pattern of config.logs) logs.push(...(await logsOf(here(pattern), search)))
  const sessions: string[] = []
  for (const path of config.codexHomes) sessions.push(...(await rolloutsOf(here(path), search)))
  for (const path of config.claudeHomes) sessions.push(...(await transcriptsOf(here(path), search)))

  const files = new Set([
    ...(await newest(logs, 0, 'logs', search)),
    ...(await newest(sessions, since, 'session files', search)),
  ])
  if (search.denied.length > 0) {
    const more = search.denied.length - 1
    search.notes.push(`may not read ${search.denied[0]}${more ? ` and ${more} more` : ''}`)
  }
  const { directories, anywhere, notes } = search
  return { files, directories, anywhere, notes }
}

async function logsOf(pattern: string, search: Search): Promise<string[]> {
  const { paths, denied, cut } = await expandGlob(pattern)
  search.denied.push(...denied)
  if (cut) search.notes.push(`${pattern} matches too many files: some are left out`)
  const base = globBase(pattern)
  // What is not there yet may be made: its parent is watched in its place, and only then, because
  // the parent may be a busy directory.
  search.directories.add((await isThere(base)) ? base : dirname(base))
  search.anywhere ||= paths.length > 0 || search.directories.has(base)
  for (const path of paths) search.directories.add(dirname(path))
  // Directories that match and hold no log yet: the next one may appear there.
  let parent = dirname(pattern)
  while (parent.length > base.length && !parent.includes('**')) {
    for (const path of (await expandGlob(parent)).paths) search.directories.add(path)
    parent = dirname(parent)
  }
  return paths
}

/** `sessions/YYYY/MM/DD/rollout-…-<thread id>.jsonl`, the newest days first. */
async function rolloutsOf(home: string, search: Search): Promise<string[]> {
  const sessions = join(home, 'sessions')
  const days = await daysUnder(sessions, search)
  const wantedDays = new Set([...search.threads].flatMap(daysOfThread))
  const recent = dayOf(search.since - DAY_MS)
  const found: string[] = []
  for (const day of days) {
    const name = day.slice(sessions.length + 1)
    if (name < recent && !wantedDays.has(name)) continue
    if (name >= recent) search.directories.add(day)
    found.push(...(await filesIn(day, /^rollout-.+\.jsonl$/, search)))
  }
  // A thread that was archived is there only; an active copy goes before the archived one.
  const active = new Set(found.map(threadInName))
  const archived = await filesIn(join(home, 'archived_sessions'), /^rollout-.+\.jsonl$/, search)
  const wanted = archived.filter(path => isWanted(path, search) && !active.has(threadInName(path)))
  return [...found, ...wanted]
}

const isWanted = (path: string, { threads }: Search): boolean =>
  threads.has(threadInName(path) ?? '')

async function daysUnder(sessions: string, search: Search): Promise<string[]> {
  await lookIn(sessions, search)
  let level = [sessions]
  for (let depth = 0; depth < 3; depth += 1) {
    const next: string[] = []
    for (const path of level) {
      const names = (await entriesOf(path, search)).filter(entry => entry.isDirectory())
      next.push(...names.map(entry => join(path, entry.name)))
    }
    level = next.sort()
    // Only the newest year and month can get a new day.
    const last = level.at(-1)
    if (last && depth < 2) search.directories.add(last)
  }
  return level
}

const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')

/** Folders are named by the local day of the host: one of three. */
function daysOfThread(id: string): string[] {
  const at = startOfThread(id)
  return at === null ? [] : [dayOf(at - DAY_MS), dayOf(at), dayOf(at + DAY_MS)]
}

/** `projects/<directory>/<session id>.jsonl`; `agent-…` files belong to the session beside them. */
async function transcriptsOf(home: string, search: Search): Promise<string[]> {
  const projects = join(home, 'projects')
  await lookIn(projects, search)
  const found: string[] = []
  for (const entry of await entriesOf(projects, search)) {
    if (!entry.isDirectory()) continue
    const directory = join(projects, entry.name)
    search.directories.add(directory)
    found.push(...(await filesIn(directory, /^(?!agent-).+\.jsonl$/, search)))
  }
  return found
}

async function lookIn(path: string, search: Search): Promise<void> {
  const exists = await isThere(path)
  search.anywhere ||= exists
  search.directories.add(exists ? path : dirname(path))
}

async function filesIn(directory: string, name: RegExp, search: Search): Promise<string[]> {
  const entries = await entriesOf(directory, search)
  return entries.filter(entry => name.test(entry.name)).map(entry => join(directory, entry.name))
}

async function entriesOf(directory: string, search: Search): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (!isAbsence(codeOf(error))) search.denied.push(directory)
    return []
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    seen => seen.isDirectory(),
    () => false,
  )
}

/** The newest files; those before `since` only when their thread is wanted. */
async function newest(paths: string[], since: Instant, what: string, search: Search) {
  const dated: { path: string; at: number }[] = []
  const strange: string[] = []
  for (const path of new Set(paths)) {
    const seen = await stat(path).catch(codeOf)
    if (typeof seen === 'string') {
      if (!isAbsence(seen)) strange.push(`${path} (${seen})`)
    } else if (!seen.isFile()) {
      if (!seen.isDirectory()) strange.push(`${path} (no regular file)`)
    } else if (seen.mtimeMs >= since || isWanted(path, search)) {
      dated.push({ path, at: seen.mtimeMs })
    }
  }
  const [first, ...others] = strange
  if (first)
    search.notes.push(`left out: ${first}${others.length ? ` and ${others.length} more` : ''}`)
  const kept = dated.sort((a, b) => b.at - a.at).slice(0, FILES_LIMIT)
  const left = dated.length - kept.length
  if (left > 0) search.notes.push(`${left} older ${what} are left out`)
  return kept.map(({ path }) => path)
}
