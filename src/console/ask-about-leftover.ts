/** Finds out what a removal would take, and asks the person before it is done. */
import type { Effect } from '../../keymaps/action.ts'
import { linkOf } from '../../state/reduce.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import type { Confirm } from '../../state/ui/confirm.ts'
import { whoAnswers } from '../client/answerer.ts'
import { doneText } from '../client/done-text.ts'
import type { HubClient } from '../rpc/client-api.ts'

type LeftoverEffect = Extract<Effect, { to: 'leftover' }>

/** Resolves with the question, or why there is none; rejects when the hub could not be asked. */
export async function askAboutLeftover(
  hub: HubClient | null,
  { world, profile }: ConsoleState,
  { of }: LeftoverEffect,
): Promise<UiAction> {
  if (!hub) throw new Error('There is no hub to ask just now: press it again in a moment.')
  const dry = { isDryRun: true, by: whoAnswers(true) }
  const plan =
    of.kind === 'lane'
      ? await hub.request('lane.discard', { lane: of.key, ...dry })
      : await hub.request('leftover.remove', { ...of, ...dry })
  if (plan.kind !== 'plan') return { type: 'notice', text: doneText(plan) }
  const asks: Record<typeof of.kind, Pick<Confirm, 'title' | 'undo'>> = {
    lock: { title: 'Remove this lock?', undo: 'u in the journal makes an empty one again' },
    box: { title: 'Remove this box?', undo: 'nothing' },
    lane: {
      title: 'Discard what the lane made?',
      undo: 'u makes it again; where work would be lost you are asked once more',
    },
  }
  return {
    type: 'confirm',
    confirm: {
      ...asks[of.kind],
      act: plan.text,
      target: of.key,
      host: `${profile} · ${linkOf(world)?.target ?? 'not connected'}`,
      request:
        of.kind === 'lane'
          ? { act: 'lane.discard', lane: of.key }
          : { act: 'leftover.remove', ...of },
    },
  }
}
