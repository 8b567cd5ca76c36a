/**
 * The lock of one item, as two consoles and a person take, lose and free it on a real disk: every
 * question to the host is a step, steps come in any order, and a console may end between any two.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { holdOf } from '../../../src/engine/dispatch/locks.ts'
import { judgeUnlock, STALE_AFTER_MS } from '../../../src/policy/unlock.ts'
import { freeLock, listLocks, lookAtLock, takeLock } from '../../../src/probe/dispatch/locks.ts'
import { claimRecord } from '../../../src/probe/runner/run-record.ts'
import { RunRecord } from '../../../src/rpc/lane-api.ts'
import type { LaneFact } from '../../../state/facts.ts'
import { laneNameOf } from '../../../state/item.ts'
import { scratch } from '../../setup/scratch.ts'
import { lane as laneFact } from '../../terminal/parts/facts.ts'

const ITEM = { goal: 'land', id: 'rebase' }

type Result = 'failed' | 'pushed'

/** A lane whose prompt was sent. `shown`: what its fact says to whoever plans. */
interface Lane {
  attempt: number
  state: 'live' | Result
  shown: 'no' | 'live' | Result
}

const recordOf = (logs: string, lane: string): RunRecord =>
  RunRecord.parse({
    schema: 'dockmaster.run/1',
    key: lane,
    stem: lane,
    name: lane,
    engine: 'codex',
    model: null,
    hostname: 'host',
    cwd: logs,
    tree: null,
    log: join(logs, `${lane}.jsonl`),
    logFrom: 0,
    brief: '',
    sha256: '',
    argv: [],
    pid: 0,
    pidStart: '',
    heldAt: 0,
    isReleasing: false,
  })

function newHost() {
  const logs = join(scratch(), 'logs')
  let clock = 1_000
  const deps = { home: logs, now: () => clock }
  const lanes: Lane[] = []
  const records = new Set<number>()

  const facts = () =>
    lanes.flatMap(({ attempt, shown }) => {
      if (shown === 'no') return []
      const ended = shown === 'live' ? {} : { status: 'ended' as const, result: shown }
      const { value } = laneFact(laneNameOf(ITEM, attempt), ended)
      return [{ attempt, fact: value as LaneFact }]
    })
  const newest = async () => (await listLocks(logs, deps))[0] ?? null
  const discard = async (attempt: number) => {
    await rm(join(logs, `${laneNameOf(ITEM, attempt)}.json`), { force: true })
    records.delete(attempt)
  }
  const isOurs = async (attempt: number, key: string) => {
    const { lock } = await lookAtLock({ logs, work: { ...ITEM, attempt } }, deps)
    return lock?.record.key === key && lock.freed === null
  }

  /** What a console that comes back does about what it had in hand. */
  async function* reconcile(who: string, attempt: number) {
    if (!lanes.some(lane => lane.attempt === attempt) && records.has(attempt)) {
      const { lock } = await lookAtLock({ logs, work: { ...ITEM, attempt } }, deps)
      if (lock?.record.key === `${who}/${attempt}`) await discard(attempt)
      yield
    }
    const key = `${who}/${attempt}`
    const { lock, launched } = await lookAtLock({ logs, work: { ...ITEM, attempt } }, deps)
    yield
    if ((lock !== null && lock.record.key !== key) || launched) return
    await freeLock({ logs, work: { ...ITEM, attempt }, key, who, why: 'no lane' }, deps)
  }

  /** A dispatch; `took` says what it has in hand from there on. */
  async function* dispatch(who: string, took: (attempt: number) => void) {
    const lock = await newest()
    const { attempt, before } = planned(lock, facts(), [...records]) ?? { attempt: 0, before: null }
    yield
    if (attempt === 0) return
    const lane = laneNameOf(ITEM, attempt)
    const key = `${who}/${attempt}`
    took(attempt)
    const taken = await takeLock(
      { logs, lock: { ...ITEM, attempt, lane, profile: who, key, who }, before },
      deps,
    )
    yield
    if (taken.kind === 'held') return
    if (await claimRecord(logs, recordOf(logs, lane))) {
      records.add(attempt)
      yield
      const mayGo = await isOurs(attempt, key)
      yield
      if (mayGo) lanes.push({ attempt, state: 'live', shown: 'no' })
      else await discard(attempt)
    }
    yield
    yield* reconcile(who, attempt)
  }

  async function* unlock() {
    const lock = await newest()
    const launched = [...records].map(attempt => laneNameOf(ITEM, attempt))
    const seen = facts().map(({ fact }) => fact.name)
    yield
    const verdict = judgeUnlock({
      subject: 'land/rebase',
      lock,
      lanes: [...seen, ...launched],
      by: { tty: '/dev/pts/1' },
    })
    if (verdict.kind === 'refused') return
    const { record } = verdict.lock
    await freeLock({ logs, work: record, key: record.key, who: 'person', why: 'stale' }, deps)
  }

  const change = (from: Lane['state'], to: Result) => {
    const lane = lanes.findLast(({ state }) => state === from)
    if (lane) lane.state = to
  }
  return {
    dispatch,
    reconcile,
    unlock,
    lanes,
    end: (result: Result) => change('live', result),
    show: () => {
      for (const lane of lanes) lane.shown = lane.state
    },
    age: () => {
      clock += STALE_AFTER_MS
    },
  }
}

function planned(
  lock: Awaited<ReturnType<typeof listLocks>>[number] | null,
  lanes: { attempt: number; fact: LaneFact }[],
  launched: number[],
) {
  const hold = holdOf({
    lock: lock && {
      ...lock.record,
      ageMs: lock.ageMs,
      isFreed: lock.freed !== null,
    },
    launched,
    lanes,
  })
  return hold.kind === 'free' ? hold : null
}

const step = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('ann', 'ben') },
  { weight: 2, arbitrary: fc.constantFrom('crash ann', 'crash ben') },
  { weight: 2, arbitrary: fc.constantFrom('person', 'age', 'break') },
  { weight: 3, arbitrary: fc.constantFrom('end failed', 'show') },
  { weight: 1, arbitrary: fc.constant('end pushed') },
)

it('[B09] no item has two lanes, nor one beside work that stays, however consoles interleave and crash', async () => {
  let most = 0
  let again = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 160 }), async steps => {
      const host = newHost()
      const inHand = new Map<string, number>()
      const under = new Map<string, AsyncGenerator<undefined, void>>()
      const next = async (who: string) => {
        const begun = under.get(who)
        const hand = inHand.get(who)
        const took = (attempt: number) => void inHand.set(who, attempt)
        const fresh = () => {
          if (who === 'person') return host.unlock()
          return hand === undefined ? host.dispatch(who, took) : host.reconcile(who, hand)
        }
        const at = begun ?? fresh()
        under.set(who, at)
        if (!(await at.next()).done) return
        under.delete(who)
        inHand.delete(who)
      }
      const odd: Record<string, () => void> = {
        'crash ann': () => under.delete('ann'),
        'crash ben': () => under.delete('ben'),
        'end failed': () => host.end('failed'),
        'end pushed': () => host.end('pushed'),
        show: host.show,
        age: host.age,
      }
      for (const each of steps) {
        const act = odd[each]
        if (act) act()
        else if (each !== 'break') await next(each)
        else {
          // A person comes back to a lock that has grown old.
          host.age()
          for await (const _ of host.unlock());
        }
        const kept = host.lanes.filter(({ state }) => state !== 'failed')
        expect(kept.length).toBeLessThanOrEqual(1)
      }
      most = Math.max(most, host.lanes.length)
      again += host.lanes.length > 1 ? 1 : 0
    }),
    { numRuns: 150 },
  )
  // The property is not empty: items were launched, and launched again.
  expect(most).toBeGreaterThan(1)
  expect(again).toBeGreaterThan(5)
}, 120_000)

it('[B09] a lock that was given up before it came belongs to nobody, and the next number is free', async () => {
  const logs = scratch()
  const deps = { home: logs, now: () => 1 }
  const key = 'k'
  const take = (attempt: number) => {
    const lane = laneNameOf(ITEM, attempt)
    const lock = { ...ITEM, attempt, lane, profile: 'p', key, who: 'kim' }
    return takeLock({ logs, lock, before: null }, deps)
  }
  await freeLock({ logs, work: { ...ITEM, attempt: 1 }, key, who: 'kim', why: 'cut' }, deps)
  expect(await take(1)).toMatchObject({ kind: 'held' })
  expect(await take(2)).toEqual({ kind: 'taken' })
})
