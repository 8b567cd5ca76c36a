/** The practice factory's own dock: its profile names it, and its line lands what passes the gate. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { practiceProfile } from '../../../src/practice/profile.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { type TestFactory, testFactory } from '../parts/factory.ts'
import { hubOf } from './parts/dock-hub.ts'

let factory: TestFactory
beforeAll(async () => {
  factory = await testFactory({ speed: 60 })
})
afterAll(() => factory?.remove())

requirePart('git')('the practice dock', () => {
  it('is seen by the console, and its line is at work', async () => {
    const { layout, github } = factory
    const profile = practiceProfile(layout.dir)
    const hub = hubOf(profile, 'tidewater/quay', { dir: join(layout.dir, 'hub'), now: Date.now })
    const quay = github.repositories.find(({ name }) => name === 'quay')
    const before = quay?.pulls().filter(({ landed }) => landed !== null).length ?? 0
    await eventually(
      'the line lands what is green',
      async () => {
        const look = await hub.turn()
        expect(look.message).toBeNull()
        const landed = quay?.pulls().filter(pull => pull.landed !== null) ?? []
        return landed.length >= before + 2
      },
      60_000,
    )
    expect(hub.facts.value('line', 'tidewater/quay')).toMatchObject({ backend: 'train', batch: 4 })
    expect(hub.facts.values('dock').length).toBeGreaterThan(5)
    hub.close()
  }, 90_000)
})
