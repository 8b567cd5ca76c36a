/** An empty repository and a mirror of it in a directory of the test's own, over real git. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { openMirror } from '../../../../adapters/git/mirror.ts'
import { scratch } from '../../../setup/scratch.ts'

export async function newMirrored() {
  const dir = scratch()
  const origin = join(dir, 'origin.git')
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin])
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', origin, ...args], { encoding: 'utf8' }).trim()
  /** Takes a stream of `git fast-import`. */
  const take = (input: string | Uint8Array) =>
    void execFileSync('git', ['-C', origin, 'fast-import', '--quiet', '--force'], { input })
  const mirror = await openMirror({
    dir: join(dir, 'mirror.git'),
    remote: origin,
    access: async () => ({}),
    env: process.env,
  })
  return { dir, git, take, mirror }
}
