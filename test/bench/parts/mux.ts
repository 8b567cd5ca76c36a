/** OpenSSH's own way to share a connection: a master, and a process a command. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '../../setup/eventually.ts'
import type { Defer } from './defer.ts'

const run = promisify(execFile)
const ALIAS = 'factory'
/** A list of processes and 200 lanes' last lines fit many times. */
const MAX_OUTPUT = 64 * 2 ** 20

export interface Mux {
  /** One command over the shared connection: never over a new one. */
  run(command: string): Promise<string>
}

export async function startMux(
  to: { configFile: string; dir: string; name: string },
  defer: Defer,
): Promise<Mux> {
  const socket = join(to.dir, `${to.name}.mux`)
  const options = ['-F', to.configFile, '-S', socket]
  const master = spawn('ssh', [...options, '-MN', '-o', 'ControlPersist=no', ALIAS], {
    stdio: 'inherit',
  })
  defer(async () => {
    if (master.exitCode !== null) return
    const gone = once(master, 'exit')
    master.kill('SIGTERM')
    await gone
  })
  await eventually('the master listens', () => existsSync(socket))
  const passenger = [...options, '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false', ALIAS]
  return {
    run: async command =>
      (await run('ssh', [...passenger, command], { maxBuffer: MAX_OUTPUT })).stdout,
  }
}

/** One command over a connection of its own. */
export const freshSsh = async (configFile: string, command: string): Promise<string> =>
  (await run('ssh', ['-F', configFile, '-S', 'none', ALIAS, command])).stdout
