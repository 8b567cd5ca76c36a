/**
 * A run of the `session` runner. It is the leader of a session of its own, so it outlives the
 * link; its output goes to files, so it needs no reader. A constant shell text waits at a pipe and
 * then becomes the agent: by then the run has its record, and the prompt is its open stdin.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../../../adapters/command.ts'
import { expandHome } from '../../../adapters/glob.ts'
import type { RunRecord, RunSeen } from '../../rpc/lane-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { allProcesses, argvOf, isSame, statOf } from './process-identity.ts'
import { claimRecord, filesOf, readRecord, replaceRecord } from './run-record.ts'
import { git } from './survey.ts'

/** Every process of a run is started with this in its environment: it names the run's stem and key. */
export const MARK = 'DOCKMASTER_RUN'

const WAIT_THEN_BECOME = 'IFS= read -r word <"$0" && [ "$word" = go ] && exec "$@"'

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
    const record = await start(unborn, logs, surroundings(unborn, path, env))
    await replaceRecord(logs, record)
    return { kind: 'held', record }
  } catch (error) {
    await takeBack(unborn, logs)
    return { kind: 'failed', message: (error as Error).message }
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
  const made = await runCommand('mkfifo', ['-m', '600', files.gate])
  if (made.kind !== 'exited' || made.code !== 0) throw new Error(`cannot make ${files.gate}`)
}

async function start(run: RunRecord, logs: string, env: NodeJS.ProcessEnv): Promise<RunRecord> {
  const files = filesOf(logs, run.stem)
  const { O_WRONLY, O_APPEND, O_CREAT } = constants
  const [stdin, stdout, stderr] = await Promise.all([
    open(files.brief, 'r'),
    open(run.log, O_WRONLY | O_APPEND | O_CREAT, 0o600),
    open(files.stderr, O_WRONLY | O_APPEND | O_CREAT, 0o600),
  ])
  try {
    const child = spawn('/bin/sh', ['-c', WAIT_THEN_BECOME, files.gate, ...run.argv], {
      cwd: run.cwd,
      env,
      detached: true,
      stdio: [stdin.fd, stdout.fd, stderr.fd],
    })
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => resolve(child.pid ?? 0))
    })
    child.unref()
    const seen = statOf(pid)
    if (seen === null) throw new Error('the run ended before it began')
    return { ...run, pid, pidStart: seen.pidStart }
  } finally {
    await Promise.all([stdin, stdout, stderr].map(file => file.close()))
  }
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

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

const SEEN_WITHIN_MS = 8_000
const LOOK_EVERY_MS = 25

interface Run {
  logs: string
  stem: string
}

/** A run that was released before is only looked at. */
export async function release({ logs, stem }: Run): Promise<RunSeen> {
  const before = await look({ logs, stem })
  if (before.record === null || before.state !== 'held') return before
  await replaceRecord(logs, { ...before.record, isReleasing: true })
  const gate = await openGate(filesOf(logs, stem).gate)
  if (gate !== null) {
    await gate.writeFile('go\n')
    await gate.close()
  }
  const until = Date.now() + SEEN_WITHIN_MS
  for (;;) {
    const seen = await look({ logs, stem })
    const isTold = seen.state === 'ended' || seen.logBytes > 0
    if (isTold || Date.now() > until) return seen
    await delay(LOOK_EVERY_MS)
  }
}

/** Its reader may need a moment to come to it; null when none came. */
async function openGate(path: string) {
  const until = Date.now() + SEEN_WITHIN_MS
  while (Date.now() < until) {
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
      await delay(LOOK_EVERY_MS)
    }
  }
  return null
}

export async function look({ logs, stem }: Run): Promise<RunSeen> {
  const record = await readRecord(logs, stem)
  if (record === null) return { record, state: 'absent', logBytes: 0, said: '' }
  const files = filesOf(logs, stem)
  return {
    record,
    state: stateOf(record, files.gate),
    logBytes: Math.max(0, (await sizeOf(record.log)) - record.logFrom),
    said: await lastLine(files.stderr),
  }
}

function stateOf(record: RunRecord, gate: string): RunSeen['state'] {
  if (!isSame(record)) return record.isReleasing ? 'ended' : 'unsent'
  return waitsAt(record.pid, gate) ? 'held' : 'running'
}

const SAID_BYTES = 2_000

async function lastLine(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - SAID_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAID_BYTES), 0, SAID_BYTES, from)
    return buffer.toString('utf8', 0, bytesRead).trim().split('\n').at(-1) ?? ''
  } finally {
    await file.close()
  }
}

/** Takes back what was made for a run that did nothing: it waits still, or said not one byte. */
export async function discard({ logs, stem }: Run): Promise<RunSeen> {
  const seen = await look({ logs, stem })
  const didNothing = seen.state === 'ended' && seen.logBytes === 0
  const mayGo = didNothing || seen.state === 'held' || seen.state === 'unsent'
  if (seen.record === null || !mayGo) return seen
  await takeBack(seen.record, logs)
  return await look({ logs, stem })
}

function waitsAt(pid: number, gate: string): boolean {
  const [, , text, path] = argvOf(pid)
  return text === WAIT_THEN_BECOME && path === gate
}
