/** Tells, without a look at the disk, whether a path that changed may be of a lane. */
import { join } from 'node:path'
import picomatch from 'picomatch'
import { expandHome } from '../../../adapters/glob.ts'
import type { LanesConfig } from '../../../state/config.ts'

/** True for files that a glob matches, for session files, and for directories on the way to them. */
export function relevance(config: LanesConfig, home: string): (path: string) => boolean {
  const patterns = [
    ...config.logs,
    ...config.codexHomes.map(path => join(path, 'sessions/*/*/*/rollout-*.jsonl')),
    ...config.claudeHomes.map(path => join(path, 'projects/*/*.jsonl')),
  ].map(pattern => matcher(expandHome(pattern, home)))
  return path => patterns.some(onTheWay => onTheWay(path))
}

function matcher(pattern: string): (path: string) => boolean {
  const segments = pattern
    .split('/')
    .filter(segment => segment !== '')
    .map(segment => (segment === '**' ? null : picomatch(segment, { dot: true, nonegate: true })))
  return path => {
    const names = path.split('/').filter(name => name !== '')
    for (const [index, name] of names.entries()) {
      const matches = segments[index]
      if (matches === undefined) return false
      if (matches === null) return true
      if (!matches(name)) return false
    }
    return true
  }
}
