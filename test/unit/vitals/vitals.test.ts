import { statfs } from 'node:fs/promises'
import os from 'node:os'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rounded, vitalsCollector } from '../../../adapters/vitals/collector.ts'
import {
  parseBootTime,
  parseLoad,
  parseMemory,
  parseMounts,
} from '../../../adapters/vitals/proc.ts'
import { HostFact } from '../../../state/facts.ts'

const HOST: HostFact = {
  hostname: 'quay',
  platform: 'Linux',
  cores: 8,
  load: [1.9, 1.2, 0.8],
  memTotal: 16 * 2 ** 30,
  memUsed: 9.8 * 2 ** 30,
  disks: [{ mount: '/', total: 480e9, used: 345.6e9 }],
  bootAt: 0,
  zone: 'UTC',
}

describe('the host', () => {
  it('reads what the kernel says', () => {
    expect(parseLoad('1.92 1.20 0.81 2/823 12345\n')).toEqual([1.92, 1.2, 0.81])
    const meminfo = 'MemTotal:       16384 kB\nMemFree:  100 kB\nMemAvailable:    6144 kB\n'
    expect(parseMemory(meminfo)).toEqual({ total: 16_384 * 1_024, used: 10_240 * 1_024 })
    expect(parseBootTime('cpu 1 2\nbtime 1795221920\nprocesses 3\n')).toBe(1_795_221_920_000)
    expect(parseMounts('/dev/a / ext4 rw 0 0\n/dev/b /mnt/a\\040b ext4 rw 0 0\n')).toEqual([
      '/',
      '/mnt/a b',
    ])
  })

  it('[O08] whatever the text, reading it does not throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        for (const parse of [parseLoad, parseMemory, parseBootTime, parseMounts]) parse(text)
      }),
    )
    expect(parseLoad('')).toBeNull()
    expect(parseMemory('MemTotal: lots')).toBeNull()
  })

  it('does not change with what no screen shows', () => {
    const trembling: HostFact = {
      ...HOST,
      load: [1.93, 1.18, 0.82],
      memUsed: HOST.memUsed + 20 * 2 ** 20,
      disks: [{ mount: '/', total: 480.01e9, used: 345.9e9 }],
    }
    expect(rounded(trembling)).toEqual(rounded(HOST))
    const share = rounded(HOST).memUsed / HOST.memTotal
    expect(Math.round(share * 100)).toBe(61)
  })

  it('keeps percents true to a half', () => {
    const bytes = fc.double({ min: 1, max: 1e15, noNaN: true })
    fc.assert(
      fc.property(bytes, fc.double({ min: 0, max: 1, noNaN: true }), (total, share) => {
        const [disk] = rounded({
          ...HOST,
          disks: [{ mount: '/', total, used: total * share }],
        }).disks
        if (!disk || total < 1_000) return
        expect(Math.abs(disk.used / disk.total - share)).toBeLessThan(0.006)
      }),
    )
  })

  it('measures this machine', async () => {
    const collector = vitalsCollector({ now: Date.now, zone: 'UTC' })
    const look = await collector.look(null, new AbortController().signal)
    const value = HostFact.parse(look.drafts[0]?.value)
    expect(value.cores).toBe(os.cpus().length)
    expect(Math.abs(value.memTotal / os.totalmem() - 1)).toBeLessThan(0.01)
    expect(Math.abs(value.bootAt - (Date.now() - os.uptime() * 1_000))).toBeLessThan(120_000)
    const root = value.disks.find(disk => disk.mount === '/')
    const real = await statfs('/')
    const used = (real.blocks - real.bfree) / (real.blocks - real.bfree + real.bavail)
    expect(Math.abs((root?.used ?? 0) / (root?.total ?? 1) - used)).toBeLessThan(0.02)
  })
})
