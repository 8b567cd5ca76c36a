/** What the probe answers about dispatch. */
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { expandHome } from '../../../adapters/glob.ts'
import { workOfLane } from '../../../state/item.ts'
import type { PROBE_DISPATCH_METHODS } from '../../rpc/dispatch-api.ts'
import type { Implementation } from '../../rpc/serve.ts'
import { judgeBriefs, readBrief } from './briefs.ts'
import { freeLock, listLocks, lookAtLock, takeLock } from './locks.ts'

const home = homedir()
const deps = { home, now: Date.now }

export const dispatch: Implementation<typeof PROBE_DISPATCH_METHODS> = {
  'dispatch.look': async ({ logs, briefs }) => ({
    locks: await listLocks(logs, deps),
    launched: await launchedIn(expandHome(logs, home)),
    ...(await judgeBriefs(briefs, home)),
  }),
  'brief.read': ({ path }) => readBrief(path, home),
  'lock.take': params => takeLock(params, deps),
  'lock.look': params => lookAtLock(params, deps),
  'lock.free': params => freeLock(params, deps),
}

/** Lanes that have the record of a run there. */
async function launchedIn(logs: string): Promise<string[]> {
  const files = await readdir(logs).catch(() => [])
  return files.flatMap(file => {
    const name = file.endsWith('.json') ? file.slice(0, -'.json'.length) : ''
    return workOfLane(name) ? [name] : []
  })
}
