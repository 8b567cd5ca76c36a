/** Waits for a condition by asking, with a limit that names what did not come true. */
import { setTimeout as delay } from 'node:timers/promises'

const ASK_EVERY_MS = 25

/**
 * Resolves with the first answer that is neither null, undefined nor false. A throw counts as
 * no; the last one is told when the limit is reached, and is the cause of that error.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  limitMs = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const until = Date.now() + limitMs
  let last: unknown = null
  while (Date.now() < until) {
    try {
      const answer = await ask()
      if (answer !== null && answer !== undefined && answer !== false) {
        return answer as NonNullable<Exclude<T, false>>
      }
      last = answer
    } catch (error) {
      last = error
    }
    await delay(ASK_EVERY_MS)
  }
  throw new Error(`not within ${limitMs} ms: ${what} (last: ${String(last)})`, { cause: last })
}
