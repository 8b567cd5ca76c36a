/** Looks at, removes and makes again the lock files that bots leave. */
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { markOf } from '../../adapters/locks/collector.ts'
import { heldInodes } from '../../adapters/locks/held.ts'
import type { Instant } from '../../state/facts.ts'
import { type FileMark, isSameFile, madeAtOf } from '../../state/lock-file.ts'
import type { PROBE_LEFTOVER_METHODS } from '../rpc/leftover-api.ts'
import type { Implementation } from '../rpc/serve.ts'

export const lockFiles: Implementation<typeof PROBE_LEFTOVER_METHODS> = {
  'lock-file.look': async ({ path }) => {
    const [file, held] = await Promise.all([markOf(path), heldInodes()])
    return { file, isHeld: file && held && held.has(file.ino) }
  },
  'lock-file.remove': remove,
  'lock-file.make': make,
}

const refused = (message: string) => ({ kind: 'refused' as const, message })
const DONE = { kind: 'done' as const }

async function remove({ path, file }: { path: string; file: FileMark }) {
  const handle = await opened(path)
  if (handle === null) {
    const there = await markOf(path)
    return there === null ? DONE : refused(`${path} cannot be opened`)
  }
  try {
    const { isHeld, fault } = await hold(handle)
    if (isHeld) return refused(`a process holds ${path}`)
    if (fault !== null) return refused(`whether a process holds ${path} cannot be told: ${fault}`)
    // Held by us from here on: whoever wants it now waits, and what is compared is what goes.
    const there = await markOf(path)
    if (there === null || !isSameFile(there, file)) {
      return refused(`${path} changed since it was looked at`)
    }
    await unlink(path)
    return DONE
  } finally {
    await handle.close()
  }
}

async function make({ path, madeAt: at }: { path: string; madeAt: Instant }) {
  const there = await markOf(path)
  // What was made by us is that old, but for what a file system rounds off.
  if (there?.bytes === 0 && Math.abs(madeAtOf(there) - at) <= 1) return { ...DONE, file: there }
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
  const made = await open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o664).catch(reasonOf)
  if (typeof made === 'string') return refused(`${path}: ${made}`)
  try {
    await made.utimes(at / 1_000, at / 1_000)
  } finally {
    await made.close()
  }
  const file = await markOf(path)
  return file === null ? refused(`${path} went again at once`) : { ...DONE, file }
}

/** Null when it is not there, is no file of its own name, or may not be read. */
async function opened(path: string): Promise<FileHandle | null> {
  // A pipe of that name would be waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  return await open(path, flags).catch(() => null)
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')

/** `flock` says so of a lock that another has. */
const HELD = 75
const WITHIN_MS = 5_000

/**
 * Takes the kernel's lock on an open file: node cannot, so `flock` takes it on our descriptor,
 * which keeps it until it is closed. Locks of the other kind are only in the kernel's list.
 */
async function hold(handle: FileHandle): Promise<{ isHeld: boolean; fault: string | null }> {
  const held = await heldInodes()
  const { ino } = await handle.stat({ bigint: true })
  if (held?.has(String(ino))) return { isHeld: true, fault: null }
  return await new Promise(resolve => {
    const told = (isHeld: boolean, fault: string | null) => resolve({ isHeld, fault })
    const child = spawn('flock', ['-n', '-x', '-E', String(HELD), '3'], {
      stdio: ['ignore', 'ignore', 'ignore', handle.fd],
      timeout: WITHIN_MS,
    })
    child.once('error', error => told(false, error.message))
    child.once('exit', code => {
      if (code === HELD || code === 0) told(code === HELD, null)
      else told(false, `flock ended with ${code ?? 'a signal'}`)
    })
  })
}
