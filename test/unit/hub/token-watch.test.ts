import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { tokenCollectors } from '../../../src/hub/token-watch.ts'
import { RpcGone } from '../../../src/rpc/peer.ts'
import { ProfileConfig } from '../../../state/config.ts'

const hashOf = (value: string) => createHash('sha256').update(value).digest('hex')
const profile = ProfileConfig.parse({
  host: 'local',
  github: { repos: ['acme/app'], token: { env: 'READS' } },
  dock: { mergeToken: { env: 'MERGES' } },
})

type Found = { sha256: string; pid: number; variable: string; cwd: null; who: 'agent' }

async function look(env: Record<string, string>, found: readonly Found[] | 'gone' = []) {
  const asked: string[][] = []
  const [collector] = tokenCollectors(profile, {
    secret: async source => {
      const value = 'env' in source ? env[source.env] : undefined
      if (value === undefined) throw new Error('it is not set')
      return value
    },
    find: async sha256 => {
      asked.push(sha256)
      if (found === 'gone') throw new RpcGone('no link')
      return { found: [...found], looked: 1 }
    },
    onHost: () => () => {},
    now: () => 1,
  })
  const seen = await collector?.look(null, new AbortController().signal)
  return { seen, asked, text: JSON.stringify([seen, asked]) }
}

const states = ({ seen }: Awaited<ReturnType<typeof look>>) =>
  seen?.drafts.flatMap(draft =>
    draft.kind === 'token' ? [`${draft.key} ${draft.value?.state}`] : [],
  )

describe('the tokens of a profile', () => {
  it('[L05] are told as present or absent, and the host is asked by hash alone', async () => {
    const came = await look({ READS: 'reads-value', MERGES: 'merges-value' })
    expect(states(came)).toEqual(['github.token present', 'dock.mergeToken present'])
    expect(came.asked).toEqual([[hashOf('merges-value')]])
    expect(came.text).not.toMatch(/reads-value|merges-value/)
    const without = await look({ READS: 'reads-value' })
    expect(states(without)).toEqual(['github.token present', 'dock.mergeToken absent'])
    expect(without.seen?.state).toBe('ok')
    expect(without.asked).toEqual([])
  })

  it('[L05] break a rule where the one that merges is an agent’s, or reads too', async () => {
    const env = { READS: 'same', MERGES: 'same' }
    const found: Found[] = [
      { sha256: hashOf('same'), pid: 9, variable: 'GH_TOKEN', cwd: null, who: 'agent' },
    ]
    const { seen } = await look(env, found)
    const broken = seen?.drafts.flatMap(draft => (draft.kind === 'breach' ? [draft.value] : []))
    expect(broken).toMatchObject([
      { about: 'token', rule: 'the merge token reads too', pid: null },
      { about: 'token', rule: 'merge token in GH_TOKEN of an agent', pid: 9 },
    ])
  })

  it('are known though the host cannot be asked, and what was found there stays', async () => {
    const came = await look({ READS: 'a', MERGES: 'b' }, 'gone')
    expect(states(came)).toHaveLength(2)
    expect(came.seen).toMatchObject({ extent: 'some', message: expect.stringMatching(/no link/) })
  })
})
