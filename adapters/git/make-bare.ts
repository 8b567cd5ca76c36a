/** Makes a bare repository where there is none, for its owner alone. */
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gitIn } from './git.ts'

/** Rejects with GitFault. */
export async function makeBare(dir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const isThere = await access(join(dir, 'HEAD')).then(
    () => true,
    () => false,
  )
  if (isThere) return
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await gitIn(dir, env).run(['init', '-q', '--bare', '.'])
}
