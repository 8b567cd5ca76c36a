/** Scripts that write, one at a time over every transport. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runSerialized } from '../../adapters/remote-shell.ts'
import type { Transport } from '../../adapters/transport.ts'
import { eventually } from '../setup/eventually.ts'
import { overEveryHost } from './parts/every-host.ts'
import { collect, run } from './parts/hosts.ts'

const exited = (code: number) => ({ kind: 'exit', exit: { code, signal: null } })

overEveryHost('what writes', on => {
  it('[A02] never lets two serialized scripts overlap while a read runs between them', async () => {
    const log = join(on.host.dir, 'audit')
    const other = await on.host.newTransport()
    await other.connect()
    const write = (by: Transport, label: string) => {
      const heard = collect()
      const script = `echo "${label} begins" >>'${log}'; sleep 0.4; echo "${label} ends" >>'${log}'`
      const options = { label, breakLock: false, onOutput: heard.onOutput }
      return runSerialized(by, script, options).then(outcome => ({
        outcome,
        err: heard.stderr(),
      }))
    }
    const writes = [write(on.transport, 'one'), write(other, 'two'), write(on.transport, 'three')]
    await eventually('a write has begun', () => existsSync(log))
    expect((await run(on.transport, `echo "a read" >>'${log}'`)).outcome).toEqual(exited(0))
    const ended = await Promise.all(writes)
    expect(ended.map(({ outcome }) => outcome)).toEqual([exited(0), exited(0), exited(0)])
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    expect(lines.indexOf('a read')).toBeLessThan(lines.length - 1)
    const audit = lines.filter(line => line !== 'a read')
    expect(audit).toHaveLength(6)
    for (const at of [0, 2, 4]) {
      expect(audit[at]?.replace(' begins', '')).toBe(audit[at + 1]?.replace(' ends', ''))
    }
    const waited = ended.map(({ err }) => err).filter(Boolean)
    expect(waited.length).toBeGreaterThanOrEqual(2)
    for (const err of waited)
      expect(err).toMatch(/^(dockmaster: waiting for (one|two|three) \(pid \d+, since .*Z\)\n)+$/)
    expect(existsSync(join(on.host.dir, 'dockmaster', 'runl.lock'))).toBe(false)
    await other.close()
  })

  it('[A02] says who left a stale lock, and breaks it only when told to', async () => {
    const lock = join(on.host.dir, 'dockmaster', 'runl.lock')
    const holder = 'feed 4194303 12345 1700000000 an old console'
    await run(on.transport, `mkdir -p '${lock}'; echo '${holder}' >'${lock}/holder.feed'`)
    const attempt = (breakLock: boolean) => {
      const heard = collect()
      const options = { label: 'me', breakLock, onOutput: heard.onOutput }
      return runSerialized(on.transport, 'echo ran', options).then(outcome => ({
        outcome,
        stdout: heard.stdout(),
      }))
    }
    const refused = await attempt(false)
    expect(refused.stdout).toBe('')
    expect(refused.outcome).toMatchObject({
      kind: 'stale-lock',
      holder: 'an old console (pid 4194303, since 2023-11-14T22:13:20.000Z)',
    })
    expect(readFileSync(join(lock, 'holder.feed'), 'utf8')).toBe(`${holder}\n`)
    expect(await attempt(true)).toEqual({ outcome: exited(0), stdout: 'ran\n' })
    expect(existsSync(lock)).toBe(false)
  })

  it('[A02] takes a recycled pid for a stale lock: the start time tells', async () => {
    const lock = join(on.host.dir, 'dockmaster', 'runl.lock')
    await run(
      on.transport,
      `mkdir -p '${lock}'; echo "feed ${process.pid} 1 1700000000 x" >'${lock}/holder'`,
    )
    const options = { label: 'me', breakLock: false, onOutput: () => undefined }
    expect((await runSerialized(on.transport, 'true', options)).kind).toBe('stale-lock')
    await run(on.transport, `rm -r '${lock}'`)
  })

  it('[A02] frees the lock of a writer that was cancelled, also one that only waited', async () => {
    const lock = join(on.host.dir, 'dockmaster', 'runl.lock')
    const cancelling = new AbortController()
    const options = {
      label: 'me',
      breakLock: false,
      onOutput: () => undefined,
      signal: cancelling.signal,
    }
    const holding = runSerialized(on.transport, 'sleep 300', options)
    await eventually('the lock is held', () => existsSync(lock) && readdirSync(lock).length > 0)
    const waiting = runSerialized(on.transport, 'sleep 301', options)
    cancelling.abort()
    expect((await Promise.all([holding, waiting])).map(({ kind }) => kind)).not.toContain(
      'stale-lock',
    )
    await eventually('the lock is free', () => !existsSync(lock))
  })
})
