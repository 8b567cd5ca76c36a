/** When the queue will be empty, and when one pull request lands: closed forms for each way of testing. */
import type { Strategy } from './line.ts'

/** What recent runs tell: how long one takes, and how many are green. */
export interface Pace {
  /** Time of one run in ms. */
  readonly runMs: number
  /** Share of cars whose runs are green, above 0. */
  readonly pass: number
}

/** Pull requests that land in the time of one run. */
export function landedPerRun({ batch, depth }: Strategy, pass: number): number {
  if (pass >= 1) return batch * depth
  if (depth > 1) {
    // Of a window the leading green ones land; a group is green when all of its cars are.
    const green = pass ** batch
    return (batch * green * (1 - green ** depth)) / (1 - green)
  }
  let runs = 1
  for (let size = batch; size > 1; size /= 2) runs += (batch / size) * 2 * (1 - pass ** size)
  return (batch * pass) / runs
}

/** From now until the one at `position`, from 1, has landed; ms. */
export const waitOf = (position: number, strategy: Strategy, { runMs, pass }: Pace): number =>
  Math.ceil(position / landedPerRun(strategy, pass)) * runMs
