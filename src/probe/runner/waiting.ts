/**
 * What every run is before its prompt: a constant shell text that waits at a pipe and then becomes
 * the agent. By then the run has its record, and the prompt is its open stdin.
 */
import { type Identity, markOf, type RunRecord } from '../../rpc/lane-api.ts'
import { allProcesses, argvOf, hasInEnvironment, type Stat } from './process-identity.ts'
import type { filesOf } from './run-record.ts'

/** Every process of a run is started with this in its environment: it names the run's stem and key. */
export const MARK = 'DOCKMASTER_RUN'

/** Its last word when it is sent away: it never became the agent. */
export const SENT_AWAY = 'sent away before its prompt'

const WAIT_THEN_BECOME = `IFS= read -r word <"$0" && [ "$word" = go ] && exec "$@"; echo "${SENT_AWAY}" >&2`

/** What lives with that mark, of those whose environment may be read. */
export const markedWith = (mark: string, among = allProcesses() ?? []): Stat[] =>
  among.filter(({ pid }) => hasInEnvironment(pid, `${MARK}=${mark}`))

/** What works on a run, and is none of it: gits that make or remove its worktree. */
const WORK = 'DOCKMASTER_WORK'
export const workOn = (run: RunRecord) => ({ [WORK]: markOf(run) })
export const workersOn = (run: RunRecord): Stat[] =>
  (allProcesses() ?? []).filter(({ pid }) => hasInEnvironment(pid, `${WORK}=${markOf(run)}`))

export interface Waiting {
  run: RunRecord
  files: ReturnType<typeof filesOf>
  env: NodeJS.ProcessEnv
}

export interface Started extends Identity {
  /** systemd's id of this one start of the unit; null for what is no unit. */
  invocation: string | null
}

export const waitingWords = ({ run, files }: Waiting): string[] => [
  '/bin/sh',
  '-c',
  WAIT_THEN_BECOME,
  files.gate,
  ...run.argv,
]

export function waitsAt(pid: number, gate: string): boolean {
  const [, , text, path] = argvOf(pid)
  return text === WAIT_THEN_BECOME && path === gate
}
