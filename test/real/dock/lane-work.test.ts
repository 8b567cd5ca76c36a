/** Which live lanes are at the files of a pull request: over real worktrees, as the host tells it. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { newLaneWorks } from '../../../src/hub/dock/lane-work.ts'
import { newFactStore } from '../../../src/hub/fact-store.ts'
import { touched } from '../../../src/probe/runner/touched.ts'
import { RpcFault } from '../../../src/rpc/peer.ts'
import { PROBE_METHODS, type ProbeMethod, type ProbeParams } from '../../../src/rpc/probe-api.ts'
import { parseResult } from '../../../src/rpc/serve.ts'
import { requirePart } from '../../setup/require-part.ts'
import { lane as laneFact } from '../../unit/state/journal/world.ts'
import { dockHub } from '../practice-github/parts/dock-hub.ts'
import { dockServer } from '../practice-github/parts/dock-server.ts'

requirePart('git')('the files of a pull request', () => {
  it('are told to be shared with lanes that change them, and not with its own', async () => {
    const dock = await dockServer({ pulls: 3 })
    onTestFinished(() => dock.close())
    const facts = newFactStore('local')
    let isThere = true
    const works = newLaneWorks({
      facts,
      ask: async <M extends ProbeMethod>(method: M, params: ProbeParams<M>) => {
        if (!isThere) throw new RpcFault('no probe on the host')
        const lanes = PROBE_METHODS['lane.touched'].params.parse(params)
        return parseResult(PROBE_METHODS, method, await touched(lanes))
      },
    })
    const hub = dockHub(dock, { backend: 'look' }, { works: works.of })
    onTestFinished(() => hub.close())
    const lanes = async (number: number) => {
      await hub.turn()
      const { lane, lanes: others } = hub.facts.value('dock', `acme/app#${number}`) ?? {}
      return { lane, others }
    }

    const run = (dir: string, ...args: string[]) =>
      execFileSync('git', ['-C', dir, ...args], { env: dock.env })
    run(dock.clone, 'remote', 'set-url', 'origin', dock.remote)
    const tree = (name: string, branch: string, from: string) => {
      const cwd = join(dock.dir, name)
      run(dock.clone, 'worktree', 'add', '-q', '-B', branch, cwd, from)
      facts.put('lanes', [laneFact(name, { cwd })])
      return cwd
    }
    const look = async () => await works.collector.look(null, new AbortController().signal)

    expect(await lanes(1)).toEqual({ lane: undefined, others: null })
    const at = Date.now()
    const well = { state: 'ok', since: at, lookedAt: at, periodMs: 1, message: null, mend: null }
    facts.put('lanes', [{ kind: 'source', key: 'lanes', at, value: { ...well, state: 'ok' } }])
    tree('maker', 'lane/1', 'origin/lane/1')
    const other = tree('other', 'lane/other', 'origin/main')
    expect(await look()).toMatchObject({ state: 'ok' })
    expect(await lanes(1)).toEqual({ lane: 'maker', others: [] })

    execFileSync('mkdir', ['-p', join(other, 'src')])
    writeFileSync(join(other, 'src', '1.txt'), 'mine\n')
    await look()
    expect(await lanes(1)).toEqual({ lane: 'maker', others: ['other'] })
    expect(await lanes(2)).toEqual({ lane: undefined, others: [] })

    run(other, 'remote', 'set-url', 'origin', 'git@github.com:acme/elsewhere.git')
    await look()
    expect(await lanes(1)).toEqual({ lane: undefined, others: [] })

    isThere = false
    expect(await look()).toMatchObject({
      state: 'unreachable',
      message: expect.stringContaining('which files the lanes work on is not known'),
    })
    expect(await lanes(1)).toEqual({ lane: undefined, others: null })
  })
})
