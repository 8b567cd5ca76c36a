/** What a person is asked before a pull request is approved, merged, rejected or moved. */
import type { Effect } from '../../keymaps/action.ts'
import { linkOf } from '../../state/reduce.ts'
import { approvalOf } from '../../state/select/approval.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import type { Confirm } from '../../state/ui/confirm.ts'

type PullEffect = Extract<Effect, { to: 'pull' }>
type Asks = Pick<Confirm, 'title' | 'act' | 'undo' | 'request' | 'other'>

export function askAboutPull(state: ConsoleState, { request, pull }: PullEffect): UiAction {
  const found = approvalOf(state.world, pull)
  if (found === null) return { type: 'notice', text: `${pull} is not open any more.` }
  const { pr, lines } = found
  const { repo, number, headSha: head } = pr
  const at = { repo, number, head }
  const name = `#${number}`
  const asks: Record<PullEffect['request'], Asks> = {
    approve: {
      title: `Approve ${name}, or merge it?`,
      act: 'y approves this head, with the token of reviews; m merges it, with the token of merges',
      undo: 'u dismisses an approval; what is merged stays: only a revert takes it back',
      request: { act: 'pull.approve', ...at },
      other: { label: 'merges it', request: { act: 'pull.merge', ...at } },
    },
    reject: {
      title: `Request changes of ${name}?`,
      act: 'request changes of this head, with the reason that was typed',
      undo: 'u dismisses it; its words stay on the page',
      request: { act: 'pull.reject', ...at, reason: '' },
    },
    jump: {
      title: `Put ${name} first in GitHub's queue?`,
      act: 'what is before it now is tested again behind it',
      undo: 'u takes it out of the queue',
      request: { act: 'pull.jump', ...at },
    },
    dequeue: {
      title: `Take ${name} out of GitHub's queue?`,
      act: 'it lands no more until it goes in again',
      undo: 'u asks for its merge again',
      request: { act: 'pull.dequeue', ...at },
    },
  }
  const host = `${state.profile} · ${linkOf(state.world)?.target ?? 'not connected'} · GitHub`
  const target = `${repo}${name} by ${pr.author}: ${pr.title}`
  return { type: 'confirm', confirm: { ...asks[request], target, host, more: lines } }
}
