/**
 * The same blows on programs as they are used: the built console and hub, a probe behind a real
 * sshd. The probe stands at a step of the lane's while the test sends SIGKILL; then the same command
 * is given again, which is all that a person would do.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { JournalRow } from '../../state/journal-entry.ts'
import { newOperator } from '../real/parts/operator.ts'
import { killOne, readProcess } from '../real/parts/processes.ts'
import { startSshd } from '../real/parts/sshd.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { newFactory } from './parts/kill/factory.ts'
import { settledBreaches } from './parts/kill/invariants.ts'
import { randomOf, VICTIMS, type Victim } from './parts/kill/plan.ts'
import { buildPrograms } from './parts/kill/probe-process.ts'
import { MOMENTS, type StopAt } from './parts/kill/stop-at.ts'

const SEED = Number(process.env['KILL_SEED'] ?? 1)
/** All of them come with the thousand of kill-points.test.ts. */
const RUNS = Number(process.env['KILL_POINTS'] ?? 0) >= 1_000 ? 40 : 8

/** Steps that name the lane, or send a signal: about as many as a launch and a stop have. */
const STEPS = { launch: 14, stop: 3 }

interface Blow {
  act: 'launch' | 'stop'
  victim: Victim
  step: number
  moment: StopAt['moment']
}

function blowOf(seed: number): Blow {
  const random = randomOf(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const act = pick(['launch', 'launch', 'stop'] as const)
  const step = 1 + Math.floor(random() * STEPS[act])
  return { act, victim: pick(VICTIMS), step, moment: pick(MOMENTS) }
}

async function programs() {
  const sshd = await startSshd()
  onTestFinished(() => sshd.remove())
  const dir = join(sshd.dir, 'factory')
  mkdirSync(dir)
  const factory = newFactory(dir)
  onTestFinished(() => factory.clear())
  const { stopAt } = buildPrograms(dir)
  const at = (name: string) => join(sshd.dir, name)
  // What stands for node on the host: each probe reads there where it is to stand.
  const node = `#!/bin/sh\nSTOP_AT=$(cat ${at('plan')}) exec ${process.execPath} --require ${stopAt} "$@"\n`
  writeFileSync(at('node'), node)
  chmodSync(at('node'), 0o755)
  writeFileSync(at('plan'), 'null')
  execFileSync('mkfifo', ['-m', '666', at('wait')])
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', sshd.user, dir])
  const wait = openSync(at('wait'), constants.O_RDWR)
  onTestFinished(() => closeSync(wait))
  const { launch } = factory
  const operator = newOperator({
    select: [],
    config: `
[profiles.factory]
host = "factory"
sshConfig = "${sshd.configFile}"
node = "${at('node')}"
spine = { cron = false, timers = false }
[profiles.factory.launch]
codex = "${launch.codex}"
worktrees = "${launch.worktrees}"
logs = "${launch.logs}"
env = { FACTORY = "${dir}" }
[[profiles.factory.launch.repos]]
path = "${factory.at('app')}"
remote = "${factory.at('seed')}"
branch = "main"
`,
  })
  const said = at('said')
  const arm = (plan: Pick<StopAt, 'step' | 'moment' | 'of'> | null) => {
    rmSync(said, { force: true })
    writeFileSync(said, '')
    chmodSync(said, 0o666)
    writeFileSync(at('plan'), JSON.stringify(plan && { ...plan, say: said, wait: at('wait') }))
  }
  /** The pid of the probe that stands at its step; null while none does. */
  const standing = () => {
    const [pid] = readFileSync(said, 'utf8').trim().split(' ').slice(-1)
    return pid ? Number(pid) : null
  }
  const goOn = () => void writeSync(wait, '.')
  /** Only what serves the connection: a lane is still below it, and a crash would spare that. */
  const cut = () => {
    for (const pid of sshd.sessions()) {
      if (readProcess(`/proc/${pid}/cmdline`).startsWith('sshd')) killOne(pid)
    }
  }
  return { factory, operator, arm, standing, goOn, cut }
}

requirePart('sshd', 'git')('an act on a lane, by programs that are killed', () => {
  it(`[O01] is done once or not at all, at ${RUNS} points from seed ${SEED}`, async () => {
    const { factory, operator, arm, standing, goOn, cut } = await programs()
    const brief = join(operator.home, 'brief.md')
    writeFileSync(brief, 'TASK: stays\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n')
    const launchWords = (name: string) => [
      'lane',
      'launch',
      '--brief',
      brief,
      '--name',
      name,
      '--json',
    ]
    const rowsOf = async (name: string): Promise<JournalRow[]> => {
      const { rows } = JSON.parse(await operator.printed('journal', '--json')) as {
        rows: JournalRow[]
      }
      return rows.filter(({ subject }) => subject === name)
    }
    const breaches: string[] = []
    let struck = 0
    for (let index = 0; struck < RUNS; index += 1) {
      const blow = blowOf(SEED * 7_919 + index)
      const { act, victim, step, moment } = blow
      const name = `k${index}`
      await operator.run('stop')
      arm(null)
      if (act === 'stop') {
        await operator.printed(...launchWords(name))
        await operator.run('stop')
      }
      arm({ step, moment, of: act === 'launch' ? name : 'SIG' })
      const words = act === 'launch' ? launchWords(name) : ['lane', 'stop', name, '--json']
      const child = operator.start(...words)
      const isOver = child.then(() => true)
      let isOut = false
      void isOver.then(() => {
        isOut = true
      })
      const probe = await eventually('it stands, or the act is over', () => standing() ?? isOut)
      if (typeof probe !== 'number') {
        // It has fewer steps than that.
        for (const { pid } of factory.processes(name)) killOne(pid)
        continue
      }
      struck += 1
      if (victim === 'hub') operator.hubs().forEach(killOne)
      else if (victim === 'client') child.kill('SIGKILL')
      else if (victim === 'probe') killOne(probe)
      else if (victim === 'link') cut()
      else for (const { pid } of factory.processes(name)) killOne(pid)
      arm(null)
      if (victim !== 'probe') goOn()
      await isOver
      // A link that is coming back is waited for.
      const again = await operator.run(...words)
      const acted = JSON.parse(again.stdout) as { kind: string }
      const expected = act === 'launch' ? /^(?:already|running)$/ : /^(?:stopped|refused)$/
      if (!expected.test(acted.kind))
        breaches.push(`${name}: again: ${again.stdout}${again.stderr}`)
      const found = await settledBreaches(factory, {
        stems: [name],
        rows: await rowsOf(name),
        loose: new Set(),
      })
      breaches.push(...found.map(breach => `${name}: ${breach} ${JSON.stringify(blow)}`))
      for (const { pid } of factory.processes(name)) killOne(pid)
    }
    expect(breaches).toEqual([])
  }, 1_200_000)
})
