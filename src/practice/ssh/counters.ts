/** What the SSH server counts: the console's promise is one TCP connection, counted here. */

export interface SshCounters {
  /** TCP connections since the start, and open now. */
  connections: number
  connectionsNow: number
  /** Channels since the start, and open now. */
  channels: number
  channelsNow: number
}

export const NONE: SshCounters = {
  connections: 0,
  connectionsNow: 0,
  channels: 0,
  channelsNow: 0,
}

export interface Tally {
  readonly counters: Readonly<SshCounters>
  connection(): () => void
  channel(): () => void
}

/** Each count hands back what takes it off again; `changed` is called after every step. */
export function tally(changed: () => void): Tally {
  const counters = { ...NONE }
  const count = (ever: 'connections' | 'channels', current: 'connectionsNow' | 'channelsNow') => {
    counters[ever] += 1
    counters[current] += 1
    changed()
    let open = true
    return () => {
      if (!open) return
      open = false
      counters[current] -= 1
      changed()
    }
  }
  return {
    counters,
    connection: () => count('connections', 'connectionsNow'),
    channel: () => count('channels', 'channelsNow'),
  }
}
