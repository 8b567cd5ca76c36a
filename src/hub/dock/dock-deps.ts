/** What the dock of one repository stands on. */
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { GithubActs } from '../../../adapters/github/acts.ts'
import type { CheckState, PullDetails } from '../../../adapters/github/details.ts'
import type { LandingFact } from '../../../state/facts.ts'
import type { Skip } from '../../engine/queue/skips.ts'
import type { LaneWork } from './lane-work.ts'
import type { RebaseDeps } from './rebase-dirty.ts'
import type { TrainTests } from './train-tests.ts'

export interface DockDeps extends RebaseDeps {
  /** Repositories where something may land at all. */
  allowed: readonly string[]
  /** Acts on GitHub's own queue and runs; rejects with TokenFault. */
  queueActs(): Promise<GithubActs>
  mirror(): Promise<Mirror>
  /** Whether pull requests are known; waits for the first word of who reads them, or the signal. */
  pullsRead(signal: AbortSignal): Promise<boolean>
  /** What has landed of late, as GitHub last told. */
  landings(): readonly LandingFact[]
  /** What live lanes of the repository work on; null: the host has not told. */
  works(): readonly LaneWork[] | null
  details(): Promise<PullDetails[]>
  /** Names of the checks that the branch itself asks for. */
  requiredChecks(): Promise<readonly string[]>
  /** Checks of each commit; null when they cannot be read. */
  checks(commits: readonly string[]): Promise<ReadonlyMap<string, CheckState[] | null>>
  /** How trains that are built in that mirror are tested; null: by checks on a branch of ours. */
  boxTests(mirror: Mirror): TrainTests | null
  /** Null, or why it cannot be told; rejects while that is not known. */
  tellEjected(pr: number, head: string, why: string): Promise<string | null>
  /** Of this console, for others that would move the same line: `user@machine`. */
  console: string
  /** So too: why it is passed by, once for each head. */
  tellSkipped(skip: Skip): Promise<string | null>
  /** Takes a mirror away that is damaged: what was wrong, null when nothing is. */
  mend(): Promise<string | null>
  /** What an operator said of a pull request: higher boards first. */
  priority(number: number): number
  /** Calls back when pull requests changed; returns what ends it. */
  onPulls(tell: () => void): () => void
  /** Freezes the line until somebody lets it go on. Throws JournalFault. */
  freeze(reason: string): void
  /** Now, by GitHub's clock. */
  githubNow(): number
}
