/** Every subcommand, in the order that help shows them. */
import type { Command } from 'commander'
import type { Context } from './context.ts'
import { register as hub } from './hub.ts'
import { register as info } from './info.ts'
import { register as rsh } from './rsh.ts'
import { register as run } from './run.ts'

export const commands: readonly ((program: Command, context: Context) => void)[] = [
  run,
  rsh,
  hub,
  info,
]
