/** What is shown of a line: its trains, its pace, and who froze it. */
import type { DockRepo } from '../../../state/config.ts'
import type { LineFact } from '../../../state/dock.ts'
import type { FactDraft, Instant } from '../../../state/facts.ts'
import { landedPerRun, type Pace } from '../../engine/queue/estimate.ts'
import type { Line, Train } from '../../engine/queue/line.ts'
import type { LineRunner } from './line-runner.ts'
import type { newPaceMeter } from './pace-meter.ts'
import type { Since } from './since.ts'

export interface LineSeen {
  repo: DockRepo
  backend: DockRepo['backend']
  tip: string
  /** How many wait to board. */
  waiting: number
  runner: Pick<LineRunner, 'line'>
  meter: Pick<ReturnType<typeof newPaceMeter>, 'pace'>
  staged: Since
}

export function lineFact(
  { repo, backend, tip, waiting, runner, meter, staged }: LineSeen,
  told: Pick<LineFact, 'frozen' | 'wouldHaveLanded'> & { now: Instant },
): FactDraft {
  const { frozen, wouldHaveLanded, now } = told
  const pace = meter.pace()
  return {
    kind: 'line',
    key: repo.repo,
    at: now,
    value: {
      repo: repo.repo,
      base: repo.base,
      tip,
      backend,
      batch: repo.batch,
      depth: repo.depth,
      frozen,
      trains: trainsOf(runner.line, staged, now),
      runMs: pace?.runMs ?? null,
      pass: pace?.pass ?? null,
      drainMs: pace === null ? null : drainOf(waiting, repo, pace),
      wouldHaveLanded,
    },
  }
}

const stageKey = ({ id, stage }: Train): string => `${id} ${stage.kind}`

function trainsOf({ trains }: Line, staged: Since, now: number) {
  const since = staged(trains.map(stageKey), now)
  return trains.map(train => ({
    id: train.id,
    prs: train.group.cars.map(({ pr }) => pr),
    stage: train.stage.kind,
    commit: 'commit' in train.stage ? train.stage.commit : null,
    after: train.after,
    since: since.get(stageKey(train)) ?? now,
  }))
}

const drainOf = (count: number, repo: DockRepo, pace: Pace): number =>
  Math.ceil(count / landedPerRun(repo, pace.pass)) * pace.runMs
