/**
 * The host's own pressure: load, memory, disks. Figures are rounded to what a screen shows, so
 * that an idle host is silent.
 */
import { readFile, stat, statfs } from 'node:fs/promises'
import os from 'node:os'
import type { HostFact } from '../../state/facts.ts'
import { type Collector, sawAll } from '../collector.ts'
import { type Load, parseBootTime, parseLoad, parseMemory, parseMounts } from './proc.ts'

const PERIOD_MS = 5_000

/** Mounts that a factory fills; each counts once, and only where it is a mount of its own. */
const MOUNTS_THAT_MATTER = ['/', '/home', '/srv', '/var']

export interface VitalsDeps {
  now(): number
  zone: string
}

/** Emits one fact of kind `host` under the key `host`. Not Linux: node's own figures. */
export function vitalsCollector(deps: VitalsDeps): Collector {
  return {
    name: 'vitals',
    periodMs: PERIOD_MS,
    async look() {
      const value = rounded(await readHost(deps))
      return sawAll([{ kind: 'host', key: 'host', at: deps.now(), value }])
    },
  }
}

async function readHost(deps: VitalsDeps): Promise<HostFact> {
  const [load, memory, bootAt, disks] = await Promise.all([
    proc('loadavg', parseLoad),
    proc('meminfo', parseMemory),
    proc('stat', parseBootTime),
    readDisks(),
  ])
  return {
    hostname: os.hostname(),
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    cores: os.cpus().length,
    load: load ?? (os.loadavg() as Load),
    memTotal: memory?.total ?? os.totalmem(),
    memUsed: memory?.used ?? os.totalmem() - os.freemem(),
    disks,
    // Uptime counts in hundredths: whole minutes keep the figure from trembling.
    bootAt: bootAt ?? Math.round((deps.now() - os.uptime() * 1_000) / 60_000) * 60_000,
    zone: deps.zone,
  }
}

const proc = async <T>(name: string, parse: (text: string) => T | null): Promise<T | null> =>
  await readFile(`/proc/${name}`, 'utf8').then(parse, () => null)

async function readDisks(): Promise<HostFact['disks']> {
  const mounted = await proc('self/mounts', parseMounts)
  const wanted = mounted ? MOUNTS_THAT_MATTER.filter(mount => mounted.includes(mount)) : ['/']
  const devices = new Set<number>()
  const disks: HostFact['disks'] = []
  for (const mount of wanted) {
    // A mount that cannot be read is left out: no figure is better than a wrong one.
    const device = (await stat(mount).catch(() => null))?.dev
    if (device === undefined || devices.has(device)) continue
    devices.add(device)
    const size = await sizeOf(mount)
    if (size) disks.push({ mount, ...size })
  }
  return disks
}

/** As df counts: the share of what users can have, without the blocks kept for root. */
async function sizeOf(mount: string): Promise<{ total: number; used: number } | null> {
  // Node before 18.15 has no statfs.
  if (typeof statfs !== 'function') return null
  const disk = await statfs(mount).catch(() => null)
  if (!disk) return null
  const used = (disk.blocks - disk.bfree) * disk.bsize
  return { total: used + disk.bavail * disk.bsize, used }
}

/** Loads to a tenth, totals of disks to three figures, what is used to a percent of its total. */
export function rounded(host: HostFact): HostFact {
  const [one, five, fifteen] = host.load
  return {
    ...host,
    load: [tenth(one), tenth(five), tenth(fifteen)],
    memUsed: wholePercent(host.memUsed, host.memTotal),
    disks: host.disks.map(disk => ({
      mount: disk.mount,
      total: threeFigures(disk.total),
      used: wholePercent(disk.used, disk.total, threeFigures(disk.total)),
    })),
  }
}

const tenth = (value: number) => Math.round(value * 10) / 10

const threeFigures = (value: number) => Number(value.toPrecision(3))

/** `used` of `total` as a whole percent, in bytes `of` that. */
const wholePercent = (used: number, total: number, of = total) =>
  total === 0 ? 0 : Math.round((Math.round((used / total) * 100) * of) / 100)
