/** An index that git may write anew while it compares: the agent's own is neither written nor locked. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gitText } from './git-text.ts'

const LONGEST_PATH = 4_096

/** Runs `act` with the path of a copy, for `GIT_INDEX_FILE`; where none is yet, git takes it as empty. */
export async function withIndexCopy<T>(
  cwd: string,
  act: (index: string) => Promise<T>,
): Promise<T> {
  const { text } = await gitText(cwd, ['rev-parse', '--git-path', 'index'], LONGEST_PATH)
  const dir = await mkdtemp(join(tmpdir(), 'dockmaster-index-'))
  try {
    const copy = join(dir, 'index')
    await copyFile(resolve(cwd, text.trimEnd()), copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    return await act(copy)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
