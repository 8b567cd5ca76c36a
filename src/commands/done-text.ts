/** How an act came out: to stdout when it is done, else to the operator, with its exit code. */
import { clean } from '../../state/clean.ts'
import { jsonLine, withoutSecrets } from '../../state/printable.ts'
import { doneText } from '../client/done-text.ts'
import type { Done } from '../rpc/act-api.ts'
import { type Context, EXIT } from './context.ts'

const EXITS: Record<Done['kind'], number> = {
  done: EXIT.ok,
  plan: EXIT.ok,
  asks: EXIT.refused,
  refused: EXIT.refused,
  failed: EXIT.failed,
  unknown: EXIT.unknown,
  unreachable: EXIT.unreachable,
}

export function tellDone(context: Context, done: Done, { json }: { json?: boolean }): void {
  process.exitCode = EXITS[done.kind]
  if (json) {
    context.stdout.write(jsonLine(withoutSecrets(done)))
    return
  }
  const line = clean(doneText(done))
  if (EXITS[done.kind] === EXIT.ok) context.stdout.write(`${line}\n`)
  else context.say(line)
}
