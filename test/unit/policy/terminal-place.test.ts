import { describe, expect, it } from 'vitest'
import { placeText, terminalPlace } from '../../../src/policy/terminal-place.ts'
import { BOX_STATES } from '../../../state/box-facts.ts'

const LANE = { name: 'quay', cwd: '/srv/trees/quay' }
const BOX = { name: 'dockmaster-quay-0123', state: 'running' } as const
const WORKTREE = { kind: 'worktree', directory: LANE.cwd }

describe("a lane's terminal", () => {
  it('[N06] is in its box while that runs', () => {
    const place = { kind: 'box', box: BOX.name, directory: LANE.cwd } as const
    expect(terminalPlace(LANE, BOX)).toEqual({ kind: 'found', target: place })
    expect(placeText(place)).toBe('/srv/trees/quay in the box dockmaster-quay-0123')
  })

  it('[N06] is in its worktree where it has no box that runs', () => {
    const others = BOX_STATES.filter(state => state !== 'running' && state !== 'paused')
    for (const box of [null, ...others.map(state => ({ ...BOX, state }))]) {
      expect(terminalPlace(LANE, box)).toEqual({ kind: 'found', target: WORKTREE })
    }
  })

  it('[N06] is refused where nothing could answer', () => {
    expect(terminalPlace({ ...LANE, cwd: null }, BOX)).toMatchObject({ kind: 'refused' })
    expect(terminalPlace(LANE, { ...BOX, state: 'paused' })).toEqual({
      kind: 'refused',
      message: expect.stringMatching(/dockmaster-quay-0123 of quay is paused: docker unpause/),
    })
  })
})
