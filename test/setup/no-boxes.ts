/** For hubs whose host has no engine for boxes. */
import type { LaneActsDeps } from '../../src/hub/lane-acts.ts'
import { probeRunners } from '../../src/hub/runners/probe-runner.ts'

/** A box that is asked for all the same is looked for among the host's processes. */
export const withoutBoxes = (ask: LaneActsDeps['ask']): Pick<LaneActsDeps, 'runners' | 'boxes'> => {
  const runners = probeRunners(ask)
  return {
    runners: { ...runners, box: runners.session },
    boxes: { choose: async () => ({ kind: 'refused', problems: ['no boxes here'] }) },
  }
}
