/** What is done with one lane on the operator's own terminal: enter it, write to it, page its diff. */
import type { ReadStream, WriteStream } from 'node:tty'
import { printable } from '../../state/printable.ts'
import { diffLines } from '../../state/select/lane-text.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import { openPage, textOf } from '../../state/ui/open-page.ts'
import { whoActs } from '../client/answerer.ts'
import { attach, endedText } from '../client/attach.ts'
import { LONGEST_BRIEF } from '../policy/brief.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { DIFF_PAGED } from '../rpc/look-api.ts'
import { editorOf, pagerOf } from './command-words.ts'
import { editText } from './edit-text.ts'
import type { Hold } from './hold.ts'
import { askToResume } from './lane-questions.ts'
import { runProgram } from './run-program.ts'

export interface DeskDeps {
  readonly hold: Pick<Hold, 'lend'>
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** As configured; null when it is not. */
  readonly pager: readonly string[] | null
}

const TEMPLATE = '# TASK\n\n# DO\n\n# DO NOT\n\n# OUTPUT\n\n# STOP\n'

const notice = (text: string | null): UiAction => ({ type: 'notice', text })

export interface LaneDesk {
  attach(hub: HubClient, state: ConsoleState, lane: string): Promise<UiAction>
  /** Writes the lane's next brief, and asks before it is sent. */
  write(hub: HubClient, state: ConsoleState, lane: string): Promise<UiAction>
  /** Shows what is open in the pager; of a diff, all that the host sends. */
  page(hub: HubClient, state: ConsoleState, lane: string): Promise<UiAction>
}

export function newLaneDesk({ hold, stdin, stdout, env, pager }: DeskDeps): LaneDesk {
  /** What was written and not sent, by lane: a brief is not lost by a no, nor by a refusal. */
  const drafts = new Map<string, string>()

  return {
    async attach(client, state, lane) {
      const title = state.world.lane.get(lane)?.value.name ?? lane
      const term = env['TERM'] ?? 'xterm-256color'
      const options = { client, lane, title, stdin, stdout, term, label: whoActs() }
      const ended = await hold.lend(() => attach(options))
      return notice(ended === null ? null : endedText(ended))
    },

    async write(client, state, lane) {
      const value = state.world.lane.get(lane)?.value
      if (value !== undefined && value.pid !== null) {
        return notice(`${value.name} is at work: stop it first, then tell it what is next.`)
      }
      const { briefs } = await client.request('lane.brief', { lane })
      const newest = briefs.at(-1)
      const given = newest === undefined || newest.isCut ? TEMPLATE : printable(newest.text)
      const edited = await hold.lend(() => editText(editorOf(env), drafts.get(lane) ?? given))
      if (edited === null) return notice(null)
      if (edited.kind === 'failed') return notice(`nothing is sent: ${edited.message}`)
      const { text } = edited
      if (text.trim() === '' || text === given) {
        drafts.delete(lane)
        return notice('nothing is sent: the brief is as it was.')
      }
      drafts.set(lane, text)
      return Buffer.byteLength(text) > LONGEST_BRIEF
        ? notice(
            `nothing is sent: the brief is longer than ${LONGEST_BRIEF} bytes; e goes on with it`,
          )
        : askToResume(state, lane, text)
    },

    async page(client, state, lane) {
      const isDiff = openPage(state.ui)?.section === 'diff'
      const lines = isDiff
        ? diffLines(await client.request('lane.diff', { lane, max: DIFF_PAGED }))
        : textOf(state.ui).lines
      const argv = pagerOf(env, pager)
      const ran = await hold.lend(() => runProgram(argv, `${lines.join('\n')}\n`))
      return notice(
        ran?.kind === 'failed'
          ? `${ran.message}: name a pager by PAGER, or as pager = ["…"] in the config; it scrolls here too.`
          : null,
      )
    },
  }
}
