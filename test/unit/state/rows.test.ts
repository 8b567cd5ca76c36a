import { describe, expect, it } from 'vitest'
import { FACT_PANES } from '../../../state/panes.ts'
import { worldOf } from '../../../state/reduce.ts'
import { ENVELOPES, envelope } from '../../../state/rows/index.ts'
import { LinesEnvelope, linesEnvelope } from '../../../state/rows/lines.ts'
import { DOCK, docked } from '../../terminal/parts/dock.ts'
import { FACTORY } from '../../terminal/parts/factory.ts'
import { HOUR, link, NOW } from '../../terminal/parts/facts.ts'

const ABOUT = { profile: 'yard', host: 'crew@yard', now: NOW }

describe('the public rows', () => {
  it.each(FACT_PANES)('of %s fulfil their schema, nothing added', pane => {
    const made = envelope(worldOf(FACTORY), pane, ABOUT)
    expect(made.rows.length).toBeGreaterThan(0)
    expect(ENVELOPES[pane].parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
    expect(made).toMatchObject({ schema: `dockmaster.${pane}/1`, at: '2026-11-21T12:53:00.000Z' })
    expect(made.stale).toBeNull()
  })

  it('[A07] say that they are the last known ones, since when and why', () => {
    const down = link({ state: 'down', since: NOW - HOUR, message: 'connection reset' })
    const { stale, rows } = envelope(worldOf([...FACTORY, down]), 'lanes', ABOUT)
    expect(stale).toEqual({ since: '2026-11-21T11:53:00.000Z', reason: 'connection reset' })
    expect(rows.every(row => row.stale)).toBe(true)
  })

  it('[F09] of the dock tell place, time and gate; those of its lines, their trains', () => {
    const entry = {
      position: 1,
      state: 'AWAITING_CHECKS' as const,
      enqueuedAt: NOW - HOUR,
      etaMs: null,
    }
    const queued = docked(147, { state: 'queued', position: 1, placedAt: NOW - HOUR, entry })
    const world = worldOf([...DOCK, queued])
    const made = envelope(world, 'queue', ABOUT)
    expect(ENVELOPES.queue.parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
    const enqueuedAt = '2026-11-21T11:53:00.000Z'
    expect(made.rows.find(row => row.key === 'yard/dock#147')).toMatchObject({
      dock: { state: 'queued', placedAt: enqueuedAt, entry: { enqueuedAt }, stale: false },
    })
    const lines = linesEnvelope(world, ABOUT)
    expect(LinesEnvelope.parse(JSON.parse(JSON.stringify(lines)))).toEqual(lines)
    expect(lines.rows[0]?.trains).toMatchObject([
      { id: 't7', stage: 'testing', since: '2026-11-21T12:47:00.000Z', after: null },
      { id: 't8', stage: 'building', commit: null, after: 't7' },
    ])
  })

  it('have no rows, and no zeros, before anything was seen', () => {
    for (const pane of FACT_PANES) {
      expect(envelope(worldOf([]), pane, ABOUT).rows).toEqual([])
    }
  })
})
