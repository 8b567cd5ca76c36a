/**
 * A host that is this machine, whose agent notes each start, says a line and stays; and hubs on it,
 * each with a journal of its own, that can be cut at any question to the host.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { newDispatcher } from '../../../src/hub/dispatch.ts'
import { newLaneActs } from '../../../src/hub/lane-acts.ts'
import { dispatch } from '../../../src/probe/dispatch/dispatch.ts'
import { runner } from '../../../src/probe/runner/runner.ts'
import { RpcGone } from '../../../src/rpc/peer.ts'
import type { ProbeMethod } from '../../../src/rpc/probe-api.ts'
import type { Fact } from '../../../state/facts.ts'
import { type Journal, openJournal } from '../../../state/journal/journal.ts'
import { killIn } from '../../real/parts/processes.ts'
import { withoutBoxes } from '../../setup/no-boxes.ts'
import { scratch } from '../../setup/scratch.ts'
import { dispatchWorld } from './dispatch-world.ts'
import { BRIEF, launchPlace } from './launch-place.ts'

export interface Cut {
  /** Which question to the host, counted from 1 over all. */
  at: number | null
  when: 'before' | 'after'
}

interface HubWish {
  /** File of its journal. */
  journal?: string
  cut?: Cut
  facts?: readonly Fact[]
  onAsk?: (method: string) => Promise<void>
}

const METHODS: Record<string, (params: never) => Promise<unknown>> = { ...runner, ...dispatch }

/** `agent` is what stands after its start is noted. */
export function dispatchHost({
  items,
  agent = `echo '{"type":"turn.started"}'; exec sleep 600`,
}: {
  items: readonly object[]
  agent?: string
}) {
  const dir = scratch()
  const { at, launch } = launchPlace(
    dir,
    `#!/bin/sh\necho "$$ $PWD" >> ${join(dir, 'starts')}\n${agent}\n`,
  )
  writeFileSync(at('brief.md'), BRIEF)
  const { config, facts: world } = dispatchWorld(items, at('brief.md'))
  const starts = () =>
    existsSync(at('starts'))
      ? readFileSync(at('starts'), 'utf8')
          .trim()
          .split('\n')
          .map(line => ({ pid: Number(line.split(' ')[0]), lane: line.split('/').at(-1) ?? '' }))
      : []
  onTestFinished(() =>
    killIn(
      dir,
      starts().map(({ pid }) => pid),
    ),
  )

  /** `facts` are what this hub sees besides a host that is well. */
  const hub = ({
    journal: file = 'journal.db',
    cut = { at: null, when: 'before' },
    facts = [],
    onAsk = async () => undefined,
  }: HubWish = {}) => {
    const journal: Journal = openJournal(at(file))
    let asked = 0
    const questions: string[] = []
    const ask = (async (method: ProbeMethod, params: never) => {
      asked += 1
      const isHere = cut.at === asked
      questions.push(method)
      await onAsk(method)
      if (isHere && cut.when === 'before') throw new RpcGone('cut')
      const answer = await METHODS[method]?.(params)
      if (isHere) throw new RpcGone('cut')
      return answer
    }) as Parameters<typeof newLaneActs>[0]['ask']
    const lanes = newLaneActs({
      profile: 'here',
      launch,
      models: { allowed: [], banned: [] },
      journal,
      ask,
      ...withoutBoxes(ask),
      now: Date.now,
      lanes: () => [],
      pauses: () => [],
      unlocked: async () => [],
      accountOf: ({ engine }) => engine,
      barrier: async () => null,
    })
    const dispatcher = newDispatcher({
      repos: launch.repos,
      config,
      unlocked: async () => [],
      logs: launch.logs,
      facts: { all: () => [...world, ...facts] },
      journal,
      ask,
      now: Date.now,
      launch: (planned, author) => lanes.dispatch(planned, author),
    })
    const by = { user: file, host: 'desk', pid: 7, tty: '/dev/pts/7', parents: [] }
    const run = (more: Partial<Parameters<typeof dispatcher.run>[0]> = {}) =>
      dispatcher.run(
        { limit: null, only: null, override: null, by, ...more },
        () => undefined,
        new AbortController().signal,
      )
    return { journal, lanes, dispatcher, run, by, questions }
  }
  return { at, hub, starts }
}
