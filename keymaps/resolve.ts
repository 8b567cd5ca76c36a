/** From keys to actions: one trie a mode, sequences included. Keys in, action's id out. */
import { MODES, type Mode } from './action.ts'
import { ACTIONS } from './actions.ts'
import type { Keymap } from './default.ts'

export type Resolution =
  | { readonly kind: 'action'; readonly id: string }
  /** The beginning of a sequence. */
  | { readonly kind: 'pending'; readonly keys: readonly string[] }
  | { readonly kind: 'none' }

interface Node {
  action: string | null
  readonly next: Map<string, Node>
}

const node = (): Node => ({ action: null, next: new Map() })

/** Modes in which printable keys are text. */
const TYPED: ReadonlySet<Mode> = new Set<Mode>(['prompt', 'palette', 'pause', 'launch'])
const isPrintable = (key: string): boolean => key.length === 1 || key === 'space'

export interface Binding {
  readonly mode: Mode
  readonly keys: readonly string[]
  readonly action: string
}

/** Every key of every action in every mode it works in. */
export function bindingsOf(keymap: Keymap): readonly Binding[] {
  return ACTIONS.flatMap(action =>
    action.modes.flatMap(mode =>
      (keymap[action.id] ?? [])
        .map(sequence => ({ mode, keys: sequence.split(' '), action: action.id }))
        .filter(({ keys }) => !TYPED.has(mode) || !isPrintable(keys[0] ?? '')),
    ),
  )
}

/** Keys that mean two things in one mode, or that begin another's sequence; empty when sound. */
export function clashes(keymap: Keymap): readonly string[] {
  const bindings = bindingsOf(keymap)
  const found = bindings.flatMap((one, index) =>
    bindings.slice(index + 1).flatMap(other => {
      const shorter = Math.min(one.keys.length, other.keys.length)
      const same = one.keys.slice(0, shorter).join(' ') === other.keys.slice(0, shorter).join(' ')
      return one.mode === other.mode && same
        ? [`${one.mode}: ${one.keys.join(' ')} is ${one.action} and ${other.action}`]
        : []
    }),
  )
  const unknown = Object.keys(keymap).filter(id => !ACTIONS.some(action => action.id === id))
  return [...found, ...unknown.map(id => `no action is called ${id}`)]
}

export type Resolve = (mode: Mode, pending: readonly string[], key: string) => Resolution

export function resolver(keymap: Keymap): Resolve {
  const roots = new Map(MODES.map(mode => [mode, node()]))
  for (const { mode, keys, action } of bindingsOf(keymap)) {
    let at = roots.get(mode) ?? node()
    for (const key of keys) {
      const next = at.next.get(key) ?? node()
      at.next.set(key, next)
      at = next
    }
    at.action = action
  }
  return (mode, pending, key) => {
    const keys = [...pending, key]
    const found = keys.reduce<Node | undefined>((at, step) => at?.next.get(step), roots.get(mode))
    if (!found) return { kind: 'none' }
    return found.action === null ? { kind: 'pending', keys } : { kind: 'action', id: found.action }
  }
}
