/** A checkout to run CI in: what CI leaves behind goes with it, and the lane's worktree stays as it is. */
import { readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readWhole } from '../../../adapters/read-part.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { git } from '../git.ts'

const MOST_FILES = 20
const MOST_BYTES = 262_144
const WORKFLOWS = '.github/workflows'

/** Ours by its name: one that a cut validation left is replaced. */
const beside = (cwd: string): string => `${cwd}.validate`

export async function checkout({
  cwd,
}: ProbeParams<'validate.checkout'>): Promise<ProbeResult<'validate.checkout'>> {
  await drop({ cwd })
  const path = beside(cwd)
  const { out: commit, fault } = await git(cwd, 'rev-parse', 'HEAD')
  if (commit === null) return { kind: 'failed', message: `${cwd}: ${fault}` }
  const made = await git(cwd, 'worktree', 'add', '-q', '--detach', path, commit)
  if (made.out === null) return { kind: 'failed', message: `git worktree: ${made.fault}` }
  try {
    return { kind: 'there', path, commit, files: await workflowsIn(path) }
  } catch (error) {
    await drop({ cwd })
    return { kind: 'failed', message: whyOf(error) }
  }
}

export async function drop({
  cwd,
}: ProbeParams<'validate.drop'>): Promise<ProbeResult<'validate.drop'>> {
  const path = beside(cwd)
  const listed = (await git(cwd, 'worktree', 'list', '--porcelain')).out ?? ''
  if (!listed.split('\n').includes(`worktree ${path}`)) return { fault: null }
  const { fault } = await git(cwd, 'worktree', 'remove', '--force', path)
  if (fault !== null) return { fault }
  await rm(path, { recursive: true, force: true })
  return { fault: null }
}

/** Throws an Error for a person: CI that is read in part would pass in part. */
async function workflowsIn(path: string) {
  const directory = join(path, WORKFLOWS)
  const root = await realpath(path)
  const names = (await readdir(directory).catch(() => [])).filter(name => /\.ya?ml$/.test(name))
  if (names.length > MOST_FILES) {
    throw new Error(`${WORKFLOWS} has ${names.length} files, of which ${MOST_FILES} can be read`)
  }
  return await Promise.all(
    names.toSorted().map(async name => {
      const file = join(directory, name)
      const text = await readInside(root, file).catch((error: unknown) => {
        throw new Error(`${WORKFLOWS}/${name} cannot be read: ${whyOf(error)}`, { cause: error })
      })
      return { path: `${WORKFLOWS}/${name}`, text }
    }),
  )
}

/** What an agent committed may be a link to any file of the host. */
async function readInside(root: string, file: string): Promise<string> {
  const real = await realpath(file)
  if (!real.startsWith(`${root}/`)) throw new Error('it is a link that leads out of the repository')
  return (await readWhole(real, MOST_BYTES)).toString('utf8')
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
