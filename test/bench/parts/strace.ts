/** Counts what processes ask of the kernel. Slows them: never while time is measured. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { descendants } from '../../real/parts/processes.ts'
import { eventually } from '../../setup/eventually.ts'

/** The processes below these and themselves, as they stand now. */
export const familyOf = (...pids: readonly number[]): number[] => [
  ...new Set(pids.flatMap(pid => [pid, ...descendants(pid)])),
]

async function trace(
  pids: readonly number[],
  flags: readonly string[],
  work: () => Promise<unknown>,
): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'strace-'))
  const file = join(dir, 'out')
  const targets = pids.flatMap(pid => ['-p', String(pid)])
  const tracer = spawn('strace', ['-f', '-o', file, ...flags, ...targets], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  try {
    await eventually('strace is attached', () => {
      if (tracer.exitCode !== null) throw new Error(said.trim())
      return pids.every(pid => said.includes(`Process ${pid} attached`))
    })
    await work()
    const gone = once(tracer, 'exit')
    tracer.kill('SIGINT')
    await gone
    return readFileSync(file, 'utf8')
  } finally {
    tracer.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Processes (not threads) that these and what they start began while `work` ran. */
export async function countForks(
  pids: readonly number[],
  work: () => Promise<unknown>,
): Promise<number> {
  const text = await trace(pids, ['-e', 'trace=clone,clone3,fork,vfork', '-e', 'signal=none'], work)
  return text
    .split('\n')
    .filter(line => /\b(?:clone3?|v?fork)\(/.test(line) && !line.includes('CLONE_THREAD')).length
}

/** System calls of these and what they start while `work` ran. */
export async function countCalls(
  pids: readonly number[],
  work: () => Promise<unknown>,
): Promise<number> {
  const text = await trace(pids, ['-c'], work)
  return Number(/^\s*100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s+(?:\d+\s+)?total$/m.exec(text)?.[1])
}
