import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { openJournal } from '../../state/journal/journal.ts'
import { scratch } from '../setup/scratch.ts'

const WRITER = new URL('journal-writer.ts', import.meta.url).pathname
const SEED = 20_261_121
const KILLS = 50

/**
 * Runs a writer until it has acknowledged `steps` entries, kills it then with SIGKILL wherever it
 * is, and returns every entry that it acknowledged.
 */
async function killedAfter(path: string, steps: number): Promise<{ seq: number; hash: string }[]> {
  const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const acknowledged: { seq: number; hash: string }[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [seq, hash = ''] = line.split(' ')
    acknowledged.push({ seq: Number(seq), hash })
    if (acknowledged.length === steps) child.kill('SIGKILL')
  }
  const [, signal] = await ended
  expect(signal).toBe('SIGKILL')
  return acknowledged
}

it(`[I04] [O03] killed at ${KILLS} points while it writes: at most the step in hand is lost, never an acknowledged entry`, {
  timeout: 240_000,
}, async () => {
  const path = join(scratch(), 'journal.db')
  const [points = []] = fc.sample(
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: KILLS, maxLength: KILLS }),
    { seed: SEED, numRuns: 1 },
  )
  let known = 0
  for (const steps of points) {
    const acknowledged = await killedAfter(path, steps)
    const journal = openJournal(path)
    expect((await journal.verify()).fault).toBeNull()
    const last = acknowledged.at(-1)?.seq ?? 0
    expect(acknowledged[0]?.seq).toBe(known + 1)
    expect([last, last + 1]).toContain(journal.status().seq)
    const rows = journal.list({ afterSeq: known, limit: 10_000 })
    const found = rows.slice(0, acknowledged.length).map(({ seq, hash }) => ({ seq, hash }))
    expect(found).toEqual(acknowledged)
    known = journal.status().seq
    journal.close()
  }
})
