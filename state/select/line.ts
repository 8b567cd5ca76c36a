/** A line as a row of the Dock pane, and in full: its trains, its pace, and what holds it. */
import type { LineFact } from '../dock.ts'
import type { Instant } from '../facts.ts'
import { percent, plural, span } from '../format.ts'
import { type Pair, when } from './detail-pair.ts'
import { etaText } from './pr.ts'
import type { RowDraft } from './row.ts'

type Train = LineFact['trains'][number]

const numbers = (prs: readonly number[]): string => prs.map(pr => `#${pr}`).join(' ')

const trainText = ({ id, prs, stage }: Train): string => `${id} ${stage} ${numbers(prs)}`

const WORDS: Readonly<Record<LineFact['backend'], string>> = {
  train: 'train',
  native: 'native',
  look: 'looks',
}

const IDLE: Readonly<Record<LineFact['backend'], string>> = {
  train: 'no train',
  native: "GitHub's own queue lands it",
  look: 'nothing lands here',
}

/** What the operator's opt-in holds back. */
export const heldBack = ({ wouldHaveLanded }: LineFact): string | null =>
  wouldHaveLanded === 0 ? null : `${wouldHaveLanded} would have landed`

/** When nothing is left in it; empty when nothing is, nobody can tell, or it is frozen. */
const drainText = ({ drainMs, frozen }: LineFact): string =>
  etaText(frozen === null ? drainMs || null : null)

export function lineRow(line: LineFact): RowDraft {
  const { repo, base, backend, frozen, trains } = line
  const moving = trains.length === 0 ? IDLE[backend] : trains.map(trainText).join(', ')
  const parts = [frozen === null ? moving : `${frozen.reason}, by ${frozen.by}`, heldBack(line)]
  return {
    glyph: frozen === null ? 'live' : 'hold',
    tone: frozen === null ? 'plain' : 'wait',
    attention: -1,
    order: frozen === null ? 1 : 0,
    tag: 'line',
    name: `${repo} → ${base}`,
    state: frozen === null ? WORDS[backend] : 'frozen',
    fact: parts.filter(part => part !== null).join('; '),
    since: frozen?.at ?? trains[0]?.since ?? null,
    eta: drainText(line),
  }
}

const trainPairs = (train: Train, now: Instant): Pair[] => [
  [train.id, `${train.stage} since ${when(train.since, now)}: ${numbers(train.prs)}`],
  ['', train.after === null ? 'stands on the branch' : `speculates on ${train.after}`],
  ['', train.commit === null ? 'its commit is being made' : `commit ${train.commit}`],
]

/** How many would-be landings the operator is advised to see before they opt in. */
const ADVICE = '5 to 10 are advised before landing is switched on'

export const linePairs = (line: LineFact, now: Instant): Pair[] => [
  ['lands by', line.backend],
  [
    'frozen',
    line.frozen === null
      ? null
      : `${line.frozen.reason}, by ${line.frozen.by} since ${when(line.frozen.at, now)}`,
    'wait',
  ],
  ['thaw', line.frozen === null ? null : 'p on it lets it go on'],
  ['branch', `${line.base} at ${line.tip ?? '?'}`],
  [
    'trains',
    `${line.trains.length} of at most ${line.depth}, each of at most ${plural(line.batch, 'pull request')}`,
  ],
  ...line.trains.flatMap(train => trainPairs(train, now)),
  ['one run', line.runMs === null ? 'no run was seen yet' : span(line.runMs)],
  ['green runs', line.pass === null ? null : percent(line.pass, 1)],
  ['drained', drainText(line) && `in ${drainText(line)}`],
  ['would land', line.wouldHaveLanded === 0 ? null : `${line.wouldHaveLanded}: ${ADVICE}`],
]
