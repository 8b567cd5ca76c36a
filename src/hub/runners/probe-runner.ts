/** Runs that the probe makes and ends by itself. */
import type { ProbeSession } from '../probe-session.ts'
import type { Runner } from './runner.ts'

export const probeRunner = (ask: ProbeSession['request']): Runner => ({
  hold: run => ask('lane.hold', run),
  release: ({ logs, stem }) => ask('lane.release', { logs, stem }),
  look: ({ logs, stem }) => ask('lane.look', { logs, stem }),
  discard: ({ logs, stem }) => ask('lane.discard', { logs, stem }),
  end: identity => ask('lane.end', identity),
})
