/** Takes the turn, says so, and keeps it: `node turn-holder.ts LOGS STEM`. */
import { setTimeout as delay } from 'node:timers/promises'
import { inTurn } from '../../../src/probe/runner/turn.ts'

const [logs = '', stem = ''] = process.argv.slice(2)
await inTurn(logs, stem, async () => {
  process.stdout.write('has it\n')
  await delay(600_000)
})
