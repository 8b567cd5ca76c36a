/** Mirrors that lie on the host: git runs where the repositories are. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../adapters/command.ts'
import { makeBare } from '../../adapters/git/make-bare.ts'
import type { PROBE_MIRROR_METHODS } from '../rpc/mirror-api.ts'
import type { Implementation } from '../rpc/serve.ts'

export const mirror: Implementation<typeof PROBE_MIRROR_METHODS> = {
  'mirror.make': async ({ name }) => {
    const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
    const dir = join(state, 'dockmaster', 'mirrors', name)
    await makeBare(dir, process.env)
    return { dir }
  },
  'mirror.git': ({ args, env, input, timeoutMs, maxBytes }) =>
    runCommand('git', args, {
      env: { ...process.env, ...env },
      timeoutMs,
      maxBytes,
      ...(input === null ? {} : { input }),
    }),
}
