/**
 * Runs one check of a brief: a text that the operator wrote, run as it stands by sh in the lane's
 * own worktree. That it is the operator's is known by the brief's hash, which the hub has on record:
 * an agent could write to the file.
 */
import { spawn } from 'node:child_process'
import { basename, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { checksOf } from '../../policy/brief.ts'
import type { RunRecord } from '../../rpc/lane-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { briefOf } from '../lanes/launched.ts'
import { loginPath } from './programs.ts'
import { runsOf } from './run-record.ts'

type Params = ProbeParams<'lane.check'>
type Came = ProbeResult<'lane.check'>

/** A lane of a box is checked nowhere else: what it wrote would run outside of it. */
const ON_HOST: ReadonlySet<string> = new Set(['session', 'systemd'])

export async function check({ log, briefs, command, limitMs }: Params): Promise<Came> {
  const runs = await runsOf(dirname(log), basename(log, '.jsonl'))
  const run = await runWith(runs, briefs, command)
  if (run === null) {
    const message = `no brief of ${basename(log, '.jsonl')}, as it was given, has this check: it was changed since, or is gone`
    return { kind: 'refused', message }
  }
  const kind = runs.find(({ runner }) => !ON_HOST.has(runner.kind))?.runner.kind
  if (kind !== undefined) {
    const message = `its lane ran in a ${kind}: what it wrote is not run outside of it`
    return { kind: 'refused', message }
  }
  const path = await loginPath(process.env)
  return await runCheck(command, { cwd: run.cwd, path, limitMs })
}

async function runWith(runs: readonly RunRecord[], briefs: readonly string[], command: string) {
  for (const run of runs.toReversed()) {
    if (!briefs.includes(run.sha256)) continue
    const text = await briefOf(run)
    if (text !== null && checksOf(text).includes(command)) return run
  }
  return null
}

const KEPT_BYTES = 8_192
/** What a check started in the background may still hold its output open. */
const DRAIN_MS = 500

interface Where {
  cwd: string
  path: string
  limitMs: number
}

/** Leaders of the groups that run now: they end with the probe. */
const running = new Set<number>()
process.on('exit', () => {
  for (const group of running) endGroup(group)
})

async function runCheck(command: string, { cwd, path, limitMs }: Where): Promise<Came> {
  let output = Buffer.alloc(0)
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    env: { ...process.env, PATH: path, CI: 'true', GIT_TERMINAL_PROMPT: '0' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const keep = (chunk: Buffer) => {
    output = Buffer.concat([output, chunk]).subarray(-KEPT_BYTES)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const { pid } = child
  if (pid !== undefined) running.add(pid)
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    if (pid !== undefined) endGroup(pid)
  }, limitMs)
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  const ended = await new Promise<{ code: number | null; words: string }>(resolve => {
    child.once('error', error => resolve({ code: null, words: error.message }))
    child.once('exit', (code, signal) =>
      resolve({ code, words: signal === null ? `exit ${code}` : `ended by ${signal}` }),
    )
  })
  clearTimeout(timer)
  if (pid !== undefined) {
    await Promise.race([closed, delay(DRAIN_MS)])
    // What it left in the background was its own.
    endGroup(pid)
    running.delete(pid)
  }
  child.stdout.destroy()
  child.stderr.destroy()
  const words = isLate ? `stopped after ${Math.round(limitMs / 1_000)} s` : ended.words
  return {
    kind: 'ran',
    code: isLate ? null : ended.code,
    ended: words,
    output: output.toString('utf8'),
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}
