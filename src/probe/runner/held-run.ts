/**
 * Makes what a run needs, and starts it waiting before its prompt; takes back what failed. How it
 * is started, so that it outlives the link, is its runner's.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { runCommand } from '../../../adapters/command.ts'
import { expandHome } from '../../../adapters/glob.ts'
import { markOf, type RunRecord } from '../../rpc/lane-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { gitWith } from '../git.ts'
import { sizeOf } from './look-run.ts'
import { allProcesses } from './process-identity.ts'
import { claimRecord, filesOf, replaceRecord } from './run-record.ts'
import { startSession } from './start-session.ts'
import { startUnit } from './start-unit.ts'
import { takeBack } from './take-back.ts'
import { readTaken } from './taken.ts'
import { inTurn } from './turn.ts'
import { MARK, type Started, type Waiting, workOn } from './waiting.ts'

type HoldParams = ProbeParams<'lane.hold'>

/** Makes the worktree, starts the waiting process, writes the record. What failed is taken back. */
export async function hold(params: HoldParams): Promise<ProbeResult<'lane.hold'>> {
  if (allProcesses() === null) {
    const message = `${hostname()} has no /proc: a run could not be told from another by its pid`
    return { kind: 'failed', message }
  }
  return await inTurn(params.logs, params.stem, () => holdInTurn(params))
}

async function holdInTurn({
  text,
  path,
  env,
  logs,
  ...run
}: HoldParams): Promise<ProbeResult<'lane.hold'>> {
  const { ticket = null } = run
  const files = filesOf(logs, run.stem)
  const unborn: RunRecord = {
    ...run,
    ticket,
    schema: 'dockmaster.run/1',
    hostname: hostname(),
    brief: files.brief,
    pid: 0,
    pidStart: '',
    invocation: null,
    logFrom: await sizeOf(run.log),
    heldAt: Date.now(),
    isReleasing: false,
  }
  if ((await readTaken(logs, ticket)) !== null) {
    return { kind: 'failed', message: 'it was given up before it came' }
  }
  if (!(await claimRecord(logs, unborn))) {
    return { kind: 'failed', message: `${files.record} is there already: it was launched before` }
  }
  try {
    await makeTree(unborn)
    await makeFiles(unborn, logs, text)
    const started = await start({ run: unborn, files, env: surroundings(unborn, path, env) })
    const record = { ...unborn, ...started }
    await replaceRecord(logs, record)
    return { kind: 'held', record }
  } catch (error) {
    await takeBack(unborn, logs)
    return { kind: 'failed', message: (error as Error).message }
  }
}

function start(waiting: Waiting): Promise<Started> {
  const { runner } = waiting.run
  switch (runner.kind) {
    case 'session':
      return startSession(waiting)
    case 'systemd':
      return startUnit(runner.unit, waiting)
    case 'box':
      // The hub lets the engine make it: what it needs on the host is made.
      return Promise.resolve({ pid: 0, pidStart: '', invocation: null })
    default:
      return runner satisfies never
  }
}

/** The login shell's PATH also holds what the agent's own tools need. */
function surroundings(run: RunRecord, path: string, env: HoldParams['env']): NodeJS.ProcessEnv {
  const home = homedir()
  const given = Object.entries(env).map(([name, value]) => [name, expandHome(value, home)])
  return {
    ...process.env,
    PATH: [path, dirname(run.argv[0] ?? '/')].join(delimiter),
    ...Object.fromEntries(given),
    [MARK]: markOf(run),
  }
}

async function makeTree(run: RunRecord): Promise<void> {
  const { tree } = run
  if (tree === null) return
  await mkdir(dirname(tree.path), { recursive: true })
  const { repo, branch, path, base } = tree
  // One after the other: of one command that does both, the first may be done when the second is not.
  for (const words of [
    ['branch', '--no-track', branch, base],
    ['worktree', 'add', '-q', path, branch],
  ]) {
    const made = await gitWith(workOn(run), repo, ...words)
    if (made.out === null) throw new Error(`git ${words[0]}: ${made.fault}`)
  }
}

async function makeFiles(run: RunRecord, logs: string, text: string): Promise<void> {
  const files = filesOf(logs, run.stem)
  await writeFile(files.brief, text, { mode: 0o600, flag: 'wx' })
  if (run.runner.kind === 'box') {
    // A box is given each of them, so each must be there before it.
    for (const path of [run.log, files.stderr])
      await writeFile(path, '', { mode: 0o600, flag: 'a' })
    return
  }
  const env = { ...process.env, ...workOn(run) }
  const made = await runCommand('mkfifo', ['-m', '600', files.gate], { env })
  if (made.kind !== 'exited' || made.code !== 0) throw new Error(`cannot make ${files.gate}`)
}
