/** What was left on the host is taken away: one act at a time, in the turns of acts on lanes. */
import * as z from 'zod'
import { BoxRemoveAct, LockRemoveAct, LockRestoreAct } from '../../../state/act.ts'
import type { Answerer } from '../../../state/answerer.ts'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import { outcomeEntry } from '../../../state/journal/outcome.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import type { Done } from '../../rpc/act-api.ts'
import type { HubParams } from '../../rpc/hub-api.ts'
import { RpcFault } from '../../rpc/peer.ts'
import type { LaneActs, Unreached } from '../lane-acts.ts'
import { type BoxActsDeps, removeBox, settleBox } from './box-acts.ts'
import { type LockActsDeps, removeLock, restoreLock, settleLock } from './lock-acts.ts'

export interface LeftoversDeps extends LockActsDeps, BoxActsDeps {
  lanes: Pick<LaneActs, 'inTurn'>
}

export interface Leftovers {
  remove(asked: HubParams<'leftover.remove'>): Promise<Done>
  /** What an undo names. */
  perform(
    act: LockRemoveAct | LockRestoreAct,
    by: Answerer,
    cause: JournalRow['data'],
  ): Promise<Done>
  /** Carries out what was decided; why that must wait, or null when it is done. */
  settle(): Promise<Unreached | null>
  /** Tells that the host can be asked: what was cut off is looked into. */
  hostIsThere(): void
}

const LeftoverIntent = z.discriminatedUnion('act', [LockRemoveAct, LockRestoreAct, BoxRemoveAct])

export const isLeftoverIntent = ({ data }: Pick<JournalRow, 'data'>): boolean =>
  LeftoverIntent.safeParse(data).success

export function newLeftovers(deps: LeftoversDeps): Leftovers {
  const { journal, lanes, now } = deps
  /** The last hub, or an act of this one, may have left something open. */
  let mayBeOpen = true

  const open = () => entriesAs(journal.unsettled('intent'), LeftoverIntent)

  const settle = async () => {
    if (!mayBeOpen) return
    for (const { row, data: intent } of open()) {
      const ending =
        intent.act === 'box.remove'
          ? await settleBox(deps, row, intent)
          : await settleLock(deps, row, intent)
      journal.append(outcomeEntry(row, ending, now()))
    }
    mayBeOpen = false
  }

  /** A link that falls on the way leaves its intent to be looked into; before, it is waited for. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T | Unreached> =>
    lanes.inTurn(async () => {
      try {
        await settle()
        return await act()
      } catch (error) {
        mayBeOpen = true
        if (!(error instanceof RpcFault) || open().length === 0) throw error
        return { kind: 'unknown', message: error.message } as const
      }
    })

  return {
    remove: ({ kind, key, file, isDryRun, by }) => {
      const wish = { isDryRun, by, cause: {} }
      return inTurn(() =>
        kind === 'box' ? removeBox(deps, key, wish) : removeLock(deps, { path: key, file }, wish),
      )
    },
    perform: (act, by, cause) => {
      const wish = { isDryRun: false, by, cause }
      return inTurn(() =>
        act.act === 'lock.restore' ? restoreLock(deps, act, wish) : removeLock(deps, act, wish),
      )
    },
    settle: () => {
      mayBeOpen = true
      return inTurn(async () => null)
    },
    hostIsThere: () => {
      if (!mayBeOpen || open().length === 0) return
      // The next time will do, if the link falls again meanwhile.
      inTurn(async () => null).catch(() => undefined)
    },
  }
}
