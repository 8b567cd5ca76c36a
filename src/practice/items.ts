/** Work that waits in the practice factory, and the limits it is planned under. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { DispatchConfig } from '../../state/config.ts'
import { type Item, laneNameOf } from '../../state/item.ts'
import type { Layout } from './layout.ts'

const LARGE = 'gpt-5.5'
/** Where work goes that names no repository of its own. */
const REPO = 'quay'
/** Not the account that the factory's own lanes run into the limit of. */
const account = 'spare'

/** More pull requests are open than the dock takes: the plan is refused until some have landed. */
export const DISPATCH: z.input<typeof DispatchConfig> = {
  file: '~/lanes/items.jsonl',
  goals: [{ name: 'land', cap: 3 }, { name: 'checks' }],
  caps: { goal: 2, total: 7, host: 24, accounts: { [account]: 5 }, models: { [LARGE]: 3 } },
  jam: { openPrs: 10, inReview: 10 },
  // What presses the machine that practises is none of the factory's doing.
  pressure: { loadPerCore: 64, memory: 1, disk: 1 },
}

type Line = z.input<typeof Item>

const ITEMS: readonly Line[] = [
  {
    goal: 'land',
    id: 'rebase-oldest',
    account,
    title: 'Rebase the oldest conflicting pull request',
    priority: 2,
  },
  {
    goal: 'land',
    id: 'rebase-tide-table',
    account,
    title: 'Rebase what conflicts in tide-table',
    model: LARGE,
  },
  {
    goal: 'land',
    id: 'review-beacon',
    title: 'Answer the review on beacon',
    repo: 'beacon',
    engine: 'claude',
  },
  { goal: 'land', id: 'split-yard-slots', account, title: 'Split the change of yard-slots in two' },
  {
    goal: 'checks',
    id: 'red-quay',
    account,
    title: 'Find why the checks on quay are red',
    model: LARGE,
  },
  { goal: 'checks', id: 'slow-suite', title: 'Halve the time of the slowest suite', model: LARGE },
  {
    goal: 'checks',
    id: 'flaky-lock-timer',
    account,
    title: 'Find the race in the tests of lock-timer',
  },
  {
    goal: 'docs',
    id: 'readme-beacon',
    repo: 'beacon',
    account,
    title: 'Say in the README how beacon is started',
  },
  { goal: 'docs', id: 'changelog', title: 'Write the changelog', ready: false },
  { goal: 'docs', id: 'sweep', title: 'Sweep the old branches' },
  {
    goal: 'spine',
    id: 'backup-repos',
    title: 'Mend backup-repos: it exits with 2',
    engine: 'claude',
  },
  {
    goal: 'spine',
    id: 'janitor',
    account,
    title: 'Find why the janitor leaves no stamp',
    model: LARGE,
  },
]

const BRIEFS = 'briefs'
const briefOf = (item: Line): string => `${laneNameOf(item)}.md`

/** What an item's lane is told. */
const briefText = ({ title }: Line): string => `# TASK
${title}.

# DO
Look first, change what the task names, commit it, and push the branch of this worktree.

# DO NOT
Touch what the task does not name. Do not write to the default branch.

# OUTPUT
Commits on the branch of this worktree.

# STOP
When ./check.sh passes and the branch is pushed.
`

/** Of one item: no lane is launched on half a brief. */
const HALF = 'TASK: Sweep the old branches.\nDO: Delete what has landed.\n'

export async function layItems(layout: Layout): Promise<void> {
  const directory = join(layout.home, BRIEFS)
  await mkdir(directory, { recursive: true })
  for (const item of ITEMS) {
    await writeFile(join(directory, briefOf(item)), item.id === 'sweep' ? HALF : briefText(item))
  }
  const lines = ITEMS.map(item => {
    const brief = `~/${BRIEFS}/${briefOf(item)}`
    return `${JSON.stringify({ ...item, brief, repo: `~/work/${item.repo ?? REPO}` })}\n`
  })
  await writeFile(layout.items, lines.join(''))
}
