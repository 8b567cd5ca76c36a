/** What a run's ticket is for: what was taken back never begins, and what comes late hits no other. */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isSame } from '../../../src/probe/runner/process-identity.ts'
import { runner } from '../../../src/probe/runner/runner.ts'
import { killThat } from '../../real/parts/processes.ts'
import { scratch } from '../../setup/scratch.ts'

/** A host that is this machine, and holds of one run under new tickets. */
function place(agent = 'sleep 600') {
  const dir = scratch()
  const logs = join(dir, 'logs')
  const begun = join(dir, 'begun')
  const which = (ticket: string) => ({ logs, stem: 'lane', ticket })
  const hold = async (ticket: string) => {
    const held = await runner['lane.hold']({
      ...which(ticket),
      key: 'k',
      name: 'lane',
      engine: 'codex',
      model: null,
      cwd: dir,
      tree: null,
      log: join(logs, 'lane.jsonl'),
      sha256: '',
      argv: ['/bin/sh', '-c', `echo >>${begun}; ${agent}`],
      runner: { kind: 'session' },
      runnerWhy: '',
      text: 'go\n',
      path: '/usr/bin:/bin',
      env: {},
    })
    if (held.kind === 'held') onTestFinished(() => killThat(held.record))
    return held
  }
  const starts = () => (existsSync(begun) ? readFileSync(begun, 'utf8').length : 0)
  return { which, hold, starts }
}

it('[O01] a hold that was given up before it came holds nothing', async () => {
  const { which, hold } = place()
  const ticket = randomUUID()
  expect(await runner['lane.discard'](which(ticket))).toMatchObject({ state: 'absent' })
  expect(await hold(ticket)).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/given up before/),
  })
  expect(await hold(randomUUID())).toMatchObject({ kind: 'held' })
})

it('[O01] a late prompt, or giving up, of an earlier hold leaves the next one as it is', async () => {
  const { which, hold, starts } = place()
  const [early, next] = [randomUUID(), randomUUID()]
  await hold(early)
  expect(await runner['lane.discard'](which(early))).toMatchObject({
    record: null,
    state: 'unsent',
  })
  const held = await hold(next)
  expect(await runner['lane.release'](which(early))).toMatchObject({ state: 'absent' })
  expect(await runner['lane.discard'](which(early))).toMatchObject({
    record: null,
    state: 'unsent',
  })
  expect(starts()).toBe(0)
  expect(held.kind === 'held' && isSame(held.record)).toBe(true)
  expect(await runner['lane.look'](which(next))).toMatchObject({ state: 'held' })
})

it('[O01] one that began and said nothing is told so, however often it is asked', async () => {
  const { which, hold, starts } = place('echo why >&2; exit 3')
  const ticket = randomUUID()
  await hold(ticket)
  await runner['lane.release'](which(ticket))
  const gone = { record: null, state: 'ended', said: 'why' }
  expect(await runner['lane.discard'](which(ticket))).toMatchObject(gone)
  expect(await runner['lane.discard'](which(ticket))).toMatchObject(gone)
  expect(starts()).toBe(1)
})

it.each([1, 2, 3, 4])('[O01] of a prompt and a giving up at once one is heard: %i', async () => {
  const { which, hold, starts } = place('echo {}; sleep 600')
  const ticket = randomUUID()
  await hold(ticket)
  const [, seen] = await Promise.all([
    runner['lane.release'](which(ticket)),
    runner['lane.discard'](which(ticket)),
  ])
  expect(['running', 'unsent']).toContain(seen.state)
  expect(seen.record === null).toBe(seen.state === 'unsent')
  expect(starts()).toBe(seen.state === 'running' ? 1 : 0)
})
