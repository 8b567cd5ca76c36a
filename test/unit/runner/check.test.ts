import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { check } from '../../../src/probe/runner/check.ts'
import type { RunnerSpec, RunRecord } from '../../../src/rpc/lane-api.ts'
import { isAlive } from '../../real/parts/processes.ts'
import { eventually } from '../../setup/eventually.ts'
import { scratch } from '../../setup/scratch.ts'

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** A lane on record whose brief has these checks. */
function launched(checks: readonly string[], runner: RunnerSpec = { kind: 'session' }) {
  const logs = scratch()
  const cwd = join(logs, 'tree')
  mkdirSync(cwd)
  const brief = join(logs, 'night.brief.md')
  const text = `# TASK\nx\n# CHECK\n\`\`\`\n${checks.join('\n')}\n\`\`\`\n`
  writeFileSync(brief, text)
  const record: RunRecord = {
    schema: 'dockmaster.run/1',
    key: 'k',
    stem: 'night',
    name: 'night',
    engine: 'codex',
    model: null,
    hostname: 'yard',
    cwd,
    tree: null,
    log: join(logs, 'night.jsonl'),
    logFrom: 0,
    brief,
    sha256: hashOf(text),
    argv: ['codex'],
    runner,
    runnerWhy: '',
    pid: 2,
    pidStart: '1',
    ticket: null,
    invocation: null,
    heldAt: 1,
    isReleasing: true,
  }
  writeFileSync(join(logs, 'night.json'), JSON.stringify(record))
  const run = (command: string, limitMs = 20_000, briefs = [record.sha256]) =>
    check({ log: record.log, briefs, command, limitMs })
  return { cwd, brief, run }
}

describe('a check of a brief', () => {
  it('[B04] runs in the worktree, as it stands, and tells its exit and the end of its output', async () => {
    const command = `printf '%s' "$PWD"; echo ' it'"'"'s' >&2; exit 3`
    const { cwd, run } = launched([command, 'yes | head -c 100000'])
    expect(await run(command)).toEqual({
      kind: 'ran',
      code: 3,
      ended: 'exit 3',
      output: `${cwd} it's\n`,
    })
    const long = await run('yes | head -c 100000')
    expect(long).toMatchObject({ kind: 'ran', code: 0 })
    expect(long.kind === 'ran' && long.output.length).toBe(8_192)
  })

  it('[B04] is refused when the brief is not the one on record, or has no such check', async () => {
    const { brief, run } = launched(['true'])
    expect(await run('false')).toMatchObject({ kind: 'refused' })
    expect(await run('true', 20_000, [hashOf('another')])).toMatchObject({ kind: 'refused' })
    writeFileSync(brief, `${readFileSync(brief, 'utf8')}\n# CHECK\n\`false\`\n`)
    expect(await run('true')).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('changed since'),
    })
    expect(await run('false')).toMatchObject({ kind: 'refused' })
  })

  it('[B04] of a lane that ran in a box does not run outside of it', async () => {
    const box: RunnerSpec = { kind: 'box', container: 'c', image: 'i', profile: 'p', drift: [] }
    const { run } = launched(['true'], box)
    expect(await run('true')).toMatchObject({
      kind: 'refused',
      message: 'its lane ran in a box: what it wrote is not run outside of it',
    })
  })

  it('[B04] ends with all that it started, at its limit and at its end', async () => {
    const slow = 'sleep 300 & echo $! > kid; wait'
    const quick = 'sleep 300 & echo $! > kid; exit 0'
    const { cwd, run } = launched([slow, quick])
    const kid = () => Number(readFileSync(join(cwd, 'kid'), 'utf8'))
    expect(await run(slow, 800)).toMatchObject({ code: null, ended: 'stopped after 1 s' })
    await eventually('its child is gone', () => !isAlive(kid()))
    expect(await run(quick)).toMatchObject({ code: 0 })
    await eventually('what it left is gone', () => !isAlive(kid()))
  })
})
