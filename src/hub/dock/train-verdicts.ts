/** What the repository's checks say of the trains' commits: those that the gate counts, and no others. */
import type { CheckState, PullDetails } from '../../../adapters/github/details.ts'
import type { GatePolicy } from '../../../state/gate-policy.ts'
import { judgeChecks, wantedOfTrain } from '../../engine/gate/checks.ts'
import type { Train } from '../../engine/queue/line.ts'
import type { Verdict } from './train-tests.ts'

export interface TrainVerdicts {
  /** Notes what counts, and the checks of the trains' commits, by the newest look. */
  see(
    policy: GatePolicy,
    details: readonly PullDetails[],
    checks: ReadonlyMap<string, CheckState[] | null>,
  ): void
  /** Null while it is not known. */
  of(train: Train, commit: string): Verdict | null
  /** Train → what it waits for besides checks that run. */
  readonly lacks: ReadonlyMap<string, string>
}

/** Of a train whose commit was not there yet at the newest look nothing is known until the next. */
export function newTrainVerdicts(): TrainVerdicts {
  const lacks = new Map<string, string>()
  let named: readonly string[] = []
  let byHead = new Map<string, CheckState[] | null>()
  let byCommit: ReadonlyMap<string, CheckState[] | null> = new Map()

  const verdictOf = (checks: CheckState[] | null, train: Train, commit: string) => {
    const heads = train.group.cars.map(({ head }) => byHead.get(head) ?? null)
    const ran = heads.filter(each => each !== null)
    if (checks === null) return 'the checks cannot be read'
    if (named.length === 0 && ran.length < heads.length) {
      return 'which checks count cannot be read'
    }
    const short = commit.slice(0, 8)
    const said = judgeChecks(checks, wantedOfTrain(named, ran), commit)
    switch (said.kind) {
      case 'green':
        return { isGreen: true, why: '' }
      case 'red':
        return { isGreen: false, why: `red: ${said.names.join(', ')}` }
      case 'running':
        return null
      case 'missing':
        return `no ${said.names.join(', ')} on ${short}`
      case 'none':
        return `no check ran on ${short}`
      default:
        return said satisfies never
    }
  }

  return {
    lacks,
    see: (policy, details, checks) => {
      named = policy.checks
      lacks.clear()
      byHead = new Map(details.map(detail => [detail.head, detail.checks]))
      byCommit = checks
    },
    of: (train, commit) => {
      const checks = byCommit.get(commit)
      if (checks === undefined) return null
      const said = verdictOf(checks, train, commit)
      if (typeof said !== 'string') return said
      lacks.set(train.id, said)
      return null
    },
  }
}
