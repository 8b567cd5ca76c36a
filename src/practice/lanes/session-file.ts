/** Names of lanes' session files, as the engines choose them. */
import { join } from 'node:path'
import type { Random } from '../random.ts'
import type { LaneOrder } from './beat.ts'

const two = (value: number): string => String(value).padStart(2, '0')

/** Where codex keeps a rollout that began at `at`, by the host's own clock. */
export function rolloutPath(root: string, threadId: string, at: number): string {
  const date = new Date(at)
  const day = [String(date.getFullYear()), two(date.getMonth() + 1), two(date.getDate())]
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two)
  return join(root, ...day, `rollout-${day.join('-')}T${time.join('-')}-${threadId}.jsonl`)
}

export function sessionPath(home: string, order: LaneOrder, cwd: string, at: number): string {
  if (order.engine === 'codex') {
    return rolloutPath(join(home, '.codex', 'sessions'), order.threadId, at)
  }
  const project = cwd.replaceAll(/[^A-Za-z0-9]/g, '-')
  return join(home, '.claude', 'projects', project, `${order.threadId}.jsonl`)
}

/** A random UUID (version 4) of the seed. */
export function uuidOf(random: Random): string {
  const variant = random.pick(['8', '9', 'a', 'b'])
  const last = `${variant}${random.hex(3)}-${random.hex(12)}`
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${last}`
}

/** A UUID of version 7, as codex names threads: the time first, the rest of the seed. */
export function threadIdOf(random: Random, at: number): string {
  const time = at.toString(16).padStart(12, '0')
  const tail = uuidOf(random).slice(19)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.hex(3)}-${tail}`
}
