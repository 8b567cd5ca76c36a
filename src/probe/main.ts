/**
 * The probe: runs on the host from one text piped into its node. It looks where the data is,
 * sends what changed, answers in one round trip, ends at EOF and leaves nothing behind.
 */
import { homedir } from 'node:os'
import { type Collector, sawSome } from '../../adapters/collector.ts'
import { runCollector } from '../collect/run-collector.ts'
import { openPeer, RpcFault } from '../rpc/peer.ts'
import { PROBE_METHODS } from '../rpc/probe-api.ts'
import { serve } from '../rpc/serve.ts'
import { boxes } from './boxes/boxes.ts'
import { canon } from './canon.ts'
import { type ProbeCollectors, probeCollectors } from './collectors.ts'
import { dispatch } from './dispatch/dispatch.ts'
import { gate } from './gate.ts'
import { lockFiles } from './lock-files.ts'
import { look } from './look/look.ts'
import { mirror } from './mirror.ts'
import { check } from './runner/check.ts'
import { runner } from './runner/runner.ts'
import { touched } from './runner/touched.ts'
import { tokens } from './tokens.ts'
import { trees } from './trees.ts'

const stopping = new AbortController()
let collectors: ProbeCollectors | null = null

const peer = openPeer(
  { input: process.stdin, output: process.stdout, destroy: () => process.exit(0) },
  serve(PROBE_METHODS, {
    configure: async config => {
      if (collectors) throw new RpcFault('configured already')
      collectors = probeCollectors(config, {
        now: Date.now,
        home: homedir(),
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      })
      for (const collector of collectors.all) start(collector)
      const version = process.env.DOCKMASTER_VERSION ?? 'source'
      const sources = collectors.all.map(collector => collector.name)
      return { version, node: process.version, now: Date.now(), sources }
    },
    ping: async () => ({ now: Date.now() }),
    log: async ({ lane, from, max }) => {
      if (!collectors) throw new RpcFault('not configured yet')
      return await collectors.window(lane, from, max)
    },
    ...runner,
    ...dispatch,
    ...look,
    'lane.check': check,
    'lane.touched': touched,
    ...trees,
    ...canon,
    ...tokens,
    ...boxes,
    ...lockFiles,
    ...mirror,
    ...gate,
  }),
)

/** Waits while the link lags: what changes meanwhile is diffed into the next look. */
function start(collector: Collector) {
  const paced: Collector = {
    ...collector,
    look: async (hints, signal) => {
      await peer.drained()
      return signal.aborted ? sawSome([]) : await collector.look(hints, signal)
    },
  }
  void runCollector(
    paced,
    {
      now: Date.now,
      emit: (source, drafts) => {
        peer.notify('facts', { source, drafts })
      },
    },
    stopping.signal,
  )
}

void peer.closed.then(() => stopping.abort())
