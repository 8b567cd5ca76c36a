import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { captureOf, isBehind } from '../../../adapters/transcripts/capture.ts'
import type { FileSeen } from '../../../adapters/transcripts/tree.ts'

const file = fc.record({ bytes: fc.nat(1_000), mtime: fc.nat(1_000_000) })
const pairs = fc.array(fc.tuple(file, fc.option(file)))

describe('how far a capture is behind', () => {
  it('[H01] is zero exactly when every file has a copy that is not behind', () => {
    fc.assert(
      fc.property(pairs, list => {
        const files = new Map<string, FileSeen>()
        const copies = new Map<string, FileSeen>()
        for (const [index, [seen, copy]] of list.entries()) {
          files.set(`${index}.jsonl`, seen)
          if (copy) copies.set(`${index}.jsonl`, copy)
        }
        const { captured, lagMs } = captureOf(files, copies)
        const whole = [...files].every(([path, seen]) => {
          const copy = copies.get(path)
          return copy && !isBehind(path, seen, copy)
        })
        expect(captured).toBe(copies.size)
        expect(lagMs === 0).toBe(whole)
        expect(lagMs).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
