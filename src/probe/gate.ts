/**
 * Commits that a gate command is to test: brought by bundles into a bare repository of our own
 * beside the lanes' logs, and checked out from there. Nothing there knows a remote or a token.
 */
import { existsSync } from 'node:fs'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { bundleRef } from '../../adapters/git/bundle.ts'
import { gitIn } from '../../adapters/git/git.ts'
import { makeBare } from '../../adapters/git/make-bare.ts'
import { expandHome } from '../../adapters/glob.ts'
import type { PROBE_GATE_METHODS } from '../rpc/gate-api.ts'
import type { Implementation } from '../rpc/serve.ts'
import { git } from './git.ts'

export const gate: Implementation<typeof PROBE_GATE_METHODS> = {
  'gate.look': async place => {
    const { bare } = placeOf(place)
    await makeBare(bare, process.env)
    const has = await git(bare, 'cat-file', '-e', `${place.commit}^{commit}`)
    const tips = await tested(bare, '%(objectname)')
    return { isThere: has.out !== null, tips: tips.slice(0, MOST_KEPT) }
  },
  'gate.take': async ({ commit, at, base64, ...place }) => {
    const file = await open(bundleOf(placeOf(place).bare, commit), at === 0 ? 'w' : 'r+', 0o600)
    try {
      await file.write(Buffer.from(base64, 'base64'), 0, null, at)
    } finally {
      await file.close()
    }
    return {}
  },
  'gate.checkout': async ({ commit, key, ...place }) => {
    const { bare, dir } = placeOf(place)
    const bundle = bundleOf(bare, commit)
    if (existsSync(bundle)) {
      const ref = bundleRef(commit)
      const taken = await git(bare, 'fetch', '-q', '--no-tags', bundle, `+${ref}:${KEPT}/${commit}`)
      await rm(bundle, { force: true })
      if (taken.out === null) return failed(`the bundle of ${commit}`, taken.fault)
    }
    const gone = await drop({ bare, dir, key })
    if (gone !== null) return failed(`what an earlier test left of ${key}`, gone)
    const tree = join(dir, key)
    const noHooks = ['-c', 'core.hooksPath=/dev/null']
    const made = await git(bare, ...noHooks, 'worktree', 'add', '-q', '--detach', tree, commit)
    if (made.out === null) return failed(`checking out ${commit}`, made.fault)
    const old = (await tested(bare, 'delete %(refname)')).slice(MOST_KEPT)
    const input = old.map(line => `${line}\n`).join('')
    await gitIn(bare, process.env).run(['update-ref', '--stdin'], { input })
    const log = join(dir, `${key}.log`)
    await writeFile(log, '', { mode: 0o600 })
    return { kind: 'there', tree, log }
  },
  'gate.drop': async ({ key, ...place }) => ({ fault: await drop({ ...placeOf(place), key }) }),
}

/** Commits that were tested here: the next bundle need not bring what they hold. */
const KEPT = 'refs/gate'
const MOST_KEPT = 50

/** The newest first. */
async function tested(bare: string, format: string): Promise<string[]> {
  const told = await git(bare, 'for-each-ref', '--sort=-creatordate', `--format=${format}`, KEPT)
  return (told.out ?? '').split('\n').filter(Boolean)
}

const failed = (what: string, fault: string) =>
  ({ kind: 'failed', message: `${what}: ${fault}` }) as const

function placeOf({ logs, repo }: { logs: string; repo: string }) {
  const dir = join(expandHome(logs, homedir()), 'gates')
  return { dir, bare: join(dir, repo) }
}

const bundleOf = (bare: string, commit: string): string => join(bare, `${commit}.bundle`)

async function drop({
  bare,
  dir,
  key,
}: {
  bare: string
  dir: string
  key: string
}): Promise<string | null> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  try {
    await rm(join(dir, key), { recursive: true, force: true })
  } catch (error) {
    return (error as Error).message
  }
  return (await git(bare, 'worktree', 'prune')).fault
}
