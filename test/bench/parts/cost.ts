/** What a family of processes costs, read from /proc. */
import { readProcess } from '../../real/parts/processes.ts'
import { familyOf } from './strace.ts'

/** A clock tick of /proc: USER_HZ is 100 on every Linux that runs Node. */
const TICK_MS = 10

export interface Cost {
  /** Share of one core, in percent. */
  readonly cpu: number
  /** Most resident memory at any sample, all processes of the family, in MB. */
  readonly rssMb: number
}

/** CPU of the living, and of those that ended and were waited for by one of them. */
function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readProcess(`/proc/${pid}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields.slice(11, 15).reduce((ms, field) => ms + Number(field) * TICK_MS, sum)
  }, 0)
}

const rssMb = (pids: readonly number[]): number =>
  pids.reduce(
    (sum, pid) =>
      sum + Number(/^VmRSS:\s+(\d+)/m.exec(readProcess(`/proc/${pid}/status`))?.[1] ?? 0) / 1_024,
    0,
  )

const SAMPLE_MS = 100

/** Costs of several families over the same time: what disturbs one disturbs all. */
export async function costs(
  families: readonly (readonly number[])[],
  work: () => Promise<unknown>,
): Promise<readonly Cost[]> {
  const peaks = families.map(() => 0)
  const sample = () =>
    families.forEach((roots, index) => {
      peaks[index] = Math.max(peaks[index] ?? 0, rssMb(familyOf(...roots)))
    })
  const used = () => families.map(roots => cpuMs(familyOf(...roots)))
  sample()
  const timer = setInterval(sample, SAMPLE_MS)
  const [before, began] = [used(), performance.now()]
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  const [after, took] = [used(), performance.now() - began]
  return families.map((_, index) => ({
    cpu: (((after[index] ?? 0) - (before[index] ?? 0)) / took) * 100,
    rssMb: peaks[index] ?? 0,
  }))
}
