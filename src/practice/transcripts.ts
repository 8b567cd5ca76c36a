/**
 * Session files of older work, and what was captured of them. Sources: codex sessions and archive,
 * claude projects, paperclip companies, hermes profiles. One is absent, one may not be read.
 */
import { chmod, copyFile, mkdir, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { rolloutPath, threadIdOf, uuidOf } from './lanes/session-file.ts'
import type { Layout } from './layout.ts'
import { TOPICS, VERBS } from './names.ts'
import type { Random } from './random.ts'

interface Source {
  kind: string
  /** From the host's home. */
  root: string
  files: number
  /** The newest that many are not captured yet. */
  lagging: number
  /** Age of the newest, in hours. What an engine wrote lately would pass for a lane's. */
  youngest: number
  path: (root: string, random: Random, at: number) => string
}

const rollout = (root: string, random: Random, at: number) =>
  rolloutPath(root, threadIdOf(random, at), at)
const flat = (root: string, random: Random, at: number) =>
  join(root, basename(rollout(root, random, at)))
const plain = (root: string, random: Random) => join(root, `${uuidOf(random)}.jsonl`)

const COMPANY = '.paperclip/instances/default/companies'

const SOURCES: readonly Source[] = [
  {
    kind: 'codex',
    root: '.codex/sessions',
    files: 3,
    lagging: 0,
    youngest: 120,
    path: rollout,
  },
  {
    kind: 'codex-archive',
    root: '.codex/archived_sessions',
    files: 18,
    lagging: 0,
    youngest: 50,
    path: flat,
  },
  {
    kind: 'claude',
    root: '.claude/projects',
    files: 2,
    lagging: 0,
    youngest: 120,
    path: (root, random) => plain(join(root, '-home-factory-work-quay'), random),
  },
  {
    kind: 'paperclip',
    root: `${COMPANY}/harbor-works/codex-home/sessions`,
    files: 9,
    lagging: 2,
    youngest: 1,
    path: rollout,
  },
  {
    kind: 'paperclip',
    root: `${COMPANY}/harbor-works/agents/scribe/codex-home/sessions`,
    files: 4,
    lagging: 0,
    youngest: 6,
    path: rollout,
  },
  {
    kind: 'hermes',
    root: '.hermes/profiles/pilot/sessions',
    files: 5,
    lagging: 5,
    youngest: 3,
    path: plain,
  },
]

/** Exists, and nobody but root may look inside. */
const DENIED = `${COMPANY}/closed-yard/codex-home/sessions`

const HOUR = 3_600_000

/** Codex's and the others' homes stand; `~/.hermes/sessions` is left out, as on a host without. */
export async function layTranscripts(layout: Layout, random: Random, now: number): Promise<void> {
  for (const source of SOURCES) {
    const own = random.fork(source.root)
    const root = join(layout.home, source.root)
    const ages = Array.from(
      { length: source.files },
      (_, index) => (source.youngest + index * 5) * HOUR,
    )
    await Promise.all(
      ages.map(async (age, index) => {
        const at = now - age
        const path = source.path(root, own, at)
        const text = sessionText(own, at)
        await put(path, text, at)
        if (index >= source.lagging) await capture(layout, source.kind, path)
      }),
    )
  }
  // Root reads whatever it likes: then nothing here could be denied.
  if (process.getuid?.() === 0) return
  const denied = join(layout.home, DENIED)
  await put(join(denied, 'kept.jsonl'), '{}\n', now - 50 * HOUR)
  await chmod(denied, 0o000)
}

/** What makes a directory removable again that `layTranscripts` closed. */
export const openDenied = (layout: Layout): Promise<void> =>
  chmod(join(layout.home, DENIED), 0o700).catch(() => undefined)

/** Copies a session file to where captured ones are kept, under its path from home. */
export async function capture(layout: Layout, kind: string, path: string): Promise<void> {
  const copy = join(layout.captured, kind, hostname(), relative(layout.home, path))
  const { atime, mtime } = await stat(path)
  await mkdir(dirname(copy), { recursive: true })
  await copyFile(path, copy)
  await utimes(copy, atime, mtime)
}

async function put(path: string, text: string, at: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await utimes(path, at / 1000, at / 1000)
}

/** A short finished session: enough to be counted, weighed and told from an empty file. */
function sessionText(random: Random, at: number): string {
  const row = (ordinal: number, type: string, payload: object) =>
    `${JSON.stringify({ timestamp: new Date(at).toISOString(), ordinal, type, payload })}\n`
  const cwd = `/home/factory/lanes/${random.pick(VERBS)}-${random.pick(TOPICS)}`
  const meta = { id: threadIdOf(random, at), cwd, originator: 'codex_exec', cli_version: '0.169.0' }
  const last_agent_message = `Finished after ${random.int(3, 90)} commands.`
  return (
    row(0, 'session_meta', meta) +
    row(1, 'event_msg', { type: 'task_complete', last_agent_message })
  )
}
