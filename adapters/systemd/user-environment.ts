/** The environment for programs that talk to the user's own systemd. */
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'

/** A command over ssh may lack XDG_RUNTIME_DIR, by which they find the user's bus. */
export function userEnvironment(given: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...given, LC_ALL: 'C', SYSTEMD_COLORS: '0' }
  const runtime = runtimeDirectory()
  if (runtime !== null) env.XDG_RUNTIME_DIR = runtime
  return env
}

/** Null when this user has none. */
export function runtimeDirectory(): string | null {
  const named = process.env.XDG_RUNTIME_DIR
  const usual = `/run/user/${userInfo().uid}`
  return named || (existsSync(usual) ? usual : null)
}
