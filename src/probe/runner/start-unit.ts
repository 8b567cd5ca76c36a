/** The `systemd` runner: a unit of the user's own systemd, so one cgroup holds all of the run. */
import { runCommand } from '../../../adapters/command.ts'
import { transientWords, variablesFor } from '../../../adapters/systemd/transient-unit.ts'
import { runtimeDirectory } from '../../../adapters/systemd/user-environment.ts'
import { faultOf, lookAtUnit } from '../../../adapters/systemd/user-systemd.ts'
import { statOf } from './process-identity.ts'
import { type Started, type Waiting, waitingWords, workOn } from './waiting.ts'

const STARTS_WITHIN_MS = 30_000

/** Throws an Error for a person when it cannot. */
export async function startUnit(name: string, waiting: Waiting): Promise<Started> {
  const { run, files } = waiting
  const env = { ...waiting.env, XDG_RUNTIME_DIR: runtimeDirectory() ?? '' }
  const words = transientWords({
    name,
    description: `Lane ${run.stem}`,
    argv: waitingWords(waiting),
    cwd: run.cwd,
    stdin: files.brief,
    stdout: run.log,
    stderr: files.stderr,
    variables: variablesFor(env),
  })
  const ran = await runCommand('systemd-run', words, {
    env: { ...env, ...workOn(run) },
    timeoutMs: STARTS_WITHIN_MS,
  })
  if (ran.kind !== 'exited' || ran.code !== 0) throw new Error(faultOf('systemd-run', ran))
  const look = await lookAtUnit(name)
  if (look.kind === 'silent') throw new Error(look.fault)
  const { mainPid: pid, invocation } = look.unit
  const seen = statOf(pid)
  if (seen === null) throw new Error('the run ended before it began')
  return { pid, pidStart: seen.pidStart, invocation }
}
