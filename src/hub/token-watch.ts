/**
 * Which of the profile's tokens are there, and whether the one that may merge is where an agent
 * could take it. Values stay in this process: the host is asked by hash.
 */
import { createHash } from 'node:crypto'
import { type Collector, sawAll, sawSome } from '../../adapters/collector.ts'
import type { ProfileConfig, SecretSource } from '../../state/config.ts'
import type { FactDraft, Instant } from '../../state/facts.ts'
import type { TokenFact } from '../../state/rule-facts.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { ProbeResult } from '../rpc/probe-api.ts'

export interface TokenDeps {
  /** Rejects with what to mend, never with what was read. */
  secret(source: SecretSource): Promise<string>
  /** Throws RpcFault when the host cannot be asked. */
  find(sha256: string[]): Promise<ProbeResult<'tokens.find'>>
  /** Calls back when the host can be asked again. */
  onHost(tell: () => void): () => void
  now(): Instant
  periodMs?: number
}

type Tokens = Pick<ProfileConfig, 'github' | 'dock'>

const MERGE = 'dock.mergeToken' as const

interface Named {
  readonly name: TokenFact['name']
  readonly source: SecretSource | undefined
}

/** The tokens that this profile uses, by the name of their setting. */
function tokensOf({ github, dock }: Tokens): Named[] {
  const reads = github.repos.length > 0 || github.token !== undefined
  const lands = dock.repos.length > 0 || dock.mergeToken !== undefined
  return [
    ...(reads ? [{ name: 'github.token' as const, source: github.token }] : []),
    ...(lands ? [{ name: MERGE, source: dock.mergeToken } as const] : []),
  ]
}

/** None where the profile uses no token. */
export function tokenCollectors(profile: Tokens, deps: TokenDeps): Collector[] {
  const tokens = tokensOf(profile)
  if (tokens.length === 0) return []
  const { now, secret, find } = deps

  const read = async (source: SecretSource | undefined) => {
    if (source === undefined) return { hash: null, message: 'it is not configured' }
    try {
      const value = await secret(source)
      return { hash: createHash('sha256').update(value).digest('hex'), message: null }
    } catch (error) {
      return { hash: null, message: (error as Error).message }
    }
  }

  const tokensCollector: Collector = {
    name: 'tokens',
    periodMs: deps.periodMs ?? 30_000,
    watch: (poke, signal) => {
      const stop = deps.onHost(() => poke('host'))
      signal.addEventListener('abort', stop)
    },
    look: async () => {
      const seen = await Promise.all(
        tokens.map(async ({ name, source }) => ({ name, ...(await read(source)) })),
      )
      const at = now()
      const drafts = seen.map(({ name, hash, message }): FactDraft => {
        const state = hash === null ? ('absent' as const) : ('present' as const)
        return { kind: 'token', key: name, at, value: { name, state, message } }
      })
      const merge = seen.find(({ name }) => name === MERGE)?.hash ?? null
      if (merge === null) return sawAll(drafts)
      const isShared = seen.some(({ name, hash }) => name !== MERGE && hash === merge)
      const shared = isShared
        ? [
            breach('token shared', 'the merge token reads too', {
              where: 'github.token',
              pid: null,
              at,
            }),
          ]
        : []
      try {
        const { found } = await find([merge])
        const leaks = found.map(({ pid, variable, cwd, who }) =>
          breach(`token ${pid} ${variable}`, `merge token in ${variable} of ${NAMES[who]}`, {
            where: cwd ?? 'where it works is not known',
            pid,
            at,
          }),
        )
        return sawAll([...drafts, ...shared, ...leaks])
      } catch (error) {
        if (!(error instanceof RpcFault)) throw error
        const message = `the host cannot be asked where the merge token is: ${error.message}`
        // What the tokens are is known all the same; where one was found stays as it was told.
        return { ...sawSome([...drafts, ...shared]), message }
      }
    },
  }
  return [tokensCollector]
}

const NAMES = { agent: 'an agent', lane: 'a lane', container: 'a container' } as const

const breach = (
  key: string,
  rule: string,
  { where, pid, at }: { where: string; pid: number | null; at: Instant },
): FactDraft => ({
  kind: 'breach',
  key,
  at,
  value: { about: 'token', rule, model: null, where, line: null, pid },
})
