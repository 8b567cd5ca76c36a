/** A practice factory of a suite's own, in a directory of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveHost } from '../../../adapters/ssh/resolve.ts'
import { sshTransport } from '../../../adapters/ssh/transport.ts'
import { removeDirectory } from '../../../src/practice/directory.ts'
import { type Factory, type FactoryOptions, startFactory } from '../../../src/practice/factory.ts'
import type { TestHost } from './hosts.ts'

export interface TestFactory extends Factory {
  /** Stops it and removes its directory. */
  remove(): Promise<void>
}

/** The practice host as one more host that a transport is held to. */
export async function practiceHost(): Promise<TestHost> {
  const { layout, ready, remove } = await testFactory()
  const dir = join(layout.home, '.local', 'state')
  await mkdir(dir, { recursive: true })
  const options = { configFile: layout.sshConfig, env: process.env }
  return {
    dir,
    newTransport: async () => sshTransport(await resolveHost(ready.ssh.host, options)),
    remove,
  }
}

export async function testFactory(options: Partial<FactoryOptions> = {}): Promise<TestFactory> {
  const base = await mkdtemp(join(tmpdir(), 'dockmaster-factory-'))
  const dir = join(base, 'factory')
  const factory = await startFactory({
    dir,
    seed: '7',
    speed: 1,
    lanes: 0,
    rate: null,
    program: null,
    ...options,
  })
  return {
    ...factory,
    remove: async () => {
      await factory.stop()
      await removeDirectory(factory.layout)
      await rm(base, { recursive: true, force: true })
    },
  }
}
