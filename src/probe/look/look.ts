/** Looks into a lane, as the probe answers for it. */
import type { PROBE_LOOK_METHODS } from '../../rpc/look-api.ts'
import type { Implementation } from '../../rpc/serve.ts'
import { readBriefs } from './brief.ts'
import { readDiff } from './diff.ts'
import { readTurns } from './turns.ts'

export const look: Implementation<typeof PROBE_LOOK_METHODS> = {
  'look.brief': ({ log }) => readBriefs(log),
  'look.diff': readDiff,
  'look.turns': readTurns,
}
