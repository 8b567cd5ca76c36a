/** What a dock at work spends of the points that GitHub gives an hour. */
import { expect, it, onTestFinished } from 'vitest'
import { GITHUB_HOURLY } from '../../../src/practice/github/rate-limit.ts'
import { requirePart } from '../../setup/require-part.ts'
import { dockHub } from './parts/dock-hub.ts'
import { dockServer } from './parts/dock-server.ts'

const LOOK_MS = 10_000
const LOOKS = 24
const HOUR = 3_600_000

requirePart('git')('a dock at work', () => {
  it('[O02] with five trains spends less than half of what GitHub gives an hour, looking every ten seconds', async () => {
    const ci = { runners: 5 }
    const dock = await dockServer({ pulls: 6, bad: new Set([6]), ci })
    const hub = dockHub(dock, { depth: 5 }, { works: () => [] })
    onTestFinished(async () => {
      hub.close()
      await dock.close()
    })
    // What is read once for all is no part of an hour's pace.
    await hub.turn()
    const before = dock.server.spent()
    for (let look = 0; look < LOOKS; look += 1) {
      dock.pass(LOOK_MS)
      expect((await hub.turn()).message).toBeNull()
    }
    const { core, graphql } = dock.server.spent()
    const anHour = HOUR / (LOOKS * LOOK_MS)
    const figures = {
      core: (core - before.core) * anHour,
      graphql: (graphql - before.graphql) * anHour,
    }
    expect(figures.core).toBeLessThan(GITHUB_HOURLY.core / 5)
    expect(figures.graphql).toBeLessThan(GITHUB_HOURLY.graphql / 2)
  }, 120_000)
})
