/** The engines whose lanes we can read: one line here adds one. */
import { classifyClaude } from '../../adapters/claude/classify.ts'
import { claudeStream } from '../../adapters/claude/stream.ts'
import { claudeTranscript } from '../../adapters/claude/transcript.ts'
import { classifyCodex } from '../../adapters/codex/classify.ts'
import { codexLog } from '../../adapters/codex/log.ts'
import { codexRollout } from '../../adapters/codex/rollout.ts'
import type { LaneJudgement, LaneView, QuietLimits } from '../../adapters/lane-judge.ts'
import type { LaneFormat } from '../../adapters/lane-log.ts'
import type { Engine } from '../../state/words.ts'

export const LANE_FORMATS: readonly LaneFormat[] = [
  codexLog,
  claudeStream,
  codexRollout,
  claudeTranscript,
]

export const CLASSIFY: Readonly<
  Record<Engine, (view: LaneView, limits?: QuietLimits) => LaneJudgement>
> = { codex: classifyCodex, claude: classifyClaude }
