/** The repository of commits that a gate command tests stays small, however many were tested. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { gate } from '../../../src/probe/gate.ts'
import { PROBE_GATE_METHODS } from '../../../src/rpc/gate-api.ts'
import { scratch } from '../../setup/scratch.ts'

const TESTED = 1_200

it('[F03] after more commits than one answer may tell, the newest are told and kept', async () => {
  const place = { logs: scratch(), repo: 'app.git' }
  await gate['gate.look']({ ...place, commit: '0'.repeat(40) })
  const git = (args: string[], input = '') =>
    execFileSync('git', ['-C', join(place.logs, 'gates', place.repo), ...args], {
      input,
      encoding: 'utf8',
    }).trim()
  git(['fast-import', '--quiet', '--force'], commits(TESTED))
  const newest = git(['rev-parse', `refs/gate/${TESTED}`])

  const seen = await gate['gate.look']({ ...place, commit: newest })
  expect(PROBE_GATE_METHODS['gate.look'].result.parse(seen)).toMatchObject({ isThere: true })
  expect(seen.tips).toHaveLength(50)
  expect(seen.tips).toContain(newest)
  const made = await gate['gate.checkout']({ ...place, commit: newest, key: 'train-1' })
  expect(made).toMatchObject({ kind: 'there' })
  const kept = git(['for-each-ref', '--format=%(objectname)', 'refs/gate']).split('\n')
  expect(new Set(kept)).toEqual(new Set(seen.tips))
})

/** A commit a second, each under a ref of its own. */
const commits = (count: number): string =>
  Array.from({ length: count }, (_, at) =>
    [
      `commit refs/gate/${at + 1}`,
      `committer Operator <operator@example.org> ${1_700_000_000 + at} +0000`,
      'data 0\n',
    ].join('\n'),
  ).join('\n')
