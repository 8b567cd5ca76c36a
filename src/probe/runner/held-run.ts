/**
 * Makes what a run needs, and starts it waiting before its prompt; takes back what did nothing.
 * How it is started, so that it outlives the link, is its runner's.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../../../adapters/command.ts'
import { expandHome } from '../../../adapters/glob.ts'
import type { RunRecord, RunSeen } from '../../rpc/lane-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { look, sizeOf } from './look-run.ts'
import { allProcesses, isSame } from './process-identity.ts'
import { claimRecord, filesOf, replaceRecord } from './run-record.ts'
import { unitIsGone } from './run-unit.ts'
import { startSession } from './start-session.ts'
import { startUnit } from './start-unit.ts'
import { git } from './survey.ts'
import { MARK, type Started, type Waiting, waitsAt } from './waiting.ts'

const LOOK_EVERY_MS = 25

type HoldParams = ProbeParams<'lane.hold'>

/** Makes the worktree, starts the waiting process, writes the record. What failed is taken back. */
export async function hold(params: HoldParams): Promise<ProbeResult<'lane.hold'>> {
  if (allProcesses() === null) {
    const message = `${hostname()} has no /proc: a run could not be told from another by its pid`
    return { kind: 'failed', message }
  }
  const { text, path, env, logs, ...run } = params
  const files = filesOf(logs, run.stem)
  const unborn: RunRecord = {
    ...run,
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
    [MARK]: `${run.stem} ${run.key}`,
  }
}

async function makeTree({ tree }: RunRecord): Promise<void> {
  if (tree === null) return
  await mkdir(dirname(tree.path), { recursive: true })
  const made = await git(
    tree.repo,
    'worktree',
    'add',
    '-q',
    '-b',
    tree.branch,
    tree.path,
    tree.base,
  )
  if (made.out === null) throw new Error(`git worktree: ${made.fault}`)
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
  const made = await runCommand('mkfifo', ['-m', '600', files.gate])
  if (made.kind !== 'exited' || made.code !== 0) throw new Error(`cannot make ${files.gate}`)
}

/** Only what was made for this run, and only when it did nothing: git refuses a worktree with work in it. */
async function takeBack(run: RunRecord, logs: string): Promise<void> {
  const files = filesOf(logs, run.stem)
  const { tree } = run
  // The record may have been written before the process that it tells of.
  for (const waiting of (allProcesses() ?? []).filter(({ pid }) => waitsAt(pid, files.gate))) {
    // It is a shell that reads one line: it has no children and nothing to save.
    process.kill(waiting.pid, 'SIGKILL')
    while (isSame(waiting)) await delay(LOOK_EVERY_MS)
  }
  await unitIsGone(run)
  const there = tree && (await git(tree.path, 'rev-parse', '--abbrev-ref', 'HEAD')).out
  const at = tree && (await git(tree.path, 'rev-parse', 'HEAD')).out
  if (tree !== null && there === tree.branch && at === tree.base) {
    const removed = await git(tree.repo, 'worktree', 'remove', tree.path)
    if (removed.out !== null) await git(tree.repo, 'branch', '-D', tree.branch)
  }
  if ((await sizeOf(run.log)) === 0) await rm(run.log, { force: true })
  for (const path of [files.brief, files.gate, files.stderr, files.record]) {
    await rm(path, { force: true })
  }
}

/** Takes back what was made for a run that did nothing: it waits still, or said not one byte. */
export async function discard({ logs, stem }: ProbeParams<'lane.discard'>): Promise<RunSeen> {
  const seen = await look({ logs, stem })
  const didNothing = seen.state === 'ended' && seen.logBytes === 0
  const mayGo = didNothing || seen.state === 'held' || seen.state === 'unsent'
  if (seen.record === null || !mayGo) return seen
  await takeBack(seen.record, logs)
  return await look({ logs, stem })
}
