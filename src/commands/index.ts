/** Every subcommand, in the order that help shows them. */
import type { Command } from 'commander'
import { register as approve } from './approve.ts'
import { register as canon } from './canon.ts'
import { register as openConsole } from './console.ts'
import type { Context } from './context.ts'
import { register as decisions } from './decisions.ts'
import { register as dispatch } from './dispatch.ts'
import { register as dock } from './dock.ts'
import { register as elevate } from './elevate.ts'
import { register as explain } from './explain.ts'
import { register as handover } from './handover.ts'
import { register as hub } from './hub.ts'
import { register as info } from './info.ts'
import { register as journal } from './journal.ts'
import { register as journalAdd } from './journal-add.ts'
import { register as lane } from './lane.ts'
import { register as leftovers } from './leftovers.ts'
import { register as panes } from './panes.ts'
import { register as pause } from './pause.ts'
import { register as practice } from './practice.ts'
import { register as risks } from './risks.ts'
import { register as rsh } from './rsh.ts'
import { register as run } from './run.ts'
import { register as runner } from './runner.ts'
import { register as schema } from './schema.ts'
import { register as undo } from './undo.ts'
import { register as watch } from './watch.ts'

export const commands: readonly ((program: Command, context: Context) => void)[] = [
  openConsole,
  panes,
  lane,
  watch,
  schema,
  journal,
  journalAdd,
  decisions,
  approve,
  dock,
  undo,
  pause,
  elevate,
  canon,
  dispatch,
  risks,
  runner,
  leftovers,
  handover,
  explain,
  run,
  rsh,
  hub,
  practice,
  info,
]
