/** What clients, hub and probe say to each other when a lane is looked into. */
import * as z from 'zod'
import { LaneBriefs, LaneDiff, LaneTimeline, LaneTurns } from '../../state/look.ts'

/** Most bytes of a diff on the screen, and for a pager. */
export const DIFF_SHOWN = 262_144
export const DIFF_PAGED = 8 * 2 ** 20

const Max = z.number().int().min(1).max(DIFF_PAGED)
const Lane = z.object({ lane: z.string() })
const Path = z.string().nullable()

/** Paths are of the lane's fact. */
export const PROBE_LOOK_METHODS = {
  'look.brief': { params: z.object({ log: Path }), result: LaneBriefs },
  'look.diff': { params: z.object({ cwd: Path, log: Path, max: Max }), result: LaneDiff },
  'look.turns': { params: z.object({ log: Path, session: Path }), result: LaneTurns },
} as const

/** `lane` is a key, a thread or a whole name; other names are an error that says so. */
export const HUB_LOOK_METHODS = {
  'lane.brief': { params: Lane, result: LaneBriefs },
  'lane.diff': { params: Lane.extend({ max: Max }), result: LaneDiff },
  'lane.timeline': { params: Lane, result: LaneTimeline },
} as const
