/** P05: the host pays little. The resident probe beside a loop that asks by `ssh -S`. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startSshd } from '../real/parts/sshd.ts'
import type { Bench } from './bench.ts'
import { type Cost, costs } from './parts/cost.ts'
import { type Defer, withEnds } from './parts/defer.ts'
import { makeLaneLogs, startWriter } from './parts/lane-logs.ts'
import { type Mux, startMux } from './parts/mux.ts'
import { newOperator } from './parts/operator.ts'
import { lackOf } from './parts/programs.ts'
import { figure, table, times } from './parts/report.ts'
import { countCalls, familyOf } from './parts/strace.ts'

const EFFORTS = {
  full: { seconds: 20, traced: 5 },
  quick: { seconds: 3, traced: 1 },
}

const LANES = 200
const EVENTS = 20
const POLL_MS = 1_000
const PROFILE = 'host'

export const p05: Bench = {
  title: `P05  The host pays little: ${LANES} lanes, ${EVENTS} events/s`,
  needs: ['sshd'],
  run: (effort, print) =>
    withEnds(async defer => {
      const { seconds, traced } = EFFORTS[effort]
      const dir = mkdtempSync(join(tmpdir(), 'dockmaster-host-'))
      defer(() => rmSync(dir, { recursive: true, force: true }))
      chmodSync(dir, 0o755)
      const logs = makeLaneLogs(join(dir, 'logs'), LANES)
      // One sshd each: everything below it is what that way costs the host.
      const [ours, theirs] = [await startSshd(), await startSshd()]
      defer(ours.remove)
      defer(theirs.remove)
      const profile = {
        host: 'factory',
        sshConfig: ours.configFile,
        node: process.execPath,
        lanes: { logs: [logs.glob] },
      }
      const operator = newOperator({ [PROFILE]: profile }, defer)
      await operator.prewarm(PROFILE)
      const client = await operator.connect(PROFILE)
      await client.request('subscribe', {})
      const mux = await startMux({ configFile: theirs.configFile, dir, name: 'poll' }, defer)
      poll(mux, `tail -qn1 ${logs.glob}; ps -eo pid,ppid,stat,etimes,args`, defer)
      const writer = startWriter(logs, LANES, EVENTS)
      defer(writer.stop)

      const rows = [
        { name: 'dockmaster: probe and its sshd', sshd: ours },
        { name: 'ssh -S every second: tail, ps', sshd: theirs },
      ]
      const spent = await costs(
        rows.map(({ sshd }) => [sshd.pid]),
        () => delay(seconds * 1_000),
      )
      const untraceable = lackOf('strace')
      const calls: number[] = []
      for (const { sshd } of untraceable ? [] : rows) {
        calls.push((await countCalls(familyOf(sshd.pid), () => delay(traced * 1_000))) / traced)
      }
      const base: Cost | undefined = spent[1]
      print(
        table(
          ['on the host', 'CPU', '', 'RSS, peak', '', 'syscalls/s', ''],
          rows.map(({ name }, index) => {
            const { cpu, rssMb } = spent[index] ?? { cpu: Number.NaN, rssMb: Number.NaN }
            const perSecond = calls[index] ?? Number.NaN
            return [
              name,
              `${figure(cpu)} %`,
              times(cpu, base?.cpu ?? Number.NaN),
              `${figure(rssMb)} MB`,
              times(rssMb, base?.rssMb ?? Number.NaN),
              figure(perSecond),
              times(perSecond, calls[1] ?? Number.NaN),
            ]
          }),
        ),
      )
      print(`${seconds} s, both at once; syscalls for ${traced} s each, under strace.`)
      print('CPU is of one core, and counts processes that came and went.')
      print('The probe reads every line, and jobs, transcripts and vitals; the loop, last lines.')
      if (untraceable) print(`syscalls not measured: ${untraceable}`)
    }),
}

function poll(mux: Mux, command: string, defer: Defer): void {
  let asking: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    asking = mux.run(command)
  }, POLL_MS)
  defer(async () => {
    clearInterval(timer)
    await asking
  })
}
