/** Runs that the probe makes and ends by itself. */
import type { ProbeSession } from '../probe-session.ts'
import { type Runner, type Runners, whichOf } from './runner.ts'

const probeRunner = (ask: ProbeSession['request']): Runner => ({
  hold: run => ask('lane.hold', run),
  release: place => ask('lane.release', whichOf(place)),
  look: place => ask('lane.look', whichOf(place)),
  discard: place => ask('lane.discard', whichOf(place)),
  end: (identity, place) => ask('lane.end', { ...identity, run: place && whichOf(place) }),
})

/** Those whose runs are processes of the host itself. */
export const probeRunners = (ask: ProbeSession['request']): Omit<Runners, 'box'> => {
  const runner = probeRunner(ask)
  return { session: runner, systemd: runner }
}
