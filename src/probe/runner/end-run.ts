/**
 * Ends a run by identity: INT to the agent, which ends its own commands and writes down that it was
 * interrupted; then TERM to all that is left; then KILL. Each process is a pid with its start time,
 * looked at again just before each signal; systemd signals all of a unit's cgroup at once, where a
 * new process cannot slip through.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { signalUnit } from '../../../adapters/systemd/user-systemd.ts'
import type { Identity } from '../../rpc/lane-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import {
  allProcesses,
  argvOf,
  environmentOf,
  isSame,
  type Stat,
  statOf,
} from './process-identity.ts'
import { isInUnit, type RunUnit, unitOf } from './run-unit.ts'
import { MARK, markedWith } from './waiting.ts'

/**
 * To whom each signal goes, and how long it is given. An agent whose commands got INT beside it may
 * take that for their end, and go without a last word.
 */
const STEPS = [
  { name: 'INT', to: 'agent', waitMs: 6_000 },
  { name: 'TERM', to: 'all', waitMs: 3_000 },
  { name: 'KILL', to: 'all', waitMs: 3_000 },
] as const
const LOOK_EVERY_MS = 50

export function who({
  mark = null,
  ...identity
}: ProbeParams<'lane.who'>): ProbeResult<'lane.who'> {
  const fault = faultOf(identity)
  if (fault === null) {
    return { commandLine: argvOf(identity.pid).join(' '), fault, left: [] }
  }
  const left = mark === null ? [] : markedWith(mark)
  return { commandLine: null, fault, left: left.map(({ pid, pidStart }) => ({ pid, pidStart })) }
}

/** Why it is not that very process; null when it is. */
function faultOf({ pid, pidStart }: Identity): string | null {
  const stat = statOf(pid)
  if (stat === null) return `process ${pid} is gone`
  if (stat.pidStart === pidStart) return null
  return `pid ${pid} belongs to another process now: nothing is signalled`
}

export async function end({
  run = null,
  ...identity
}: ProbeParams<'lane.end'>): Promise<ProbeResult<'lane.end'>> {
  const fault = faultOf(identity)
  if (fault !== null) return { kind: 'refused', message: fault }
  if (ourselves().has(identity.pid)) {
    const message = `process ${identity.pid} is one that this connection itself hangs on`
    return { kind: 'refused', message }
  }
  const unit = await unitOf(identity, run)
  if (unit.kind === 'refused') return unit
  const mark = environmentOf(identity.pid, MARK)
  const known = new Map<string, Stat>()
  const left = () => {
    for (const each of membersOf(identity, [...known.values()], mark, unit)) {
      known.set(`${each.pid} ${each.pidStart}`, each)
    }
    return [...known.values()].filter(isSame)
  }
  // Agents start commands in sessions of their own; what wraps an agent is in its session.
  const session = statOf(identity.pid)?.session
  const isAgent = (each: Stat) => each.session === session
  const isInIt = ({ pid }: Identity) => unit.kind === 'unit' && isInUnit(pid, unit.name)
  for (const { name, to, waitMs } of STEPS) {
    const before = left()
    if (to === 'all' && unit.kind === 'unit') await signalUnit(unit.name, `SIG${name}`)
    for (const each of before.filter(to === 'all' ? one => !isInIt(one) : isAgent)) {
      signal(each, `SIG${name}`)
    }
    const until = Date.now() + waitMs
    while (Date.now() < until) {
      const still = left()
      if (still.length === 0) return { kind: 'ended', by: name, count: known.size }
      if (to === 'agent' && !still.some(isAgent)) break
      await delay(LOOK_EVERY_MS)
    }
  }
  return { kind: 'left', pids: left().map(({ pid }) => pid) }
}

function signal(target: Identity, name: `SIG${(typeof STEPS)[number]['name']}`): void {
  if (!isSame(target)) return
  try {
    process.kill(target.pid, name)
  } catch (error) {
    // It ended by itself between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * The process, all below it, the sessions that any of them leads (agents start commands in
 * sessions of their own), what its unit holds, and what carries the run's mark: an orphan of no
 * unit has no other tie left. The
 * session that the process merely belongs to is not its own: that may be somebody's login.
 */
function membersOf(
  root: Identity,
  known: readonly Identity[],
  mark: string | null,
  unit: RunUnit,
): Stat[] {
  const all = allProcesses() ?? []
  const isMember = new Set([root, ...known].filter(isSame).map(({ pid }) => pid))
  const marked = mark === null ? [] : markedWith(mark, all)
  const held = unit.kind === 'unit' ? all.filter(({ pid }) => isInUnit(pid, unit.name)) : []
  for (const { pid } of [...marked, ...held]) isMember.add(pid)
  for (let before = -1; before !== isMember.size; ) {
    before = isMember.size
    for (const { pid, parent, session } of all) {
      if (isMember.has(parent) || isMember.has(session)) isMember.add(pid)
    }
  }
  const spared = ourselves()
  return all.filter(({ pid }) => isMember.has(pid) && !spared.has(pid))
}

/** This process and those above it: an agent may have started the hub that stops its lane. */
function ourselves(): ReadonlySet<number> {
  const pids = new Set<number>()
  for (let pid = process.pid; pid > 0 && !pids.has(pid); pid = statOf(pid)?.parent ?? 0) {
    pids.add(pid)
  }
  return pids
}
