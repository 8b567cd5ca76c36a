/** Signals to process groups that we started: by the number of the group, never by name. */

/** How long a group has to end by itself before it is killed, in ms. */
const GRACE = 1_000

/** Sends a signal to the group of `pid`; a group that is gone, or an unknown signal, is no error. */
export function signalGroup(pid: number, signal: string): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}

/** Hangs the group up, and kills what is left of it after a moment. */
export function endGroup(pid: number): void {
  if (!signalGroup(pid, 'SIGHUP')) return
  signalGroup(pid, 'SIGTERM')
  setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE).unref()
}
