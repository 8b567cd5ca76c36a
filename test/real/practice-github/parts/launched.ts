/** What a host tells of a lane that was launched, where a test starts it. */
import type { HubParams } from '../../../../src/rpc/hub-api.ts'
import { type LaneActed, RunRecord } from '../../../../src/rpc/lane-api.ts'

export type Wish = HubParams<'lane.launch'>

export const launched = (wish: Wish): LaneActed => ({
  kind: 'already',
  record: recordOf(wish),
  seen: 'it runs',
})

const recordOf = ({ name, engine, model, brief }: Wish): RunRecord =>
  RunRecord.parse({
    schema: 'dockmaster.run/1',
    key: 'k'.repeat(64),
    ticket: '00000000-0000-4000-8000-000000000000',
    stem: name,
    name,
    engine,
    model,
    hostname: 'host',
    cwd: '/srv/trees',
    tree: null,
    log: `/srv/logs/${name}.jsonl`,
    logFrom: 0,
    brief,
    sha256: 'a'.repeat(64),
    argv: [engine],
    pid: 2,
    pidStart: '1',
    heldAt: 1,
    isReleasing: true,
  })
