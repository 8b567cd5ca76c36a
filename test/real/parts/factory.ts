/** A practice factory of a suite's own, in a directory of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeDirectory } from '../../../src/practice/directory.ts'
import { type Factory, type FactoryOptions, startFactory } from '../../../src/practice/factory.ts'

export interface TestFactory extends Factory {
  /** Stops it and removes its directory. */
  remove(): Promise<void>
}

export async function testFactory(options: Partial<FactoryOptions> = {}): Promise<TestFactory> {
  const base = await mkdtemp(join(tmpdir(), 'dockmaster-factory-'))
  const dir = join(base, 'factory')
  const factory = await startFactory({ dir, seed: '7', speed: 1, lanes: 0, rate: null, ...options })
  return {
    ...factory,
    remove: async () => {
      await factory.stop()
      await removeDirectory(factory.layout)
      await rm(base, { recursive: true, force: true })
    },
  }
}
