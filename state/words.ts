/**
 * The words. One list: code, screens, JSON and docs use these and no synonyms.
 */
import * as z from 'zod'

export const ENGINES = ['codex', 'claude'] as const
export const Engine = z.enum(ENGINES)
export type Engine = z.infer<typeof Engine>

/** What a lane is doing now. */
export const LANE_STATUSES = [
  'queued',
  'starting',
  'working',
  'thinking',
  'quiet',
  'stalled',
  'quota',
  'auth',
  'ended',
] as const
export const LaneStatus = z.enum(LANE_STATUSES)
export type LaneStatus = z.infer<typeof LaneStatus>

/**
 * What came of a lane, by evidence that we read ourselves. `claimed` is the agent's word alone;
 * `landed` needs a SHA on the default branch and tested tree = landed tree.
 */
export const LANE_RESULTS = [
  'none',
  'claimed',
  'refuted',
  'local',
  'pushed',
  'in-review',
  'queued',
  'landed',
  'failed',
  'interrupted',
  'crashed',
] as const
export const LaneResult = z.enum(LANE_RESULTS)
export type LaneResult = z.infer<typeof LaneResult>

/** GitHub's `mergeStateStatus` (GraphQL), less the deprecated DRAFT. */
export const MERGE_STATES = [
  'CLEAN',
  'UNSTABLE',
  'BEHIND',
  'BLOCKED',
  'DIRTY',
  'UNKNOWN',
  'HAS_HOOKS',
] as const
export const MergeState = z.enum(MERGE_STATES)
export type MergeState = z.infer<typeof MergeState>

/**
 * What reading one source of facts came to. `partial`: all was seen, and something else that it
 * does has failed.
 */
export const SOURCE_STATES = ['ok', 'partial', 'absent', 'denied', 'unreachable', 'error'] as const
export const SourceState = z.enum(SOURCE_STATES)
export type SourceState = z.infer<typeof SourceState>

/** Nothing new was seen. */
export type FailedState = Exclude<SourceState, 'ok' | 'partial'>

/** Whether figures of a source in this state are current. */
export const isCurrent = (state: SourceState): boolean => state === 'ok' || state === 'partial'
