/** A launch that is cut at each of its steps: never twice, never lost, and the journal tells which. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type LaneActs, newLaneActs } from '../../src/hub/lane-acts.ts'
import { openLaneIntents } from '../../src/hub/lane-journal.ts'
import { runner } from '../../src/probe/runner/runner.ts'
import { RpcGone } from '../../src/rpc/peer.ts'
import type { ProbeMethod } from '../../src/rpc/probe-api.ts'
import { JournalFault } from '../../state/journal/fault.ts'
import { type Journal, openJournal } from '../../state/journal/journal.ts'
import { isAlive, killIn } from '../real/parts/processes.ts'
import { eventually } from '../setup/eventually.ts'
import { withoutBoxes } from '../setup/no-boxes.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { BRIEF, launchPlace } from './parts/launch-place.ts'

const WISH = {
  brief: BRIEF,
  name: 'cut',
  repo: null,
  engine: 'codex' as const,
  model: null,
  isDryRun: false,
  label: 'test',
}

interface Cut {
  method: ProbeMethod | null
  when: 'before' | 'after'
  /** Called with what does not come to the host then. */
  lost?: (answer: () => Promise<unknown>) => void
}

const STAYS = `echo '{"type":"turn.started"}'; exec sleep 600`

/** A host that is this machine: its agent notes each start, and then does `next`. */
function place(next = STAYS) {
  const dir = scratch()
  const agent = `#!/bin/sh\necho $$ >> ${join(dir, 'starts')}\n${next}\n`
  const { at, launch } = launchPlace(dir, agent, { runner: 'session' })
  const starts = () =>
    existsSync(at('starts'))
      ? readFileSync(at('starts'), 'utf8').trim().split('\n').map(Number)
      : []
  onTestFinished(() => killIn(dir, starts()))

  /** A hub that is about to be cut there. */
  const hub = (
    cut: Cut = { method: null, when: 'before' },
    wrap: (journal: Journal) => Journal = journal => journal,
    before: (method: ProbeMethod) => Promise<unknown> = async () => undefined,
  ) => {
    const journal = openJournal(at('journal.db'))
    const asked = async (method: ProbeMethod, params: never) => {
      const isHere = cut.method === method
      const act = () => runner[method as keyof typeof runner](params)
      if (isHere && cut.when === 'before') {
        cut.lost?.(act)
        throw new RpcGone('cut')
      }
      await before(method)
      const answer = await act()
      if (isHere) throw new RpcGone('cut')
      return answer
    }
    const ask = asked as Parameters<typeof newLaneActs>[0]['ask']
    const acts: LaneActs = newLaneActs({
      profile: 'here',
      launch,
      models: { allowed: [], banned: [] },
      journal: wrap(journal),
      ask,
      ...withoutBoxes(ask),
      now: Date.now,
      lanes: () => [],
      pauses: () => [],
      unlocked: async () => [],
      accountOf: ({ engine }) => engine,
      barrier: async () => null,
    })
    return { acts, journal }
  }
  return { at, hub, starts }
}

requirePart('git')('a launch', () => {
  describe.each([
    ['lane.hold', 'before', 'undone', 0],
    ['lane.hold', 'after', 'undone', 0],
    ['lane.release', 'before', 'undone', 0],
    ['lane.release', 'after', 'running', 1],
  ] as const)('that is cut at %s, %s its effect', (method, when, outcome, count) => {
    it.each([
      ['the next hub', true],
      ['the same hub, once the link is back', false],
    ])('[B01] is looked into by %s, and done once', async (_, isNext) => {
      const { at, hub, starts } = place()
      const cut: Cut = { method, when }
      const first = hub(cut)
      expect(await first.acts.launch(WISH)).toMatchObject({ kind: 'unknown' })
      expect(openLaneIntents(first.journal)).toHaveLength(1)
      cut.method = null
      if (isNext) first.journal.close()
      const { acts, journal } = isNext ? hub() : first
      onTestFinished(() => journal.close())
      acts.hostIsThere()
      await eventually('it was looked into', () => openLaneIntents(journal).length === 0)
      expect(journal.list({ kinds: ['outcome'] }).at(-1)?.data).toMatchObject({ outcome })
      expect(starts()).toHaveLength(count)
      expect(existsSync(at('trees/cut'))).toBe(count === 1)

      const kind = count === 1 ? 'already' : 'running'
      expect(await acts.launch(WISH)).toMatchObject({ kind })
      expect(await acts.launch(WISH)).toMatchObject({ kind: 'already' })
      expect(starts()).toHaveLength(1)
    })
  })

  it.each([
    ['lane.discard', 'stays', STAYS, 'running', 1],
    ['lane.discard', 'ends without a word', 'exit 3', 'failed', 1],
    ['nothing', 'stays', STAYS, 'undone', 0],
  ] as const)(
    '[O01] whose prompt comes late, before %s, by a link that is silent: an agent that %s',
    async (moment, _, next, outcome, count) => {
      const { at, hub, starts } = place(next)
      let late: () => Promise<unknown> = async () => undefined
      const lost = (act: typeof late) => void (late = act)
      const first = hub({ method: 'lane.release', when: 'before', lost })
      expect(await first.acts.launch(WISH)).toMatchObject({ kind: 'unknown' })
      first.journal.close()
      const comes = async (method: ProbeMethod) => (method === moment ? await late() : undefined)
      const { acts, journal } = hub(undefined, undefined, comes)
      onTestFinished(() => journal.close())
      acts.hostIsThere()
      await eventually('it was looked into', () => openLaneIntents(journal).length === 0)
      expect(journal.list({ kinds: ['outcome'] }).at(-1)?.data).toMatchObject({ outcome })
      await late()
      expect(existsSync(at('logs/cut.json'))).toBe(outcome === 'running')
      expect(starts()).toHaveLength(count)
    },
  )

  it('[O01] that was cut before anything was begun goes on once the link is back', async () => {
    const { hub, starts } = place()
    const cut: Cut = { method: 'lane.survey', when: 'before', lost: () => void (cut.method = null) }
    const { acts, journal } = hub(cut)
    onTestFinished(() => journal.close())
    expect(await acts.launch(WISH)).toMatchObject({ kind: 'running' })
    expect(starts()).toHaveLength(1)
  })

  it('[B01] that cannot be journaled is taken back before its prompt', async () => {
    const { at, hub, starts } = place()
    const full = () => {
      throw new JournalFault('full', at('journal.db'), 'no room')
    }
    const { acts, journal } = hub(undefined, real => ({ ...real, appendAll: full }))
    await expect(acts.launch(WISH)).rejects.toThrow(JournalFault)
    expect(existsSync(at('trees/cut'))).toBe(false)
    expect(existsSync(at('logs/cut.json'))).toBe(false)
    expect(starts()).toEqual([])
    journal.close()
  })

  it('[B11] is one of many at once under one name, or in a worktree of its own', async () => {
    const { hub, starts } = place()
    const { acts, journal } = hub()
    onTestFinished(() => journal.close())
    const names = ['one', 'two', 'one', 'three', 'two']
    const acted = await Promise.all(names.map(name => acts.launch({ ...WISH, name })))
    expect(acted.map(({ kind }) => kind)).toEqual([
      'running',
      'running',
      'already',
      'running',
      'already',
    ])
    const places = acted.flatMap(each => (each.kind === 'running' ? [each.record.cwd] : []))
    expect(new Set(places).size).toBe(3)
    expect(starts()).toHaveLength(3)
    const other = await acts.launch({ ...WISH, name: 'one', brief: `${WISH.brief}more\n` })
    expect(other).toMatchObject({ kind: 'refused' })
  })

  it.each([
    ['before', 'unknown', 'its process still runs', true],
    ['after', 'stopped', 'none is left', false],
  ] as const)(
    '[A05] whose stop is cut %s its effect is told as %s: %s',
    async (when, outcome, _, isLeft) => {
      const { hub, starts } = place()
      const cut: Cut = { method: null, when }
      const { acts, journal } = hub(cut)
      onTestFinished(() => journal.close())
      await acts.launch(WISH)
      const target = await acts.target({ lane: 'cut' })
      if (target.kind === 'refused') throw new Error(target.message)
      const { pid, pidStart, commandLine } = target
      expect(commandLine).toMatch(/sleep 600/)
      cut.method = 'lane.end'
      const asked = { lane: 'cut', pid, pidStart, label: 'test' }
      expect(await acts.stop(asked)).toMatchObject({ kind: 'unknown' })
      cut.method = null
      acts.hostIsThere()
      await eventually('it was looked into', () => openLaneIntents(journal).length === 0)
      expect(journal.list({ kinds: ['outcome'] }).at(-1)?.data).toMatchObject({ outcome })
      expect(starts().filter(isAlive)).toEqual(isLeft ? [pid] : [])
      expect(await acts.stop(asked)).toMatchObject({ kind: isLeft ? 'stopped' : 'refused' })
      expect(starts().filter(isAlive)).toEqual([])
    },
  )
})
