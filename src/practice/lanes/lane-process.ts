/**
 * The process of a lane: a POSIX shell that holds the log and the session file open, as an engine
 * does, and does what its conductor writes to it. It ends when the conductor is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Engine } from '../../../state/words.ts'
import { signalGroup } from '../process-group.ts'
import type { LaneOrder, Lines } from './beat.ts'

/** fd 1 is the log, 3 the session file, 4 tells the conductor how a command ended. */
const SCRIPT = `#!/bin/sh
# A lane of the practice factory: it does what its conductor writes to it, line by line.
while IFS= read -r step; do
  case $step in
    'log '*) printf '%s\\n' "\${step#log }" ;;
    'session '*) printf '%s\\n' "\${step#session }" >&3 ;;
    'run '*)
      /bin/sh -c "\${step#run }" >"$PRACTICE_OUTPUT" 2>&1 </dev/null 3>&- 4>&-
      printf '%s\\n' "$?" >&4
      ;;
    'exit '*) exit "\${step#exit }" ;;
  esac
done
exit 1
`

/** Command line of each engine, as the real one is started. */
const ARGUMENTS: Record<Engine, (order: LaneSort) => string[]> = {
  codex: ({ model, guard }) => {
    const flags = guard === 'none' ? ['--dangerously-bypass-approvals-and-sandbox'] : []
    return ['exec', '--json', '--model', model, ...flags, '-']
  },
  claude: ({ model, guard }) => {
    const mode = guard === 'none' ? 'bypassPermissions' : 'acceptEdits'
    const output = ['--output-format', 'stream-json', '--verbose']
    return ['-p', ...output, '--model', model, '--permission-mode', mode]
  },
}

type LaneSort = Pick<LaneOrder, 'engine' | 'model' | 'guard'>

/** Puts the script on the practice host under the engines' names. */
export async function installEngines(bin: string): Promise<void> {
  for (const engine of Object.keys(ARGUMENTS)) {
    await writeFile(join(bin, engine), SCRIPT)
    await chmod(join(bin, engine), 0o755)
  }
}

export interface LaneProcess {
  readonly pid: number
  write(lines: Lines): void
  /** Runs a command in the worktree. Rejects when the process ended meanwhile. */
  run(command: string): Promise<{ code: number; output: string }>
  /** Starts a command and waits for nothing. */
  begin(command: string): void
  exit(code: number): void
  kill(signal: NodeJS.Signals): void
  isAlive(): boolean
  readonly ended: Promise<void>
}

export interface LaneFiles {
  bin: string
  log: string
  session: string
  tree: string
  /** Where the output of the command in hand goes. */
  output: string
}

export async function startLaneProcess(
  order: LaneSort,
  files: LaneFiles,
  env: Record<string, string>,
): Promise<LaneProcess> {
  const [log, session] = [await open(files.log, 'a'), await open(files.session, 'a')]
  let child: ChildProcess
  try {
    child = spawn(join(files.bin, order.engine), ARGUMENTS[order.engine](order), {
      cwd: files.tree,
      env: { ...env, PRACTICE_OUTPUT: files.output },
      detached: true,
      stdio: ['pipe', log.fd, log.fd, session.fd, 'pipe'],
    })
    await once(child, 'spawn')
  } finally {
    await Promise.all([log.close(), session.close()])
  }
  const { pid } = child
  const [steps, , , , reports] = child.stdio as [Writable, null, null, null, Readable]
  if (pid === undefined) throw new Error(`${files.bin}/${order.engine} has no pid`)

  const ended = once(child, 'exit').then(() => rm(files.output, { force: true }))
  const lost = ended.then(() => {
    throw new Error(`the lane at ${files.tree} ended while it ran a command`)
  })
  lost.catch(() => undefined)
  // A killed lane reads no more: that it ended is told by `ended`.
  steps.on('error', () => undefined)
  const step = (verb: string, text: string) => steps.write(`${verb} ${text}\n`)
  const exits = createInterface({ input: reports })

  return {
    pid,
    ended,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    write: lines => {
      for (const text of lines.session) step('session', text)
      for (const text of lines.log) step('log', text)
    },
    run: async command => {
      step('run', command)
      const [code] = (await Promise.race([once(exits, 'line'), lost])) as [string]
      return { code: Number(code), output: await readFile(files.output, 'utf8') }
    },
    begin: command => step('run', command),
    exit: code => step('exit', String(code)),
    kill: signal => signalGroup(pid, signal),
  }
}
