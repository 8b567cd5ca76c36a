/** What the gate of a dock holds, end to end: checks that never ran, and checks that are old. */
import { expect, it, vi } from 'vitest'
import { OPEN_GATE } from '../real/practice-github/parts/dock-hub.ts'
import { MINUTE } from '../real/practice-github/parts/dock-server.ts'
import { requirePart } from '../setup/require-part.ts'
import { dockPlace } from './parts/dock/dock-place.ts'

/** Many processes of git, each of which waits its turn on a busy machine. */
vi.setConfig({ testTimeout: 120_000 })

requirePart('git')('the gate of a dock', () => {
  it.each([
    ['the operator', ['unit', 'e2e'], null, []],
    ['the repository', [], '[gate]\nchecks = ["unit", "e2e"]\n', []],
    ['the branch', [], null, ['e2e']],
  ] as [string, string[], string | null, string[]][])(
    '[F06] holds for a check that %s asks for and that never ran, and names it',
    async (_, checks, policy, alsoRequired) => {
      const gate = checks.length > 0 ? { ...OPEN_GATE, checks } : OPEN_GATE
      const { server, hub, landings } = await dockPlace({ pulls: 1 }, { gate })
      server.model.rules.alsoRequired.push(...alsoRequired)
      if (policy !== null) {
        const commit = await server.commit('origin/main', 'Policy', { '.dockmaster.toml': policy })
        expect(await server.push(`${commit}:refs/heads/main`)).toMatchObject({ code: 0 })
      }
      const before = landings()
      const { turn, facts } = hub()
      for (let count = 0; count < 2; count += 1) {
        expect((await turn())?.state).toBe('ok')
        server.pass(6 * MINUTE)
      }
      expect(landings()).toBe(before)
      expect(facts.value('dock', 'acme/app#1')?.blocking).toMatch(/^checks: no e2e on /)
    },
  )

  it('[F06] takes a train on whose commit nothing ever ran for no green one, and says so', async () => {
    const on = (branch: string) => branch.startsWith('lane/')
    const { server, hub, landings } = await dockPlace({ pulls: 1, ci: { on } })
    const { turn, facts } = hub()
    for (let count = 0; count < 3; count += 1) {
      expect((await turn())?.state).toBe('ok')
      server.pass(6 * MINUTE)
    }
    expect(landings()).toBe(0)
    expect(facts.value('dock', 'acme/app#1')?.blocking).toMatch(
      /^train t1 is being tested: no .* on [0-9a-f]{8}/,
    )
  })

  it('[F06] believes GitHub’s clock for the age of checks, and not its own', async () => {
    const { server, hub } = await dockPlace()
    server.pass(25 * 60 * MINUTE)
    // Ours is a day behind.
    const { turn, facts } = hub({ lateMs: 24 * 60 * MINUTE })
    expect((await turn())?.state).toBe('ok')
    expect(facts.value('dock', 'acme/app#1')?.blocking).toMatch(/^checks: green 2[56] h ago/)
  })
})
