/** The only listener to the keyboard. */
import { type Key, useApp, useInput, usePaste } from 'ink'
import { useEffect } from 'react'
import { type KeyPress, keysOf } from './keys.ts'

/** Hands the terminal over until `resume`. */
export type Suspend = ReturnType<typeof useApp>['suspendTerminal']

export interface KeyboardProps {
  readonly onKeys: (keys: readonly KeyPress[]) => void
  readonly onPaste: (text: string) => void
  /** Called once with Ink's way to hand the terminal over. */
  readonly onReady: (suspend: Suspend) => void
}

export function Keyboard({ onKeys, onPaste, onReady }: KeyboardProps) {
  const { suspendTerminal } = useApp()
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal])
  useInput((input: string, key: Key) => onKeys(keysOf(input, key)))
  usePaste(onPaste)
  return null
}
