/** Looks for tokens where they may not be: in the environment of what agents can reach. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Implementation } from '../rpc/serve.ts'
import type { PROBE_TOKEN_METHODS, TokenFound } from '../rpc/token-api.ts'
import { readProcesses } from './lanes/processes.ts'
import { MARK } from './runner/waiting.ts'

export const tokens: Implementation<typeof PROBE_TOKEN_METHODS> = {
  'tokens.find': async ({ sha256 }) => await findTokens(new Set(sha256)),
}

const BATCH = 50
/** Variables of one process that are looked at. */
const MOST_VARIABLES = 2_000

async function findTokens(
  wanted: ReadonlySet<string>,
  proc = '/proc',
): Promise<{ found: TokenFound[]; looked: number }> {
  const table = await readProcesses(Date.now(), proc)
  const agents = new Set(table?.agents.map(({ pid }) => pid))
  const ours = attempt(() => readlinkSync(join(proc, 'self', 'ns', 'pid')))
  const found: TokenFound[] = []
  let looked = 0
  for (const name of attempt(() => readdirSync(proc)) ?? []) {
    if (!/^\d+$/.test(name)) continue
    // A process of another user tells nothing; what it is given is not ours to know.
    const environment = attempt(() => readFileSync(join(proc, name, 'environ'), 'utf8'))
    if (environment === null) continue
    looked += 1
    if (looked % BATCH === 0) await setImmediate()
    const variables = environment.split('\0').slice(0, MOST_VARIABLES)
    const pid = Number(name)
    const space = attempt(() => readlinkSync(join(proc, name, 'ns', 'pid')))
    const isApart = space !== null && ours !== null && space !== ours
    const who = agents.has(pid) ? 'agent' : isApart ? 'container' : laneOf(variables)
    if (who === null) continue
    const cwd = attempt(() => readlinkSync(join(proc, name, 'cwd')))
    for (const [variable, hash] of hashed(variables)) {
      if (wanted.has(hash)) found.push({ sha256: hash, pid, variable, cwd, who })
    }
  }
  return { found, looked }
}

const laneOf = (variables: readonly string[]): 'lane' | null =>
  variables.some(each => each.startsWith(`${MARK}=`)) ? 'lane' : null

/** Names of variables with the hash of their values. */
const hashed = (variables: readonly string[]): [string, string][] =>
  variables.flatMap((each): [string, string][] => {
    const at = each.indexOf('=')
    const value = each.slice(at + 1).trim()
    if (at < 1 || value === '') return []
    return [[each.slice(0, at), createHash('sha256').update(value).digest('hex')]]
  })

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
