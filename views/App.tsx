/** The screen in Ink: one remembered text a line. All else is decided before Ink sees it. */
import { Box, Text } from 'ink'
import { memo, useSyncExternalStore } from 'react'
import type { Keymap } from '../keymaps/default.ts'
import type { ConsoleStore } from '../state/store.ts'
import type { Theme } from './parts/theme.ts'
import { screenLines } from './screen.ts'

const Line = memo(({ text }: { readonly text: string }) => <Text wrap="truncate-end">{text}</Text>)
Line.displayName = 'Line'

export interface AppProps {
  readonly store: ConsoleStore
  readonly keymap: Keymap
  readonly theme: Theme
}

export function App({ store, keymap, theme }: AppProps) {
  const state = useSyncExternalStore(store.subscribe, store.getState)
  const lines = screenLines(state, keymap, theme)
  return (
    <Box flexDirection="column">
      {lines.map((text, row) => (
        <Line key={row} text={text} />
      ))}
    </Box>
  )
}
