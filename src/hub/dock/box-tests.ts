/**
 * Trains that are tested by the repository's gate command, each in a disposable box on the host:
 * the box gets the commit's files and no token, and its exit code, as the engine tells it, decides.
 * A box has the name of its train and commit, and stays until its verdict is on record: so whoever
 * was cut off finds either.
 */
import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { type BoxHost, type BoxSeen, LABELS } from '../../../adapters/box.ts'
import { writeBundle } from '../../../adapters/git/bundle.ts'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { Instant } from '../../../state/facts.ts'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { Train } from '../../engine/queue/line.ts'
import { containerName } from '../../policy/box-plan.ts'
import type { BoxDesk } from '../box-desk.ts'
import type { ProbeSession } from '../probe-session.ts'
import type { TrainTests, Verdict } from './train-tests.ts'

export interface BoxTestsDeps {
  mirror: Mirror
  journal: Journal
  /** The line's, in the journal. */
  subject: string
  /** `owner/name`. */
  repo: string
  /** A text of the config's, for `sh -c`. */
  command: string
  /** Entry of `boxes`. */
  box: string
  limitMs: number
  /** Where launched lanes keep their logs; what is tested lies below. */
  logs: string
  ask: ProbeSession['request']
  desk: Pick<BoxDesk, 'forCommands'> & { host: BoxHost }
  /** On the host's clock. */
  hostNow(): Instant
  now(): Instant
}

const TESTED = 'line.tested'

/** Data of the entry that holds a verdict. */
const Tested = z.object({
  act: z.literal(TESTED),
  train: z.string(),
  commit: z.string(),
  exit: z.number().int(),
  why: z.string(),
})

/** Entries of the line that are looked through for a verdict. */
const LOOK_BACK = 1_000
const PIECE_BYTES = 384 * 1_024
const END_WITHIN_MS = 10_000
const LOOK_EVERY_MS = 100

export function boxTests(deps: BoxTestsDeps): TrainTests {
  const { journal, subject, ask, logs, mirror, desk, command, now } = deps
  const { host } = desk
  const place = { logs, repo: `${deps.repo.replace('/', '+')}.git` }
  const late = new Set<string>()

  const namesOf = (train: Train, commit: string) => {
    const stem = `gate-${train.id}`
    const key = createHash('sha256').update(`${subject}\n${train.id}\n${commit}`).digest('hex')
    return { stem, key, container: containerName(stem, key) }
  }

  const recorded = (train: Train, commit: string): Verdict | null => {
    const rows = journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK })
    const found = entriesAs(rows, Tested).findLast(
      ({ data }) => data.train === train.id && data.commit === commit,
    )
    return found === undefined ? null : { isGreen: found.data.exit === 0, why: found.data.why }
  }

  /** Brings the commit to the host, which needs neither remote nor token for it. */
  const bring = async (commit: string) => {
    const { isThere, tips } = await ask('gate.look', { ...place, commit })
    if (isThere) return
    const path = await writeBundle(mirror, commit, tips)
    const file = await open(path)
    try {
      for (let at = 0; ; ) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, at)
        if (bytesRead === 0) return
        const base64 = buffer.toString('base64', 0, bytesRead)
        await ask('gate.take', { ...place, commit, at, base64 })
        at += bytesRead
      }
    } finally {
      await file.close()
      await rm(path, { force: true })
    }
  }

  const start: TrainTests['start'] = async (train, commit) => {
    if (recorded(train, commit) !== null) return 'begun'
    const { stem, key, container } = namesOf(train, commit)
    const box = await host.look(container)
    if (box === null) {
      if (!(await mirror.has(commit))) return 'lost'
      const fit = await desk.forCommands(deps.box, subject)
      if (fit.kind === 'refused') throw new Error(fit.problems.join('; '))
      await bring(commit)
      const there = await ask('gate.checkout', { ...place, commit, key: container })
      if (there.kind === 'failed') throw new Error(there.message)
      const { tree: cwd, log } = there
      await host.create(await fit.gate({ command, cwd, log, container, stem, key }))
    }
    if (box === null || box.state === 'created') await host.start(container)
    return 'begun'
  }

  const dropFiles = async (key: string): Promise<void> => {
    const { fault } = await ask('gate.drop', { ...place, key })
    if (fault !== null) throw new Error(`the files of ${key} were not removed: ${fault}`)
  }

  /** Removes a box that has ended, and its files; the log stays. */
  const clear = async ({ id, name }: Pick<BoxSeen, 'id' | 'name'>): Promise<void> => {
    await host.remove(id)
    await dropFiles(name)
  }

  const record = (train: Train, commit: string, box: BoxSeen, exit: number): Verdict => {
    const how = late.has(box.name)
      ? `was ended after ${deps.limitMs / 1_000} s`
      : `ended with ${exit}${box.isOutOfMemory ? ', out of memory' : ''}`
    const why = exit === 0 ? '' : `the gate command ${how}; its log is ${box.name}.log`
    journal.append({
      at: now(),
      kind: 'outcome',
      author: 'dock',
      subject,
      text: `tested ${train.id} at ${commit}: the gate command ${how}; log ${logs}/gates/${box.name}.log`,
      data: { act: TESTED, train: train.id, commit, exit, why, box: box.name },
    })
    return { isGreen: exit === 0, why }
  }

  const verdict = async (train: Train, commit: string): Promise<Verdict | null> => {
    const { container } = namesOf(train, commit)
    const box = await host.look(container)
    const told = recorded(train, commit)
    if (box === null) {
      // Cut off before it began, or taken away without a word: then it is tested again.
      if (told === null && (await start(train, commit)) === 'lost') {
        throw new Error(`${container} is gone, and so is its commit`)
      }
      if (told !== null) await dropFiles(container)
      return told
    }
    if (!isOver(box)) {
      if (box.state === 'created') await host.start(container)
      const ranMs = box.startedAt === null ? 0 : deps.hostNow() - box.startedAt
      if (ranMs <= deps.limitMs) return null
      late.add(container)
      await host.kill(box.id, 'SIGKILL')
      return null
    }
    // An engine that tells no exit code tells nothing green.
    const came = told ?? record(train, commit, box, box.exit ?? -1)
    await clear(box)
    return came
  }

  const end = async (box: BoxSeen): Promise<void> => {
    const until = now() + END_WITHIN_MS
    for (let seen: BoxSeen | null = box; seen !== null && !isOver(seen); ) {
      if (now() > until) throw new Error(`${box.name} does not end`)
      await host.kill(box.id, 'SIGKILL')
      await delay(LOOK_EVERY_MS)
      seen = await host.look(box.name)
    }
    await clear(box)
  }

  return {
    start,
    verdict,
    drop: async train => {
      const { stage } = train
      // What has a verdict on record was cleared for it.
      if ('commit' in stage && recorded(train, stage.commit) !== null) return
      const stem = `gate-${train.id}`
      for (const box of await host.list()) {
        const { labels } = box
        if (labels[LABELS.stem] === stem && labels[LABELS.lane] === subject) await end(box)
      }
    },
  }
}

const isOver = ({ state }: BoxSeen): boolean => state === 'exited' || state === 'dead'
