/** A checkout to run CI in: what CI leaves behind goes with it, and the lane's worktree stays as it is. */
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
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
  return { kind: 'there', path, commit, files: await workflowsIn(path) }
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

async function workflowsIn(path: string) {
  const directory = join(path, WORKFLOWS)
  const names = (await readdir(directory).catch(() => [])).filter(name => /\.ya?ml$/.test(name))
  const files = await Promise.all(
    names
      .sort()
      .slice(0, MOST_FILES)
      .map(async name => {
        const text = await readText(join(directory, name))
        return text === null ? [] : [{ path: `${WORKFLOWS}/${name}`, text }]
      }),
  )
  return files.flat()
}

async function readText(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return null
  try {
    const { size } = await file.stat()
    return size > MOST_BYTES ? null : await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
