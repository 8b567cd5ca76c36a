import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Transport,
  TransportError,
  type TransportFailure,
} from '../../../adapters/transport.ts'
import { type Link, startLink } from '../../../src/hub/link.ts'
import type { LinkFact } from '../../../state/facts.ts'

const gone: TransportFailure = { kind: 'unreachable', message: 'no route', mend: 'check it' }
const changed: TransportFailure = { kind: 'refused', message: 'key changed', mend: 'compare it' }

/** A transport whose connecting and losing the test decides. */
function scripted(connect: () => Promise<void>) {
  let lose: (failure: TransportFailure) => void = () => {}
  const transport: Transport = {
    kind: 'ssh',
    target: 'agent@factory',
    connect,
    lost: new Promise(resolve => {
      lose = resolve
    }),
    stream: () => Promise.reject(new Error('not in this test')),
    forwardUnix: () => Promise.resolve(new PassThrough()),
    forwardTcp: () => Promise.resolve(new PassThrough()),
    terminal: () => Promise.reject(new Error('not in this test')),
    ping: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  }
  return { transport, lose: (failure: TransportFailure) => lose(failure) }
}

describe('the link', () => {
  let started: Link | null = null
  afterEach(() => started?.stop())

  /** Starts a link whose attempts are the given ones; the last repeats. */
  function start(attempts: (() => Promise<void>)[]) {
    const facts: LinkFact[] = []
    const made: ReturnType<typeof scripted>[] = []
    const changes = new Set<() => void>()
    let clock = 0
    let tries = 0
    const link = startLink({
      open: () => {
        const attempt = attempts[Math.min(tries, attempts.length - 1)] ?? (() => Promise.resolve())
        tries += 1
        const next = scripted(attempt)
        made.push(next)
        return Promise.resolve(next.transport)
      },
      serve: (_transport, signal) =>
        new Promise(resolve => signal.addEventListener('abort', () => resolve())),
      emit: fact => {
        facts.push(fact)
        for (const look of changes) look()
      },
      now: () => ++clock,
      target: 'agent@factory',
      kind: 'ssh',
      backoff: { minMs: 1, maxMs: 4 },
    })
    started = link
    const until = (done: (fact: LinkFact) => boolean) =>
      new Promise<LinkFact>(resolve => {
        const look = () => {
          const found = facts.find(done)
          if (!found) return
          changes.delete(look)
          resolve(found)
        }
        changes.add(look)
        look()
      })
    return { link, facts, made, until, tries: () => tries }
  }

  const ok = () => Promise.resolve()
  const fail = (failure: TransportFailure) => () => Promise.reject(new TransportError(failure))

  it('[A04] opens again by itself after a drop, and counts it', async () => {
    const { made, until, facts } = start([ok])
    await until(fact => fact.state === 'up')
    made[0]?.lose(gone)
    const down = await until(fact => fact.state === 'down')
    expect(down).toMatchObject({ message: 'no route', connections: 0, reconnects: 1 })
    facts.length = 0
    const up = await until(fact => fact.state === 'up')
    expect(up).toMatchObject({ connections: 1, reconnects: 1, message: null })
  })

  it('goes on trying while the host cannot be reached', async () => {
    const { until, tries } = start([fail(gone), fail(gone), fail(gone), ok])
    await until(fact => fact.state === 'up')
    expect(tries()).toBe(4)
  })

  it('[O05] does not try a refusal again until somebody asks', async () => {
    const { link, until, tries } = start([fail(changed), ok])
    await until(fact => fact.state === 'refused')
    expect(await link.ready(10_000)).toMatchObject({ kind: 'transport', failure: changed })
    expect(tries()).toBe(1)
    link.nudge()
    await until(fact => fact.state === 'up')
    expect(tries()).toBe(2)
  })

  it('says since when it is down, not since when it last failed', async () => {
    const { until, facts, tries } = start([fail(gone)])
    const first = await until(fact => fact.state === 'down')
    await until(() => tries() >= 3)
    expect(new Set(facts.filter(f => f.state === 'down').map(f => f.since))).toEqual(
      new Set([first.since]),
    )
  })
})
