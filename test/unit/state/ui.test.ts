import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Extent, UiAction } from '../../../state/ui/action.ts'
import {
  append,
  follow,
  LOG_LINES,
  type LogView,
  NO_LOG,
  scrollTo,
  total,
  unseen,
} from '../../../state/ui/log-view.ts'
import { uiReduce } from '../../../state/ui/reduce.ts'
import { cursorIndex, initialUi, screenOf, type Ui, windowTop } from '../../../state/ui/ui.ts'

const extent = (ids: readonly string[], height = 10): Extent => ({ ids, height, many: ids.length })
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f']

const after = (ui: Ui, actions: readonly UiAction[], seen: Extent): Ui =>
  actions.reduce((state, action) => uiReduce(state, action, seen), ui)

describe('the cursor', () => {
  it('follows its item when rows move', () => {
    const ui = after(initialUi(null), [{ type: 'move', steps: 2 }], extent(LETTERS))
    expect(ui.panes.lanes.cursor).toBe('c')
    expect(cursorIndex(ui.panes.lanes, ['x', 'y', ...LETTERS])).toBe(4)
  })

  it('stays in its place when its item is gone', () => {
    const ui = after(initialUi(null), [{ type: 'move', steps: 2 }], extent(LETTERS))
    const rest = LETTERS.filter(id => id !== 'c')
    expect(cursorIndex(ui.panes.lanes, rest)).toBe(2)
    expect(cursorIndex(ui.panes.lanes, ['a'])).toBe(0)
    expect(cursorIndex(ui.panes.lanes, [])).toBe(0)
  })

  it('goes to the first that a filter shows when its item is filtered out', () => {
    const at = after(initialUi(null), [{ type: 'move', steps: 2 }], extent(LETTERS))
    const ui = after(
      at,
      [
        { type: 'prompt', kind: 'filter' },
        { type: 'write', text: 'x' },
      ],
      extent([]),
    )
    expect(cursorIndex(ui.panes.lanes, ['x', 'y', 'z', 'zz'])).toBe(0)
    expect(cursorIndex(ui.panes.lanes, ['x', 'y', 'c'])).toBe(2)
  })

  it('is always inside a window that is inside the list', () => {
    const number = fc.integer({ min: 0, max: 2_000 })
    fc.assert(
      fc.property(
        number,
        number,
        fc.integer({ min: 1, max: 100 }),
        number,
        (top, at, height, many) => {
          const index = Math.min(at, Math.max(0, many - 1))
          const first = windowTop(top, index, height, many)
          expect(first).toBeGreaterThanOrEqual(0)
          expect(first).toBeLessThanOrEqual(Math.max(0, many - height))
          expect(index).toBeGreaterThanOrEqual(first)
          expect(index).toBeLessThan(first + height)
        },
      ),
    )
  })
})

describe('screens', () => {
  it('go back one by one, then drop the filter, the marks, the zoom', () => {
    const seen = extent(LETTERS)
    const busy = after(
      initialUi(null),
      [
        { type: 'zoom' },
        { type: 'mark', id: 'a' },
        { type: 'prompt', kind: 'filter' },
        { type: 'write', text: 'x' },
        { type: 'accept' },
        { type: 'open', subject: { kind: 'lanes', id: 'a' } },
        { type: 'help' },
      ],
      seen,
    )
    const back: UiAction = { type: 'back' }
    const steps = [1, 2, 3, 4, 5].map(many =>
      after(
        busy,
        Array.from({ length: many }, () => back),
        seen,
      ),
    )
    const [detail, home, unfiltered, unmarked, small] = steps
    expect(detail && screenOf(detail).kind).toBe('detail')
    expect(home && screenOf(home).kind).toBe('home')
    expect(home?.log.lane).toBeNull()
    expect(unfiltered?.panes.lanes.filter).toBe('')
    expect(unfiltered?.panes.lanes.marked.size).toBe(1)
    expect(unmarked?.panes.lanes.marked.size).toBe(0)
    expect(small?.zoom).toBe(false)
  })

  it('Esc brings back what the filter was', () => {
    const typing: UiAction[] = [
      { type: 'prompt', kind: 'filter' },
      { type: 'write', text: 'old' },
      { type: 'accept' },
      { type: 'prompt', kind: 'filter' },
      { type: 'write', text: 'older' },
      { type: 'cancel' },
    ]
    expect(after(initialUi(null), typing, extent([])).panes.lanes.filter).toBe('old')
  })

  it('never leave home, whatever is done', () => {
    const action = fc.constantFrom<UiAction>(
      { type: 'back' },
      { type: 'help' },
      { type: 'palette' },
      { type: 'zoom' },
      { type: 'sort' },
      { type: 'whole' },
      { type: 'cancel' },
      { type: 'accept' },
      { type: 'prompt', kind: 'filter' },
      { type: 'write', text: 'z' },
      { type: 'move', steps: 'last' },
      { type: 'move', steps: -1 },
      { type: 'focus-by', by: 1 },
      { type: 'open', subject: { kind: 'queue', id: 'a' } },
      { type: 'open', subject: { kind: 'lanes', id: 'a' } },
      { type: 'find', by: -1 },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), actions => {
        const ui = after(initialUi(null), actions, extent(LETTERS, 3))
        expect(ui.screens[0].kind).toBe('home')
        expect(ui.panes[ui.focus].index).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('a log', () => {
  const part = (from: number, lines: readonly string[]) => ({
    from,
    to: from + lines.length,
    size: from + lines.length,
    lines,
  })

  it('is bounded, and its line numbers stay true', () => {
    let log: LogView = { ...NO_LOG, lane: 'a' }
    for (let round = 0; round < 12; round++) {
      log = append(log, part(round * 1_000, Array<string>(1_000).fill(`round ${round}`)))
    }
    expect(log.lines).toHaveLength(LOG_LINES)
    expect(total(log)).toBe(12_000)
    expect(log.dropped).toBe(7_000)
  })

  it('counts what came since following stopped, and follows again at its end', () => {
    const log = append({ ...NO_LOG, lane: 'a' }, part(0, LETTERS))
    const still = append(scrollTo(log, 1, 3), part(LETTERS.length, ['g', 'h']))
    expect(unseen(still)).toBe(2)
    expect(unseen(follow(still))).toBe(0)
    expect(scrollTo(still, 5, 3).top).toBeNull()
  })

  it('starts anew when a part does not go on where it was: the file was replaced', () => {
    const log = append(append(NO_LOG, part(0, LETTERS)), part(100, ['new']))
    expect(log.lines).toEqual(['new'])
  })
})
