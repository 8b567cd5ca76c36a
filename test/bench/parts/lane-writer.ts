/** A program: appends events to lanes' logs. Arguments: directory, lanes, events a second. */
import { appendEvent, laneLogsAt } from './lane-logs.ts'

const [dir = '', lanes = '1', rate = '1'] = process.argv.slice(2)
const logs = laneLogsAt(dir)
const count = Number(lanes)
/** Spread over all lanes without order: prime, so that it reaches each. */
const STRIDE = 389
const written = new Map<number, number>()
let at = 0

setInterval(() => {
  const lane = (at * STRIDE) % count
  const before = written.get(lane) ?? 0
  appendEvent(logs, lane, before, `make target-${before >> 1}`)
  written.set(lane, before + 1)
  at += 1
}, 1_000 / Number(rate))
