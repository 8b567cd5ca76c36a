/** Actions on pull requests: what lands, and what does not. */
import { openDecisions } from '../state/select/status.ts'
import { screenOf } from '../state/ui/ui.ts'
import { type Action, type Context, type Effect, type PullRequest, screen } from './action.ts'

const BOTH = ['home', 'detail'] as const

/** Key of the pull request that is open, or under the cursor of the Dock pane. */
export function pullOf({ world, ui, row }: Context): string | null {
  const shown = screenOf(ui)
  if (shown.kind === 'detail') {
    const { kind, id } = shown.subject
    return kind === 'queue' && world.pr.has(id) ? id : null
  }
  const id = ui.focus === 'queue' ? row()?.id : undefined
  return id !== undefined && world.pr.has(id) ? id : null
}

export const askPull = (request: PullRequest, pull: string): Effect => ({
  to: 'pull',
  request,
  pull,
})

const NONE = 'Stand on a pull request in the Dock pane.'

const onPull = (request: PullRequest) => (context: Context) => {
  const pull = pullOf(context)
  return pull === null ? null : askPull(request, pull)
}

const inQueue = (context: Context): true | string => {
  const pull = pullOf(context)
  if (pull === null) return NONE
  if (dockOf(context)?.entry) return true
  return lineOf(context)?.backend === 'look'
    ? 'Its line only looks: nothing lands there.'
    : "It is not in GitHub's queue."
}

/** Our own line lands it, and GitHub's queue has it not. */
function isOfTrain(context: Context): boolean {
  const dock = dockOf(context)
  return dock !== null && dock.entry === undefined && lineOf(context)?.backend === 'train'
}

const MOST = 100

/** The highest priority of the others in its line. */
function highest({ world }: Context, { repo, number }: { repo: string; number: number }): number {
  const others = [...world.dock.values()].filter(
    ({ value }) => value.repo === repo && value.number !== number,
  )
  return Math.max(0, ...others.map(({ value }) => value.priority))
}

function ahead(context: Context): true | string {
  const dock = dockOf(context)
  if (dock === null) return NONE
  const most = highest(context, dock)
  if (dock.priority > most) return 'It goes before all others already.'
  return most < MOST || 'Others have the highest priority: take theirs back first.'
}

function raise(context: Context): Effect | null {
  const dock = dockOf(context)
  if (dock === null) return null
  const { repo, number } = dock
  const priority = highest(context, dock) + 1
  return { to: 'hub', request: 'priority', repo, number, priority }
}

function dockOf(context: Context) {
  const pull = pullOf(context)
  return pull === null ? null : (context.world.dock.get(pull)?.value ?? null)
}

export const PULL_ACTIONS: readonly Action[] = [
  {
    id: 'pull.reject',
    title: 'Request changes of the pull request, with a reason; or answer the decision that waits',
    group: 'Act',
    modes: BOTH,
    hint: context => (pullOf(context) === null ? null : 'reject'),
    danger: true,
    when: context =>
      pullOf(context) !== null ||
      openDecisions(context.world).length > 0 ||
      `${NONE} No decision waits for your answer.`,
    effect: context => {
      const pull = pullOf(context)
      if (pull !== null) return askPull('reject', pull)
      const [first] = openDecisions(context.world)
      return first ? { to: 'screen', action: { type: 'ask-answer', decision: first.key } } : null
    },
  },
  {
    id: 'pull.jump',
    title: "Put the pull request first in the line, or in GitHub's queue; u takes it back",
    group: 'Act',
    modes: BOTH,
    hint: context => (pullOf(context) === null ? null : 'first'),
    danger: false,
    when: context => (isOfTrain(context) ? ahead(context) : inQueue(context)),
    effect: context => (isOfTrain(context) ? raise(context) : onPull('jump')(context)),
  },
  {
    id: 'pull.dequeue',
    title: "Take the pull request out of GitHub's queue",
    group: 'Act',
    modes: BOTH,
    danger: false,
    when: inQueue,
    effect: onPull('dequeue'),
  },
  {
    id: 'dock.switch',
    title: "Land by GitHub's queue, or by our own train again; only over a low dock",
    group: 'Act',
    modes: BOTH,
    danger: false,
    when: context =>
      lineOf(context) === null ? 'Stand on a line or a pull request in the Dock pane.' : true,
    effect: context => {
      const line = lineOf(context)
      if (line === null) return null
      const to = line.backend === 'native' ? 'train' : 'native'
      return { to: 'hub', request: 'switch', repo: line.repo, backend: to }
    },
  },
  {
    id: 'confirm.other',
    title: 'Do the other thing that is asked',
    group: 'Act',
    modes: ['confirm'],
    danger: true,
    when: ({ ui }) => {
      const asked = screenOf(ui)
      return (asked.kind === 'confirm' && asked.confirm.other !== undefined) || 'There is no other.'
    },
    effect: ({ ui }) => {
      const asked = screenOf(ui)
      return asked.kind === 'confirm' && asked.confirm.other
        ? { to: 'hub', request: 'confirmed', confirmed: asked.confirm.other.request }
        : null
    },
  },
  {
    id: 'confirm.reason',
    title: 'Type why',
    group: 'Act',
    modes: ['confirm'],
    danger: false,
    when: ({ ui }) => {
      const asked = screenOf(ui)
      const needs = asked.kind === 'confirm' && asked.confirm.request.act === 'pull.reject'
      return needs || 'This asks for no reason.'
    },
    effect: screen({ type: 'prompt', kind: 'reject' }),
  },
]

/** The line that is open or under the cursor, or that of the pull request there. */
function lineOf(context: Context) {
  const { world, ui, row } = context
  const shown = screenOf(ui)
  const id = shown.kind === 'detail' ? shown.subject.id : row()?.id
  const pull = pullOf(context)
  const repo = pull === null ? id : world.pr.get(pull)?.value.repo
  return (repo === undefined ? undefined : world.line.get(repo)?.value) ?? null
}
