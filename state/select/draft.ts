/** Any thing that has a row, as its row, with what stands beside it. */
import type { AnySeen, World } from '../world.ts'
import { boxRow, imageRow } from './box.ts'
import { breachRow } from './breach.ts'
import { dockedOf } from './docked.ts'
import { jobRow } from './job.ts'
import { laneRow } from './lane.ts'
import { lineRow } from './line.ts'
import { lockRow } from './lock.ts'
import { pauseRow } from './pause.ts'
import { prRow } from './pr.ts'
import type { RowDraft } from './row.ts'
import { transcriptsRow } from './transcripts.ts'

/** Null for what has no row of its own: links, sources, landings, decisions. */
export function draftOf(world: World, seen: AnySeen): RowDraft | null {
  switch (seen.kind) {
    case 'lane':
      return laneRow(seen.value)
    case 'breach':
      return breachRow(seen.value)
    case 'pause':
      return pauseRow(seen.value)
    case 'pr':
      return prRow(seen.value, dockedOf(world, seen)?.value ?? null)
    case 'line':
      return lineRow(seen.value)
    case 'box':
      return boxRow(seen.value)
    case 'image':
      return imageRow(seen.value)
    case 'job':
      return jobRow(seen.value)
    case 'lock':
      return lockRow(seen.value)
    case 'transcripts':
      return transcriptsRow(seen.value)
    default:
      return null
  }
}
