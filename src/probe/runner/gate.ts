/**
 * The gate at which a run waits: a pipe of which it reads one word and no more. Of two who answer
 * at once, one is heard.
 */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Identity } from '../../rpc/lane-api.ts'
import { allProcesses, isSame } from './process-identity.ts'
import { waitsAt } from './waiting.ts'

const WITHIN_MS = 8_000
const LOOK_EVERY_MS = 10

/** False when nobody waits there any more. */
export async function answerAt(
  gate: string,
  word: 'go' | 'no',
  waiting: Identity,
): Promise<boolean> {
  const file = await openGate(gate, waiting)
  if (file === null) return false
  try {
    await file.writeFile(`${word}\n`)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false
    throw error
  } finally {
    await file.close()
  }
}

/** Its reader may need a moment to come to it. */
async function openGate(path: string, waiting: Identity) {
  const until = Date.now() + WITHIN_MS
  while (Date.now() < until && isSame(waiting)) {
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return null
      if (code !== 'ENXIO') throw error
      await delay(LOOK_EVERY_MS)
    }
  }
  return null
}

/** Sends away whoever waits there. False when one has become the agent meanwhile, and lives. */
export async function sendAllAway({ gate }: { gate: string }): Promise<boolean> {
  for (const waiting of (allProcesses() ?? []).filter(({ pid }) => waitsAt(pid, gate))) {
    if (!(await sendAway(waiting, gate))) return false
  }
  return true
}

async function sendAway(waiting: Identity, gate: string): Promise<boolean> {
  const isHeard = await answerAt(gate, 'no', waiting)
  const until = Date.now() + (isHeard ? WITHIN_MS : 0)
  while (isSame(waiting) && waitsAt(waiting.pid, gate) && Date.now() < until) {
    await delay(LOOK_EVERY_MS)
  }
  if (!isSame(waiting)) return true
  if (!waitsAt(waiting.pid, gate)) return false
  // No word reaches it there: it is a shell without children, and has nothing to save.
  process.kill(waiting.pid, 'SIGKILL')
  while (isSame(waiting)) await delay(LOOK_EVERY_MS)
  return true
}
