/** What stands in a pane in place of rows: what is wrong and its mend, or what would fill it. */
import { clean } from '../clean.ts'
import type { Instant } from '../facts.ts'
import { type FactPane, PANE_INFO } from '../panes.ts'
import { linkOf } from '../reduce.ts'
import { absentSources, notesOf, stalePane, wasLookedAt } from '../stale.ts'
import type { World } from '../world.ts'
import { staleText } from './headline.ts'

/** Lines for an empty pane. */
export function emptyNote(world: World, pane: FactPane, now: Instant): readonly string[] {
  const stale = stalePane(world, pane)
  if (stale) {
    const said = [clean(stale.reason), clean(stale.mend ?? '')]
    return [staleText(world, stale, now), ...said].filter(line => line !== '')
  }
  if (!wasLookedAt(world, pane)) return ['Nobody has looked here yet.']
  const absent = absentSources(world, pane).flatMap(({ message, mend }) => [message, mend])
  if (absent.length > 0) return absent.flatMap(text => (text ? [clean(text)] : []))
  return [PANE_INFO[pane].empty, PANE_INFO[pane].fill, ...notesOf(world, pane).map(clean)]
}

const FIRST_RUN = [
  'Dockmaster shows a factory of coding agents by its evidence.',
  '1 Lanes: what runs. 2 Dock: what waits to land. 3 Heals: what keeps it up. 4 PKM: what is kept.',
  'Arrow keys or j k move, Tab changes the pane, Enter opens a row, / filters, ? shows every key.',
  'Green means proof that we read ourselves: a commit, a pull request, a landing.',
  'It stays quiet until something changes.',
] as const

/** Five lines for a screen on which nothing has been seen yet; none once there is anything. */
export function firstRun(world: World): readonly string[] {
  const seen = world.lane.size + world.pr.size + world.job.size + world.transcripts.size
  const up = linkOf(world)?.state
  return seen === 0 && (up === undefined || up === 'up' || up === 'connecting') ? FIRST_RUN : []
}
