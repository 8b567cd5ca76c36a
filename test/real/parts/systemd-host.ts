/** The test's user on a real systemd: as a host that lanes run on, and asked without one. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RunRecord } from '../../../src/rpc/lane-api.ts'
import type { ProbeMethod, ProbeParams, ProbeResult } from '../../../src/rpc/probe-api.ts'
import { accountFor } from './sshd.ts'
import { type Systemd, startSystemd } from './systemd.ts'

export interface SystemdHost extends Systemd {
  readonly user: string
  /** Words before a command, which then runs inside as the user. */
  readonly login: readonly string[]
  /** A new directory of the user's. */
  newDir(name: string): string
  /** Runs a command as the user, with no more of an environment than ssh gives. */
  asUser(...command: string[]): string
  /** What the probe's runner answers there; `more` are variables for it, as `NAME=value`. */
  ask<M extends ProbeMethod>(method: M, params: ProbeParams<M>, ...more: string[]): ProbeResult<M>
  /** What systemd says of a run's unit. */
  unit(record: Pick<RunRecord, 'runner'>): Record<string, string>
}

const ASK_RUNNER = new URL('ask-runner.ts', import.meta.url).pathname

/** Gone when the test is over. */
export async function newSystemdHost(): Promise<SystemdHost> {
  const systemd = await startSystemd()
  onTestFinished(() => systemd.remove())
  const user = accountFor()
  const id = (flag: string) => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim()
  const [uid, gid] = [id('-u'), id('-g')]
  const become = ['setpriv', '--reuid', uid, '--regid', gid, '--init-groups', 'env', '-i']
  const env = [`HOME=/home/${user}`, `USER=${user}`, 'PATH=/usr/bin:/bin', 'LANG=C.UTF-8']
  const asUser = (...command: string[]) => systemd.run(...become, ...env, ...command)
  return {
    ...systemd,
    user,
    login: [...systemd.enter, ...become, ...env],
    asUser,
    newDir: name => {
      const path = join(systemd.dir, name)
      mkdirSync(path)
      execFileSync('chown', [user, path])
      return path
    },
    ask: (method, params, ...more) =>
      JSON.parse(asUser(...more, process.execPath, ASK_RUNNER, method, JSON.stringify(params))),
    unit: ({ runner }) => {
      if (runner.kind !== 'systemd') throw new Error(`it is a run of the runner ${runner.kind}`)
      const bus = `XDG_RUNTIME_DIR=/run/user/${uid}`
      const shown = asUser('env', bus, 'systemctl', '--user', 'show', '--', runner.unit)
      return Object.fromEntries(
        shown.split('\n').map(line => line.split(/=(.*)/s, 2) as [string, string]),
      )
    },
  }
}
