/**
 * Which backend lands what each line holds: the config's, until a person switched it. The switch is
 * in the journal, so that the next hub knows it, and is taken back by its undo.
 */

import { SwitchAct } from '../../../state/act.ts'
import type { Answerer } from '../../../state/answerer.ts'
import { authorOf } from '../../../state/answerer.ts'
import type { DispatchConfig, DockRepo } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { SWITCH_SUBJECT } from '../../../state/journal/subjects.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { atTerminal, judgeSwitch, type SwitchCounts, switchNumbers } from '../../policy/pull.ts'
import { type Done, refused } from '../../rpc/act-api.ts'
import type { HubParams } from '../../rpc/hub-api.ts'

export type Backend = DockRepo['backend']

export interface Backends {
  of(repo: string): Backend
  switch(asked: HubParams<'dock.switch'>, cause?: JournalRow['data']): Done
  perform(act: SwitchAct, by: Answerer, cause: JournalRow['data']): Done
}

export interface BackendsDeps {
  repos: readonly DockRepo[]
  limits: DispatchConfig['jam']
  journal: Journal
  counts(): SwitchCounts
  now(): number
}

export function newBackends({ repos, limits, journal, counts, now }: BackendsDeps): Backends {
  const chosen = recall(journal)
  const configOf = (repo: string) => repos.find(each => each.repo === repo)?.backend
  const of = (repo: string): Backend => {
    const config = configOf(repo) ?? 'look'
    // Where the config lands nothing, no switch of the past does.
    return config === 'look' ? 'look' : (chosen.get(repo) ?? config)
  }

  const change: Backends['switch'] = ({ repo, to, isDryRun, by }, cause = {}) => {
    const config = configOf(repo)
    if (config === undefined) return refused(`${repo} is no repository of the dock`)
    if (config === 'look') {
      const mend = 'set its backend under dock.repos in the profile'
      return refused(`the config only looks at ${repo}, and nothing may land there: ${mend}`)
    }
    const from = of(repo)
    const numbers = switchNumbers(counts(), limits)
    if (from === to) return refused(`${repo} lands by ${to} already; ${numbers}`)
    const problems = [...judgeSwitch(to, counts(), limits), ...(isDryRun ? [] : atTerminal(by))]
    if (problems.length > 0) return refused(problems.join('; '))
    const text = `${repo} lands by ${to}, and by ${from} no more; ${numbers}`
    if (isDryRun) return { kind: 'plan', text }
    const entry = { at: now(), author: authorOf(by), subject: SWITCH_SUBJECT, text }
    const act: SwitchAct = { act: 'dock.switch', repo, to }
    const intent = journal.append({ ...entry, kind: 'intent', data: { ...cause, ...act, by } })
    const undo: SwitchAct = { act: 'dock.switch', repo, to: from }
    const { seq } = journal.append({
      ...entry,
      kind: 'outcome',
      data: { outcome: 'switched', switched: act, undo, intent: intent.seq },
    })
    chosen.set(repo, to)
    return { kind: 'done', text, seq }
  }
  return {
    of,
    switch: change,
    perform: ({ repo, to }, by, cause) => change({ repo, to, isDryRun: false, by }, cause),
  }
}

/** Switches that are looked through: few are made. */
const LOOK_BACK = 5_000

function recall(journal: Journal): Map<string, Backend> {
  // One that refuses stops acts: nothing is switched by it.
  if (journal.status().message !== null) return new Map()
  const rows = journal.list({ kinds: ['outcome'], subject: SWITCH_SUBJECT, limit: LOOK_BACK })
  return new Map(
    rows.flatMap(({ data }) => {
      const act = SwitchAct.safeParse(data['switched']).data
      return act ? [[act.repo, act.to] as const] : []
    }),
  )
}
