/**
 * Makes what a run needs, and starts it waiting before its prompt; takes back what did nothing.
 * How it is started, so that it outlives the link, is its runner's.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { runCommand } from '../../../adapters/command.ts'
import { expandHome } from '../../../adapters/glob.ts'
import { markOf, type RunRecord, type RunSeen } from '../../rpc/lane-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { sendAllAway } from './gate.ts'
import { look, sizeOf } from './look-run.ts'
import { allProcesses, statOf } from './process-identity.ts'
import {
  claimRecord,
  filesOf,
  isVoid,
  makeVoid,
  readRecord,
  removeDrafts,
  replaceRecord,
} from './run-record.ts'
import { startSession } from './start-session.ts'
import { startUnit } from './start-unit.ts'
import { gitWith } from './survey.ts'
import { takeBack, untilMade } from './take-back.ts'
import { MARK, SENT_AWAY, type Started, type Waiting, workOn } from './waiting.ts'

type HoldParams = ProbeParams<'lane.hold'>

/** Makes the worktree, starts the waiting process, writes the record. What failed is taken back. */
export async function hold(params: HoldParams): Promise<ProbeResult<'lane.hold'>> {
  if (allProcesses() === null) {
    const message = `${hostname()} has no /proc: a run could not be told from another by its pid`
    return { kind: 'failed', message }
  }
  const { text, path, env, logs, ticket = null, ...run } = params
  const files = filesOf(logs, run.stem)
  const unborn: RunRecord = {
    ...run,
    schema: 'dockmaster.run/1',
    hostname: hostname(),
    brief: files.brief,
    pid: 0,
    pidStart: '',
    maker: makerOf(),
    invocation: null,
    logFrom: await sizeOf(run.log),
    heldAt: Date.now(),
    isReleasing: false,
  }
  const late = { kind: 'failed', message: 'it was given up before it came' } as const
  if (await isVoid(logs, ticket)) return late
  if (!(await claimRecord(logs, unborn))) {
    return { kind: 'failed', message: `${files.record} is there already: it was launched before` }
  }
  try {
    if (await isVoid(logs, ticket)) throw new Error(late.message)
    await makeTree(unborn)
    await makeFiles(unborn, logs, text)
    const started = await start({ run: unborn, files, env: surroundings(unborn, path, env) })
    const record = { ...unborn, ...started, maker: null }
    await replaceRecord(logs, record)
    return { kind: 'held', record }
  } catch (error) {
    await takeBack(unborn, logs)
    return { kind: 'failed', message: (error as Error).message }
  }
}

const makerOf = (): RunRecord['maker'] => {
  const self = statOf(process.pid)
  return self && { pid: self.pid, pidStart: self.pidStart }
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
  const add = ['worktree', 'add', '-q', '-b', branch, path, base]
  for (let left = TRIES; ; left -= 1) {
    const made = await gitWith(workOn(run), repo, ...add)
    if (made.out !== null) return
    if (left === 0 || !TORN.test(made.fault)) throw new Error(`git worktree: ${made.fault}`)
  }
}

/** What git says when it reads the files of a worktree that another git is making: nothing is made. */
const TORN = /failed to read .*worktrees/
const TRIES = 5

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

/** Takes back what was made for a run that did nothing: it waits still, or said not one byte. */
export async function discard({
  logs,
  stem,
  ticket = null,
}: ProbeParams<'lane.discard'>): Promise<RunSeen> {
  // A hold claims its record and then looks at its ticket: one of the two sees the other.
  if (ticket !== null && (await readRecord(logs, stem)) === null) await makeVoid(logs, ticket)
  const found = await readRecord(logs, stem)
  if (found === null) await removeDrafts(logs, stem)
  else await untilMade(logs, found)
  const seen = await look({ logs, stem })
  const didNothing = seen.state === 'ended' && seen.logBytes === 0
  const mayGo = didNothing || seen.state === 'held' || seen.state === 'unsent'
  if (seen.record === null || !mayGo) return seen
  if (seen.state === 'held') {
    const isAway = await sendAllAway(filesOf(logs, stem))
    const now = await look({ logs, stem })
    // It was let go in that very moment, however short it then lived.
    if (!isAway || (now.state === 'ended' && now.said !== SENT_AWAY)) return now
  }
  await takeBack(seen.record, logs)
  return await look({ logs, stem })
}
