/** Lock files that bots make for pull requests, by their names, and forget on the host. */
import * as z from 'zod'
import { Instant } from './instant.ts'

/** One very file: another one of its name is another. Numbers as text, for they are wider than ours. */
export const FileMark = z.object({
  dev: z.string(),
  ino: z.string(),
  mtimeNs: z.string().regex(/^\d+$/),
  bytes: z.number().int().nonnegative(),
})
export type FileMark = z.infer<typeof FileMark>

export const madeAtOf = ({ mtimeNs }: Pick<FileMark, 'mtimeNs'>): Instant =>
  Number(BigInt(mtimeNs) / 1_000_000n)

export const isSameFile = (one: FileMark, other: FileMark): boolean =>
  one.dev === other.dev &&
  one.ino === other.ino &&
  one.mtimeNs === other.mtimeNs &&
  one.bytes === other.bytes

/** As the host shows it. Its key is its path. */
export const LockFileFact = z.object({
  path: z.string(),
  /** Repository as the file's name has it: its name, or `owner-name`. */
  named: z.string(),
  number: z.number().int().positive(),
  file: FileMark,
  madeAt: Instant,
  /** Whether a process holds it, as the kernel tells; null where that cannot be seen. */
  isHeld: z.boolean().nullable(),
})
export type LockFileFact = z.infer<typeof LockFileFact>

export const PULL_STATES = ['open', 'merged', 'closed', 'unknown'] as const
export type PullState = (typeof PULL_STATES)[number]

/** Beside the pull request that it was made for. Its key is its path. */
export const LockFact = LockFileFact.extend({
  /** `owner/name`; null when no repository of the profile goes by that name. */
  repo: z.string().nullable(),
  pull: z.enum(PULL_STATES),
  /** Why `pull` is unknown; null when it is not. */
  fault: z.string().nullable(),
  /** Why it should no longer be there; null when it rightly is. */
  leftover: z.string().nullable(),
  /** Why it is left alone; null when it is left over. */
  kept: z.string().nullable(),
})
export type LockFact = z.infer<typeof LockFact>

const PULL = '{pull}'
const REPO = '{repo}'

/** How such files are named: a path whose last part holds `{repo}` and `{pull}`, each once. */
export const LockPattern = z
  .string()
  .min(1)
  .refine(text => {
    const name = lastPart(text)
    const has = (part: string) => name.split(part).length === 2
    const rest = name.replace(REPO, '').replace(PULL, '')
    const directory = text.slice(0, text.length - name.length)
    return has(REPO) && has(PULL) && !/[*?[\]{}]/.test(rest) && !/[{}]/.test(directory)
  }, 'name it like /srv/factory/.botfix-{repo}-{pull}.lock: both in its last part, once')

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The glob that finds such files. */
export const globOf = (pattern: string): string => pattern.replace(REPO, '*').replace(PULL, '*')

/** What a path that the glob found is a lock of; null when it is named otherwise after all. */
export function lockOf(pattern: string, path: string): { named: string; number: number } | null {
  const source = literal(lastPart(pattern))
    .replace(literal(REPO), '(?<named>[\\w.-]+)')
    .replace(literal(PULL), '(?<number>[1-9]\\d{0,8})')
  const { named, number } = new RegExp(`^${source}$`).exec(lastPart(path))?.groups ?? {}
  return named === undefined || number === undefined ? null : { named, number: Number(number) }
}

/** The repository that goes by that name among these; null when none does, or more than one. */
export function repoOf(named: string, repos: readonly string[]): string | null {
  const wanted = named.toLowerCase()
  const whole = repos.filter(repo => repo.replace('/', '-').toLowerCase() === wanted)
  const bare = repos.filter(repo => lastPart(repo).toLowerCase() === wanted)
  const found = whole.length > 0 ? whole : bare
  return found.length === 1 ? (found[0] ?? null) : null
}
