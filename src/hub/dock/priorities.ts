/**
 * What operators said of pull requests: higher boards first. Each word is in the journal, on the
 * pull request that it is about, so that the next hub knows it, and is taken back by its undo.
 */
import { PriorityAct } from '../../../state/act.ts'
import { type Answerer, authorOf } from '../../../state/answerer.ts'
import type { DockRepo } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { atTerminal } from '../../policy/pull.ts'
import { type Done, refused } from '../../rpc/act-api.ts'
import type { HubParams } from '../../rpc/hub-api.ts'
import type { FactStore } from '../fact-store.ts'
import { pullSubject } from './pull-journal.ts'

export interface Priorities {
  /** 0 when nobody said. */
  of(repo: string, number: number): number
  set(asked: HubParams<'dock.priority'>): Done
  perform(act: PriorityAct, by: Answerer, cause: JournalRow['data']): Done
}

export interface PrioritiesDeps {
  repos: readonly DockRepo[]
  facts: FactStore
  journal: Journal
  now(): number
}

export function newPriorities({ repos, facts, journal, now }: PrioritiesDeps): Priorities {
  const known = new Map<string, number>()
  const of = (repo: string, number: number): number => {
    const subject = pullSubject({ repo, number })
    const priority = known.get(subject) ?? recall(journal, subject)
    known.set(subject, priority)
    return priority
  }

  const change = (act: PriorityAct, by: Answerer, cause: JournalRow['data']): Done => {
    const { repo, number, priority } = act
    const subject = pullSubject(act)
    if (!repos.some(each => each.repo === repo))
      return refused(`${repo} is no repository of the dock`)
    if (!facts.value('pr', subject))
      return refused(`${subject} is no open pull request that is known`)
    const problems = atTerminal(by)
    if (problems.length > 0) return refused(problems.join('; '))
    const former = of(repo, number)
    if (former === priority) return refused(`${subject} has priority ${priority} already`)
    const text = `priority ${priority}, was ${former}`
    const entry = { at: now(), author: authorOf(by), subject, text }
    const intent = journal.append({ ...entry, kind: 'intent', data: { ...cause, ...act, by } })
    const undo: PriorityAct = { ...act, priority: former }
    const { seq } = journal.append({
      ...entry,
      kind: 'outcome',
      data: { outcome: 'set', set: act, undo, intent: intent.seq },
    })
    known.set(subject, priority)
    return { kind: 'done', text: `${subject}: ${text}`, seq }
  }
  return {
    of,
    set: ({ by, ...act }) => change({ act: 'dock.priority', ...act }, by, {}),
    perform: change,
  }
}

/** Outcomes on one pull request that are looked through. */
const LOOK_BACK = 500

function recall(journal: Journal, subject: string): number {
  // One that refuses stops acts: nothing is moved by it.
  if (journal.status().message !== null) return 0
  const rows = journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK })
  const words = rows.flatMap(({ data }) => PriorityAct.safeParse(data['set']).data ?? [])
  return words.at(-1)?.priority ?? 0
}
