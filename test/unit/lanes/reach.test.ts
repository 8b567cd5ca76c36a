import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reachOf } from '../../../src/probe/lanes/reach.ts'
import { scratch } from '../../setup/scratch.ts'

interface Seen {
  mnt?: string
  pid?: string
  cgroup?: string
  marked?: boolean
}

/** A /proc with ourselves and one other process, as far as it may be seen. */
function procWith({ mnt, pid, cgroup, marked }: Seen): string {
  const proc = scratch()
  const put = (owner: string, name: string, target: string | undefined) => {
    mkdirSync(join(proc, owner, 'ns'), { recursive: true })
    if (target !== undefined) symlinkSync(target, join(proc, owner, 'ns', name))
  }
  put('self', 'mnt', 'mnt:[1]')
  put('self', 'pid', 'pid:[1]')
  put('7', 'mnt', mnt)
  put('7', 'pid', pid)
  if (cgroup !== undefined) writeFileSync(join(proc, '7', 'cgroup'), cgroup)
  mkdirSync(join(proc, '7', 'root'))
  if (marked) writeFileSync(join(proc, '7', 'root', '.dockerenv'), '')
  return proc
}

it.each<[string, Seen, string]>([
  ['shares our mounts', { mnt: 'mnt:[1]', pid: 'pid:[1]', cgroup: '0::/user.slice\n' }, 'host'],
  [
    'is in our own container with us',
    { mnt: 'mnt:[1]', pid: 'pid:[1]', cgroup: '0::/docker/abc\n', marked: true },
    'host',
  ],
  [
    'is a service with mounts of its own',
    { mnt: 'mnt:[2]', pid: 'pid:[1]', cgroup: '0::/x\n' },
    'host',
  ],
  ['has its own pids', { mnt: 'mnt:[2]', pid: 'pid:[2]', cgroup: '0::/\n' }, 'box'],
  ['bears the mark of Docker', { mnt: 'mnt:[2]', pid: 'pid:[1]', marked: true }, 'box'],
  [
    'is in the cgroup of a container, and not ours to see',
    { cgroup: '0::/system.slice/docker-0a1b.scope\n' },
    'box',
  ],
  ['is not ours to see', { cgroup: '0::/user.slice\n' }, 'unknown'],
  ['is gone', {}, 'unknown'],
])('[B16] what a process reaches: it %s', (_, seen, reach) => {
  expect(reachOf(7, procWith(seen))).toBe(reach)
})

it.runIf(process.platform === 'linux')('[B16] this very process reaches the host', () => {
  expect(reachOf(process.pid)).toBe('host')
})
