/** `completion bash|zsh|fish`: prints a script that completes commands, options and profiles. */
import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import { PRACTICE } from '../profile/choose.ts'
import { loadConfig } from '../profile/load-config.ts'
import type { Context } from './context.ts'

/** Registered last: it completes what is there by then. */
export function registerCompletion(program: Command, context: Context): void {
  const root = tab(program, { completionCommandName: 'completion' })
  for (const part of [root, ...root.commands.values()]) {
    const option = part.options.get('profile')
    if (!option) continue
    option.handler = complete => {
      const loaded = loadConfig(context.paths.config)
      const names = loaded.ok ? Object.keys(loaded.config.profiles) : []
      for (const name of [...names, PRACTICE]) complete(name, '')
    }
  }
}
