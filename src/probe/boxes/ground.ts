/** Looks at what a box would stand on: who runs it, what is mounted, which tokens are there. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { asCount, asInstant, asObject, parseObject } from '../../../adapters/foreign.ts'
import { expandHome } from '../../../adapters/glob.ts'
import { readWhole } from '../../../adapters/read-part.ts'
import { FIXED, SHARED } from '../../policy/box-git.ts'
import type { BoxGround } from '../../rpc/box-api.ts'
import type { ProbeParams } from '../../rpc/probe-api.ts'
import { git } from '../git.ts'

const MOST_BYTES = 2 ** 20

export async function ground(asked: ProbeParams<'box.ground'>): Promise<BoxGround> {
  const home = homedir()
  const here = (path: string) => expandHome(path, home)
  const { uid, gid } = userInfo()
  return {
    uid,
    gid,
    home,
    git: asked.repo === null ? null : await repositoryOf(here(asked.repo)),
    paths: await Promise.all(asked.paths.map(path => lookAt(here(path)))),
    tokens: await Promise.all(asked.tokens.map(path => tokenAt(here(path)))),
    hashes: Object.fromEntries(
      await Promise.all(asked.hashes.map(async path => [path, await hashAt(here(path))] as const)),
    ),
  }
}

async function repositoryOf(worktree: string): Promise<BoxGround['git']> {
  const said = await git(worktree, 'rev-parse', '--git-common-dir', '--absolute-git-dir')
  const [common, own] = said.out?.split('\n') ?? []
  if (common === undefined || own === undefined) return null
  const shared = resolve(worktree, common)
  const extension = await git(worktree, 'config', '--type=bool', 'extensions.worktreeConfig')
  return {
    common: shared,
    commonHas: thereIn(shared, SHARED),
    own,
    ownHas: thereIn(own, FIXED),
    hasWorktreeConfig: extension.out === 'true',
  }
}

const thereIn = (directory: string, names: readonly string[]): string[] =>
  names.filter(name => existsSync(join(directory, name)))

async function lookAt(path: string): Promise<BoxGround['paths'][number]> {
  const found = await stat(path).catch(() => null)
  const real = await realpath(path).catch(() => path)
  if (found === null) return { path, real, is: 'absent' }
  const is = found.isDirectory()
    ? 'directory'
    : found.isFile()
      ? 'file'
      : found.isSocket()
        ? 'socket'
        : 'other'
  return { path, real, is }
}

/** Whether it is there, and until when it holds, where its JSON tells. Nothing else of it leaves. */
async function tokenAt(path: string): Promise<BoxGround['tokens'][number]> {
  const bytes = await readWhole(path, MOST_BYTES).catch(() => null)
  if (bytes === null || bytes.length === 0) return { isThere: false, expiresAt: null }
  const all = parseObject(bytes.toString('utf8'))
  const tokens = asObject(all?.['tokens'])
  const names = ['expires_at', 'expiresAt', 'expires', 'expiry']
  const told = names.map(name => all?.[name] ?? tokens?.[name]).find(value => value !== undefined)
  return { isThere: true, expiresAt: instantOf(told) }
}

/** ISO 8601, seconds or milliseconds since 1970. */
function instantOf(told: unknown): number | null {
  const count = asCount(told)
  if (count === null) return asInstant(told)
  return count < 1e11 ? count * 1_000 : count
}

async function hashAt(path: string): Promise<string | null> {
  const bytes = await readWhole(path, MOST_BYTES).catch(() => null)
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex')
}
