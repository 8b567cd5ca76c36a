/** The world as the hub tells it, kept up to date for a command that prints it. */
import { EMPTY_WORLD, reduce, worldOf } from '../../state/reduce.ts'
import type { World } from '../../state/world.ts'
import type { HubClient } from '../rpc/client-api.ts'

export interface WatchedWorld {
  readonly current: World
  /** Calls back after each change. */
  onChange(listener: () => void | Promise<void>): void
}

/** Resolves with the first whole picture. Rejects with RpcFault when the hub goes before it. */
export async function watchWorld(client: HubClient): Promise<WatchedWorld> {
  let current = EMPTY_WORLD
  const listeners = new Set<() => void | Promise<void>>()
  const first = new Promise<void>(resolve => {
    client.on('facts', ({ extent, facts }) => {
      current = extent === 'all' ? worldOf(facts) : reduce(current, facts)
      if (extent === 'all') resolve()
      for (const listener of listeners) void listener()
    })
  })
  await client.request('subscribe', {})
  await first
  return {
    get current() {
      return current
    },
    onChange: listener => {
      listeners.add(listener)
    },
  }
}
