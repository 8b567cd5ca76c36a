/** P07: dispatch. A plan of 1,000 items, and lanes from a plan beside a shell loop over ssh. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { planDispatch } from '../../src/engine/dispatch/plan.ts'
import { DispatchConfig } from '../../state/config.ts'
import { Item } from '../../state/item.ts'
import type { Bench } from './bench.ts'
import { type Defer, withEnds } from './parts/defer.ts'
import { ALIAS, type LaunchPlace, newLaunchPlace } from './parts/launch-place.ts'
import { summarize, timed } from './parts/measure.ts'
import { newOperator } from './parts/operator.ts'
import { figure, spread, table, times } from './parts/report.ts'

const EFFORTS = { full: { plans: 50, lanes: 30 }, quick: { plans: 3, lanes: 3 } }
const ITEMS = 1_000
const GOALS = 7
const run = promisify(execFile)

export const p07: Bench = {
  title: `P07  Dispatch: ${ITEMS} items`,
  needs: ['sshd'],
  run: (effort, print) =>
    withEnds(async defer => {
      const { plans, lanes } = EFFORTS[effort]
      const place = await newLaunchPlace(defer)
      const items = Array.from({ length: ITEMS }, (_, index) => ({
        goal: `g${index % GOALS}`,
        id: `${index}`,
        title: 'work',
        brief: place.at('brief.md'),
      }))
      const planned = await planning(items, plans)
      print(`plan of ${ITEMS} items: ${spread(summarize(planned))} ms p50 / p95, ${plans} plans`)
      const ours = await dispatching(place, items, lanes, defer)
      const theirs = await timed(() => looping(place, lanes))
      const row = (name: string, ms: number) => [
        name,
        figure(lanes / (ms / 1_000)),
        times(theirs / ms, 1),
      ]
      print(
        table(
          [`${lanes} lanes`, 'launches/s', 'loop'],
          [
            row('dockmaster dispatch run', ours),
            row('for …; do ssh host worktree, setsid', theirs),
          ],
        ),
      )
      print('A stand-in says a line and ends. The loop locks, journals and checks nothing.')
    }),
}

type Given = readonly { goal: string; id: string; title: string; brief: string }[]
const CAPS = { goal: ITEMS, total: ITEMS, host: ITEMS }

async function planning(given: Given, rounds: number): Promise<number[]> {
  const input = {
    at: 0,
    items: given.map(item => Item.parse(item)),
    limits: DispatchConfig.parse({ caps: CAPS }),
    holds: new Map(),
    works: new Map(),
    unfit: new Map(),
    living: [],
    pauses: [],
    lastGoal: null,
    refusals: [],
    override: null,
    notes: [],
  }
  const samples: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const ms = await timed(async () => {
      const { planned } = planDispatch(input)
      if (planned.length !== ITEMS) throw new Error(`${planned.length} are planned`)
    })
    if (round > 0) samples.push(ms)
  }
  return samples
}

async function dispatching(place: LaunchPlace, items: Given, lanes: number, defer: Defer) {
  const pressure = { loadPerCore: 10_000, memory: 1, disk: 1 }
  const dispatch = { items, caps: CAPS, pressure }
  const profile = { ...place.profileOf('stand-in'), dispatch }
  const operator = newOperator({ yard: profile }, defer)
  await operator.prewarm('yard')
  return await timed(async () => {
    const said = await operator.dockmaster(
      'yard',
      'dispatch',
      'run',
      '--limit',
      `${lanes}`,
      '--json',
    )
    const { items: done } = JSON.parse(said) as { items: { acted: { kind: string } }[] }
    const running = done.filter(({ acted }) => acted.kind === 'running').length
    if (running !== lanes) throw new Error(`${running} of ${lanes} lanes run`)
  })
}

/** What a person would write: one connection a lane, one after the other. */
async function looping({ at, sshd }: LaunchPlace, lanes: number): Promise<void> {
  for (let lane = 0; lane < lanes; lane += 1) {
    const path = at(`trees/loop-${lane}`)
    const tree = `git -C ${at('app')} worktree add -q -b loop-${lane} ${path} origin/main && cd ${path}`
    const start = `setsid nohup ${at('stand-in')} exec --json - <${at('brief.md')} >${at(`loop-${lane}.log`)} 2>&1 &`
    await run('ssh', ['-F', sshd.configFile, '-S', 'none', ALIAS, `${tree} && ${start}`])
  }
}
