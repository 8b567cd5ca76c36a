/** Plans of a dispatch over invented facts: whatever a test does not say is well. */
import { type HostView, lookAt } from '../../../src/engine/dispatch/look.ts'
import { planDispatch } from '../../../src/engine/dispatch/plan.ts'
import { DispatchConfig } from '../../../state/config.ts'
import type { Fact } from '../../../state/facts.ts'
import { Item, itemKey } from '../../../state/item.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { worldOf } from '../../../state/reduce.ts'
import { fact, host, link, NOW, source } from '../../terminal/parts/facts.ts'

export const item = (goal: string, id: string, more: object = {}): Fact => {
  const value = Item.parse({ goal, id, title: `${goal} ${id}`, brief: '~/b.md', ...more })
  return fact('item', itemKey(value), value)
}

export const intent = (seq: number, subject: string): JournalRow => ({
  seq,
  at: NOW,
  kind: 'intent',
  author: 'hub',
  subject,
  text: 'launch',
  data: {},
  hash: '',
})

const SEEN = [
  link(),
  host(),
  ...['lanes', 'items', 'vitals', 'github:yard/dock'].map(name => source(name)),
]
const FILE = { file: '~/items.jsonl' }

interface Given {
  facts: readonly Fact[]
  config?: object
  open?: JournalRow[]
  intents?: JournalRow[]
  override?: string
  seen?: Partial<HostView>
  begun?: { item: Item; lane: string }[]
}

export const plan = ({
  facts,
  config,
  open = [],
  intents = [],
  override,
  seen = {},
  begun = [],
}: Given) =>
  planDispatch(
    lookAt({
      world: worldOf([...SEEN, ...facts]),
      config: DispatchConfig.parse({ ...FILE, ...config }),
      open,
      intents,
      host: { locks: [], launched: [], edits: [], problems: new Map(), named: new Map(), ...seen },
      begun,
      override: override ?? null,
      now: NOW,
    }),
  )

export const skipped = (given: Given) =>
  plan(given).skipped.map(
    ({ item: { goal, id }, reason, text }) => `${goal}/${id} ${reason}: ${text}`,
  )
