/** Codex lanes: the meaning of its causes, over the rules that all lanes share. */
import {
  type Dialect,
  judgeLane,
  type LaneJudgement,
  type LaneView,
  type QuietLimits,
} from '../lane-judge.ts'
import { causeOfProse, resetOfProse } from './prose.ts'

export const codexDialect: Dialect = {
  causeOfProse,
  statusOf: cause =>
    cause === 'usage_limit_exceeded'
      ? 'quota'
      : cause === 'unauthorized' || cause.endsWith('{401}')
        ? 'auth'
        : null,
  resetOf: resetOfProse,
}

export const classifyCodex = (view: LaneView, limits?: QuietLimits): LaneJudgement =>
  judgeLane(view, codexDialect, limits)
