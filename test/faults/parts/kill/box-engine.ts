/** A host whose lanes are boxes of a real Docker engine. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import * as z from 'zod'
import { dockerHost } from '../../../../adapters/docker/client.ts'
import { LineSplitter } from '../../../../adapters/line-splitter.ts'
import { BoxProfiles } from '../../../../state/box-config.ts'
import { startDockerd } from '../../../real/parts/dockerd.ts'
import { isAlive } from '../../../real/parts/processes.ts'
import { accountFor } from '../../../real/parts/sshd.ts'
import type { FactoryHost } from './factory.ts'

const Started = z.object({
  id: z.string(),
  Actor: z.object({ Attributes: z.object({ name: z.string() }) }),
})

export interface EngineHost extends FactoryHost {
  newDir(name: string): string
}

/** An engine, and a user of this machine that may open its socket. Gone when the test is over. */
export async function newEngineHost(): Promise<EngineHost> {
  const user = accountFor()
  const idOf = (flag: string) => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim()
  const dockerd = await startDockerd(idOf('-gn'))
  onTestFinished(() => dockerd.stop())
  const id = await dockerd.image('lane', {})
  const names = new Map<string, string>()
  const started: string[] = []
  const events = (await dockerd.engine.getEvents({
    filters: { event: ['start'] },
  })) as unknown as Readable
  onTestFinished(() => void events.destroy())
  const lines = new LineSplitter(65_536)
  events.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) {
      if (line.kind !== 'line') continue
      const told = Started.parse(JSON.parse(line.text))
      names.set(told.id.slice(0, 12), told.Actor.Attributes.name)
      started.push(told.Actor.Attributes.name)
    }
  })
  const host = dockerHost({
    connect: async () => {
      const stream = connect(dockerd.socket)
      await once(stream, 'connect')
      return stream
    },
  })
  const base = mkdtempSync(join(tmpdir(), 'dockmaster-test-'))
  onTestFinished(() => rmSync(base, { recursive: true, force: true }))
  chmodSync(base, 0o755)
  return {
    runner: 'box',
    user,
    // It becomes the probe: no other process waits for it.
    login: ['setpriv', '--reuid', idOf('-u'), '--regid', idOf('-g'), '--clear-groups'],
    outside: pid => (isAlive(pid) ? pid : null),
    inside: pid => [pid],
    newDir: name => {
      const path = join(base, name)
      mkdirSync(path)
      execFileSync('chown', [user, path])
      return path
    },
    boxesFor: at => ({
      host,
      docker: { socket: dockerd.socket },
      profiles: BoxProfiles.parse({
        work: {
          image: `lane:test@${id}`,
          network: 'none',
          memory: '256m',
          pids: 100,
          program: at('codex'),
          mounts: [
            { kind: 'tools', source: '/usr', mode: 'ro' },
            { kind: 'tools', source: at('codex'), mode: 'ro' },
            { kind: 'transcripts', source: at('notes'), mode: 'rw' },
          ],
        },
      }),
      nameOf: hostname => names.get(hostname) ?? hostname,
      started: () => started,
    }),
  }
}
