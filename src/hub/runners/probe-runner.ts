/** Runs that the probe makes and ends by itself. */
import type { ProbeSession } from '../probe-session.ts'
import type { Runner, Runners } from './runner.ts'

const probeRunner = (ask: ProbeSession['request']): Runner => ({
  hold: run => ask('lane.hold', run),
  release: ({ logs, stem }) => ask('lane.release', { logs, stem }),
  look: ({ logs, stem }) => ask('lane.look', { logs, stem }),
  discard: ({ logs, stem, ticket = null }) => ask('lane.discard', { logs, stem, ticket }),
  end: (identity, place) =>
    ask('lane.end', { ...identity, run: place && { logs: place.logs, stem: place.stem } }),
})

/** Those whose runs are processes of the host itself. */
export const probeRunners = (ask: ProbeSession['request']): Omit<Runners, 'box'> => {
  const runner = probeRunner(ask)
  return { session: runner, systemd: runner }
}
