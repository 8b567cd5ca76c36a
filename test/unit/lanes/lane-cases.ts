/** Reads fixtures as the product does, for the tests of both engines. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LaneView } from '../../../adapters/lane-judge.ts'
import { type LaneReading, NOTHING_READ, readLine } from '../../../adapters/lane-log.ts'
import { LineSplitter } from '../../../adapters/line-splitter.ts'
import { LANE_FORMATS } from '../../../src/lanes/engines.ts'

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/${name}.jsonl`, import.meta.url))

export const fixtureText = (name: string): string => readFileSync(fixture(name), 'utf8')

/** Reads chunks as they come; the unfinished last line stays unread, as in a file that grows. */
export function readChunks(chunks: Iterable<Buffer>, limit?: number): LaneReading {
  const splitter = new LineSplitter(limit)
  let reading = NOTHING_READ
  for (const chunk of chunks) {
    for (const line of splitter.push(chunk)) reading = readLine(reading, line, LANE_FORMATS)
  }
  return reading
}

export const readText = (text: string): LaneReading => readChunks([Buffer.from(text)])

export const NOW = Date.UTC(2026, 10, 21, 0, 30)

/** A run that is held, has just written, and about whose work nothing is known. */
export const view = (over: Partial<LaneView>): LaneView => ({
  log: null,
  session: null,
  held: true,
  heldBy: 'process 7 has its file open',
  now: NOW,
  logAt: NOW,
  activeAt: NOW,
  zone: 'UTC',
  work: { kind: 'unknown', why: 'not looked at' },
  ...over,
})
