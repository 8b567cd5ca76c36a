/** One run: an act that is struck, a recovery that may be struck too, and then a second asking. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LaneActed } from '../../../../src/rpc/lane-api.ts'
import { killOne } from '../../../real/parts/processes.ts'
import { eventually } from '../../../setup/eventually.ts'
import { caseOf } from './acts.ts'
import type { UnderWay } from './engine-line.ts'
import type { Factory } from './factory.ts'
import { type Client, type HubInProcess, startHubInProcess } from './hub.ts'
import type { Blow, Passed, Plan } from './plan.ts'
import { type ProbeProcess, type Programs, startProbeProcess } from './probe-process.ts'

export interface Bench {
  factory: Factory
  programs: Programs
  /** A probe that nobody strikes: it serves what comes before and after the blow. */
  well: ProbeProcess
}

/** `later` is called with what ends it. */
export function benchOf(
  factory: Factory,
  programs: Programs,
  later: (end: () => Promise<void>) => void,
): Bench {
  const well = startProbeProcess(programs, { stop: null, factory })
  later(async () => {
    factory.clear()
    well.end()
    await well.ended
  })
  return { factory, programs, well }
}

export interface Ran {
  name: string
  stems: readonly string[]
  hub: HubInProcess
  isStruck: boolean
  /** Boxes that may be left, and are then listed. */
  loose: ReadonlySet<string>
  passed: Passed
  /** Of the act that was struck, when its client still heard it; and of the same asked again. */
  first: LaneActed | null
  again: LaneActed | null
}

/** A probe of this kind stops nowhere, and tells of every step. */
const TRACED = { step: 0, moment: 'before' } as const

export async function runOf(
  { factory, programs, well }: Bench,
  name: string,
  {
    act,
    habit,
    blow,
    second,
  }: Pick<Plan, 'act' | 'habit'> & { blow: Blow | null; second: Blow | null },
  check: (ran: Ran) => Promise<void>,
): Promise<Ran> {
  const dir = join(factory.dir, name)
  mkdirSync(dir)
  const about = caseOf(act, { factory, name, habit, dir })
  const { stems, lanes, items } = about
  const passed = { hub: [] as string[], host: [] as string[] }
  const probes: ProbeProcess[] = []
  const underWay: UnderWay = { sent: new Set(), late: [], loose: new Set() }
  let armed: Blow | null = null
  let isStruck = false
  let isWatched = false
  let isAfter = false
  let client: Client | null = null
  let hub: HubInProcess

  const strike = () => {
    if (armed === null) return
    const { victim, isSilent } = armed
    armed = null
    isStruck = true
    const probe = hub.probe
    if (victim === 'hub') {
      hub.die()
      probe?.cut(isSilent ? 'silent' : 'heard')
    } else if (victim === 'client') client?.die()
    else if (victim === 'lane') for (const { pid } of stems.flatMap(factory.processes)) killOne(pid)
    else {
      if (victim === 'probe') probe?.kill()
      else probe?.cut(isSilent ? 'silent' : 'heard')
      hub.probe = null
    }
  }
  let count = 0
  const pass = (point: string) => {
    if (!isWatched) return
    passed.hub.push(point)
    count += 1
    if (armed?.point.at === 'hub' && armed.point.nth === count) strike()
  }
  const probeFor = (next: Blow | null): ProbeProcess => {
    armed = next
    count = 0
    if (next === null && isAfter) return well
    const stop = next === null ? TRACED : next.point.at === 'host' ? next.point.stop : null
    const reached = (step: string) => (next === null ? void passed.host.push(step) : strike())
    const probe = startProbeProcess(programs, { stop, reached, factory })
    probes.push(probe)
    return probe
  }
  const hubWith = (probe: ProbeProcess) =>
    startHubInProcess({ factory, dir, probe, lanes, items, pass, underWay })

  hub = hubWith(well)
  const askFor = await about.prepare(hub)

  hub.probe = probeFor(blow)
  isWatched = true
  client = hub.client()
  const first = await askFor(client).catch(() => null)
  await eventually('the act is over', () => hub.isDead || hub.isDone(), 60_000)
  isAfter = true
  for (const next of [second, null]) {
    const probe = probeFor(isStruck ? next : null)
    if (hub.isDead) hub = hubWith(probe)
    else hub.probe = probe
    const present = hub
    await eventually(
      'what was cut is looked into',
      () => {
        // As each look at the link does.
        if (present.probe !== null) present.acts.hostIsThere()
        return present.isDead || present.probe === null || present.isAtRest()
      },
      60_000,
    )
    if (!present.isDead && present.probe !== null) break
  }
  isWatched = false
  await Promise.all(underWay.sent)
  for (const come of underWay.late) await come().catch(() => undefined)
  hub.probe = well
  for (const probe of probes) probe.end()
  await Promise.all(probes.map(({ ended }) => ended))
  const ran: Ran = { name, stems, hub, loose: underWay.loose, isStruck, passed, first, again: null }
  await check(ran)
  const again = await askFor(hub.client())
  return { ...ran, again }
}
