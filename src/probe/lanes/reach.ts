/** What a process reaches: the host that the probe runs on, or only a box (a container) on it. */
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Risk } from '../../../state/facts.ts'

const CONTAINER = /\b(?:docker|containerd|kubepods|libpod|lxc|podman|crio)\b/

/**
 * A mount namespace of its own is no box yet, for services have those: a pid namespace of its
 * own, the mark of Docker in its root, or the name of its cgroup makes it one.
 */
export function reachOf(pid: number, proc = '/proc'): Risk['reach'] {
  const own = (name: string) => attempt(() => readlinkSync(join(proc, String(pid), name)))
  const ours = (name: string) => attempt(() => readlinkSync(join(proc, 'self', name)))
  const mount = own('ns/mnt')
  if (mount !== null && mount === ours('ns/mnt')) return 'host'
  const cgroup = attempt(() => readFileSync(join(proc, String(pid), 'cgroup'), 'utf8'))
  if (cgroup !== null && CONTAINER.test(cgroup)) return 'box'
  // Another user's process: its namespaces are not for us to see.
  if (mount === null) return 'unknown'
  const marked = existsSync(join(proc, String(pid), 'root', '.dockerenv'))
  return marked || own('ns/pid') !== ours('ns/pid') ? 'box' : 'host'
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
