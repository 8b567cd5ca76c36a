/** Asks before a host's key is trusted: what, where, what it means, and that Enter is Cancel. */
import { clean } from '../../state/clean.ts'
import { linkOf } from '../../state/reduce.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf } from '../../state/ui/ui.ts'
import type { Theme } from '../parts/theme.ts'
import { listLines } from './list.ts'

export function trustScreen(state: ConsoleState, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  if (screen.kind !== 'trust') return []
  const target = linkOf(state.world)?.target ?? state.profile
  const lines = [
    '',
    `The host ${target} shows a key that is not known here:`,
    '',
    `${screen.keyType}  ${screen.fingerprint}`,
    '',
    'Compare it with what the host itself says: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub',
    'Trusting adds a line to your known_hosts; ssh-keygen -R takes it out again.',
    '',
    'y trusts it. Enter cancels.',
  ]
  return listLines(
    'Trust this host key?',
    lines.map(text => ({ spans: [{ text: ` ${clean(text)}` }] })),
    0,
    state.size,
    theme,
  )
}
