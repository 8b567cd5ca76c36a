/** The practice marshal: now and then it lands the oldest clean pull request, as a person would. */
import { appendFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RepositoryModel } from './github/model.ts'
import { isOpen } from './github/pull.ts'
import { MARSHAL_ACCOUNT } from './names.ts'
import type { Random } from './random.ts'

export interface MarshalOptions {
  repositories: readonly RepositoryModel[]
  random: Random
  now: () => number
  speed: number
  /** Where it says what it did. */
  log: string
  trouble: (text: string) => void
}

/** Time between two rounds, in ms of life. */
const APART = [240_000, 600_000] as const
/** Mergeability is asked for first, and read after this, in ms. */
const COMPUTED_AFTER = 2_000

export function startMarshal(options: MarshalOptions): { stop: () => Promise<void> } {
  const { repositories, random, now, speed } = options
  const stopping = new AbortController()
  const { signal } = stopping

  const openPulls = () =>
    repositories.flatMap(repository =>
      repository
        .pulls()
        .filter(isOpen)
        .map(pull => ({ repository, pull })),
    )

  const round = async (): Promise<void> => {
    await Promise.all(repositories.map(repository => repository.refresh()))
    for (const { repository, pull } of openPulls()) repository.mergeability(pull)
    await sleep(COMPUTED_AFTER, undefined, { signal })
    const clean = openPulls().filter(
      ({ repository, pull }) => repository.mergeState(pull) === 'CLEAN',
    )
    const oldest = clean.sort((a, b) => a.pull.createdAt - b.pull.createdAt)[0]
    if (!oldest) return
    const landed = await oldest.repository.land(oldest.pull.number, MARSHAL_ACCOUNT)
    const what = `${oldest.repository.fullName}#${landed.number} ${landed.landed?.sha.slice(0, 8)}`
    await appendFile(options.log, `${new Date(now()).toISOString()} merged ${what}\n`)
  }

  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await sleep(random.int(...APART) / speed, undefined, { signal })
        await round()
      } catch (error) {
        // A push raced the merge: the next round sees it as it is.
        if (!signal.aborted) options.trouble(`marshal: ${String(error)}`)
      }
    }
  }
  const task = work()
  return {
    stop: async () => {
      stopping.abort()
      await task
    },
  }
}
