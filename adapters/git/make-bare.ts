/** Makes a bare repository where there is none, for its owner alone. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gitIn } from './git.ts'

/** Rejects with GitFault. */
export async function makeBare(dir: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (existsSync(join(dir, 'HEAD'))) return
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await gitIn(dir, env).run(['init', '-q', '--bare', '.'])
}
