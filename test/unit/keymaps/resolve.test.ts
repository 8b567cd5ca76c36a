import { describe, expect, it } from 'vitest'
import { ACTIONS, actionOf } from '../../../keymaps/actions.ts'
import { DEFAULT_KEYS } from '../../../keymaps/default.ts'
import { helpLines, hints, keyName } from '../../../keymaps/help.ts'
import { choices } from '../../../keymaps/palette.ts'
import { clashes, resolver } from '../../../keymaps/resolve.ts'
import { worldOf } from '../../../state/reduce.ts'
import { paneRows } from '../../../state/select/rows.ts'
import { initialUi } from '../../../state/ui/ui.ts'
import { FACTORY } from '../../terminal/parts/factory.ts'

const context = { world: worldOf([]), ui: initialUi(null), refusal: null, row: () => null }

describe('the default keymap', () => {
  it('[N02] has no key that means two things in one place, and no unknown action', () => {
    expect(clashes(DEFAULT_KEYS)).toEqual([])
  })

  it('a clash is found: a duplicate, a sequence begun by another key, an unknown action', () => {
    const broken = { 'move.down': ['g'], 'move.up': ['g g'], 'no.such': ['y'] }
    expect(clashes(broken)).toHaveLength(7)
    expect(clashes({ 'move.down': ['x'], 'row.open': ['x'] })).toEqual([
      'home: x is move.down and row.open',
    ])
  })

  it('[N02] every action is listed once, and is reached by a key', () => {
    const ids = ACTIONS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(DEFAULT_KEYS).toSorted()).toEqual(ids.toSorted())
  })

  it('[N02] h a x s are acts, dangerous, and say why they cannot be done', () => {
    const resolve = resolver(DEFAULT_KEYS)
    for (const key of ['h', 'a', 'x', 's']) {
      const found = resolve('home', [], key)
      const action = found.kind === 'action' ? actionOf(found.id) : undefined
      expect(action).toMatchObject({ group: 'Act', danger: true })
      expect(action?.when(context)).toMatch(
        /(?: is not built yet: .+|No decision waits for your answer)\.$/,
      )
      expect(action?.effect(context)).toBeNull()
    }
  })
})

describe('a console that only looks', () => {
  it('[N11] refuses every act with the reason, and nothing else', () => {
    const refusal = 'this console is read-only: E lifts that'
    for (const action of ACTIONS) {
      const may = action.when({ ...context, refusal })
      if (action.group === 'Act') expect(may).toBe(`Refused: ${refusal}.`)
      else expect(may).toEqual(action.when(context))
    }
    const lift = actionOf('console.access')
    expect(lift?.effect({ ...context, refusal })).toEqual({
      to: 'hub',
      request: 'access',
      mode: 'read-write',
    })
  })
})

describe('keys', () => {
  const resolve = resolver(DEFAULT_KEYS)

  it('resolve alone, in sequence, or not at all', () => {
    expect(resolve('home', [], 'j')).toEqual({ kind: 'action', id: 'move.down' })
    expect(resolve('home', [], 'g')).toEqual({ kind: 'pending', keys: ['g'] })
    expect(resolve('home', ['g'], 'g')).toEqual({ kind: 'action', id: 'move.first' })
    expect(resolve('home', ['g'], 'x')).toEqual({ kind: 'none' })
    expect(resolve('home', [], 'F12')).toEqual({ kind: 'none' })
  })

  it('are text where text is typed', () => {
    for (const key of ['j', 'q', 'g', ' ', 'space', '?']) {
      expect(resolve('prompt', [], key)).toEqual({ kind: 'none' })
      expect(resolve('palette', [], key)).toEqual({ kind: 'none' })
    }
    expect(resolve('prompt', [], 'enter')).toEqual({ kind: 'action', id: 'prompt.accept' })
  })

  it('Enter is Cancel where a key would be trusted', () => {
    expect(resolve('trust', [], 'enter')).toEqual({ kind: 'action', id: 'trust.no' })
  })

  it('are named as people read them', () => {
    expect(['g g', 'C-d', 'S-tab', 'space', 'G'].map(keyName)).toEqual([
      'gg',
      'Ctrl-d',
      'Shift-Tab',
      'Space',
      'G',
    ])
  })
})

describe('what is made from the list', () => {
  it('help holds every action of the mode that has a key', () => {
    const lines = helpLines(DEFAULT_KEYS, 'home').filter(({ keys }) => keys !== null)
    expect(lines).toHaveLength(ACTIONS.filter(({ modes }) => modes.includes('home')).length)
  })

  it('hints keep help and drop the rest when there is no room', () => {
    let room = 2
    const few = hints(DEFAULT_KEYS, 'home', context, () => room-- > 0)
    expect(few.map(({ word }) => word)).toEqual(['open', 'keys'])
    const all = hints(DEFAULT_KEYS, 'home', context, () => true)
    expect(all.find(({ word }) => word === 'heal')?.can).toBe(false)
  })

  it('hints name what can be done here before what cannot', () => {
    const world = worldOf(FACTORY)
    const [pull] = paneRows(world, 'queue', { filter: '', sort: 'attention' })
    const on = { ...context, world, ui: { ...context.ui, focus: 'queue' as const } }
    const words = (room: number, row = pull) =>
      hints(DEFAULT_KEYS, 'home', { ...on, row: () => row ?? null }, () => room-- > 0).map(
        ({ key, word }) => `${key} ${word}`,
      )
    expect(words(11)).toEqual(expect.arrayContaining(['a approve', 'x reject', 'p hold']))
    expect(words(11)).not.toContain('h heal')
    expect(words(20)).not.toContain('r remove')
    const leave = hints(DEFAULT_KEYS, 'pause', context, () => true)
    expect(leave.map(({ key }) => key)).toContain('Esc')
  })

  it('the palette finds by name and says why not', () => {
    const [first] = choices('heal what', 'home', context)
    expect(first?.action.id).toBe('job.heal')
    expect(first?.reason).toContain('not built yet')
    expect(choices('', 'home', context).length).toBeGreaterThan(10)
    expect(choices('zzzzzz', 'home', context)).toEqual([])
  })
})
