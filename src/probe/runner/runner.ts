/** Runs, as the probe answers for them. */
import type { PROBE_LANE_METHODS } from '../../rpc/lane-api.ts'
import type { Implementation } from '../../rpc/serve.ts'
import { end, who } from './end-run.ts'
import { hold } from './held-run.ts'
import { look, note, release } from './look-run.ts'
import { survey } from './survey.ts'
import { discard } from './take-back.ts'

export const runner: Implementation<typeof PROBE_LANE_METHODS> = {
  'lane.survey': survey,
  'lane.hold': hold,
  'lane.release': release,
  'lane.look': look,
  'lane.note': note,
  'lane.discard': discard,
  'lane.who': async asked => who(asked),
  'lane.end': end,
}
