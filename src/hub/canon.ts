/** The canon's lock: kept in the journal, compared with the files where they lie. */

import * as z from 'zod'
import { authorOf } from '../../state/answerer.ts'
import {
  CanonLock,
  type Spec,
  type SpecState,
  specStates,
  unlockedEdits,
} from '../../state/canon.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import { CANON_SUBJECT } from '../../state/journal/subjects.ts'
import { judgeCanonLock } from '../policy/canon.ts'
import type { Done } from '../rpc/act-api.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { HubBase } from './hub-base.ts'
import type { ProbeSession } from './probe-session.ts'

export interface Canon {
  look(): Promise<HubResult<'canon.look'>>
  /** Why work may not fan out. Throws RpcFault when the host cannot be asked. */
  edits(): Promise<string[]>
  /** Throws JournalFault: a lock that is not on record is none. */
  lock(asked: HubParams<'canon.lock'>): Promise<Done>
}

interface Deps extends Pick<HubBase, 'journal' | 'now'> {
  specs: readonly Spec[]
  ask: ProbeSession['request']
  /** Why the host cannot be asked now; null when it can. */
  barrier(): Promise<string | null>
}

const Locked = z.object({ hashes: CanonLock.shape.hashes, reason: z.string() })

export function newCanon({ specs, journal, now, ask, barrier }: Deps): Canon {
  const newest = (): CanonLock | null => {
    const [row] = journal.list({ kinds: ['outcome'], subject: CANON_SUBJECT, limit: 1 })
    const told = row && Locked.safeParse(row.data).data
    return told ? { seq: row.seq, at: row.at, by: row.author, ...told } : null
  }
  const hashes = async () => {
    if (specs.length === 0) return []
    return (await ask('canon.hashes', { paths: specs.map(({ path }) => path) })).files
  }
  const statesNow = async (): Promise<SpecState[]> => specStates(specs, await hashes(), newest())

  return {
    look: async () => {
      const lock = newest()
      if ((await barrier()) !== null) return { lock, specs: specStates(specs, null, lock) }
      try {
        return { lock, specs: await statesNow() }
      } catch (error) {
        if (!(error instanceof RpcFault)) throw error
        return { lock, specs: specStates(specs, null, lock) }
      }
    },
    edits: async () => {
      const lock = newest()
      return lock === null ? [] : unlockedEdits(await statesNow(), lock)
    },
    lock: async ({ reason, by }) => {
      const barred = await barrier()
      if (barred !== null) return { kind: 'unreachable', message: barred }
      const states = await statesNow()
      const problems = judgeCanonLock(states, by)
      if (problems.length > 0) return { kind: 'refused', message: problems.join('; ') }
      const taken = Object.fromEntries(states.map(({ path, sha256 }) => [path, sha256 ?? '']))
      const entry = { at: now(), author: authorOf(by), subject: CANON_SUBJECT }
      const why = reason === '' ? '' : `: ${reason}`
      const text = `the canon is locked as it is, ${states.length} of ${states.length}${why}`
      const data = { act: 'canon.lock', hashes: taken, reason, by }
      const intent = journal.append({ ...entry, kind: 'intent', text, data })
      const { seq } = journal.append(outcomeEntry(intent, { outcome: 'locked', text, data }, now()))
      return { kind: 'done', text, seq }
    },
  }
}
