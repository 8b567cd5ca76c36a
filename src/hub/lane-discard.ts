/**
 * Takes the worktree and the branch of an ended lane away. When nothing would be lost that happens
 * at once, and can be undone; when something would, a person is asked, and the answer carries it
 * out. Both go through one intent, which is looked into after a crash.
 */
import { DiscardAct, type RestoreAct, type Tree } from '../../state/act.ts'
import { type Answerer, authorOf } from '../../state/answerer.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import { NO_AIM } from '../../state/pause.ts'
import { judgeAct } from '../policy/act.ts'
import { discardQuestion, lossesOf } from '../policy/discard.ts'
import { type Done, refused, type TreeSeen } from '../rpc/act-api.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import type { LaneDeps, ReconcileDeps } from './lane-deps.ts'
import type { Ending } from './lane-journal.ts'
import { placeOf, surveyFor } from './lane-survey.ts'

export async function discardLane(
  deps: LaneDeps,
  { lane, isDryRun, by }: HubParams<'lane.discard'>,
  cause: JournalRow['data'] = {},
): Promise<Done> {
  const found = await treeOf(deps, lane)
  if ('kind' in found) return found
  const { tree, seen } = found
  const { head, digest } = seen
  if (head === null) return refused(`${tree.branch} is gone: nothing of ${lane} is left to discard`)
  const act: DiscardAct = { act: 'lane.discard', lane, ...tree, head, digest }
  const losses = lossesOf(seen)
  const { journal, now } = deps
  const ruling = judgeAct({ act: act.act, aim: NO_AIM, pauses: [], losses, now: now() })
  if (ruling.kind === 'refused') return refused(ruling.problems.join('; '))
  const what = `${tree.path} and ${tree.branch} at ${head.slice(0, 12)}`
  if (isDryRun) {
    const then =
      ruling.kind === 'run' ? 'nothing would be lost' : `a person is asked: ${ruling.why}`
    return { kind: 'plan', text: `would remove ${what}; ${then}` }
  }
  const author = authorOf(by)
  if (ruling.kind === 'decide') return askPerson(deps, { act, losses, author })
  const intent = journal.append({
    at: now(),
    kind: 'intent',
    author,
    subject: lane,
    text: `remove ${what}: nothing would be lost`,
    data: { ...cause, ...act, by },
  })
  return await carryOut(deps, intent, act)
}

/** The same question is asked once. */
function askPerson(
  { journal, now }: LaneDeps,
  { act, losses, author }: { act: DiscardAct; losses: string[]; author: string },
): Done {
  const words = JSON.stringify(DiscardAct.parse(act))
  const isSame = ({ data }: JournalRow) => {
    const asked = DiscardAct.safeParse(data['act']).data
    return asked !== undefined && JSON.stringify(asked) === words
  }
  const open = journal.unsettled('decision').find(isSame)
  const row =
    open ??
    journal.append({
      at: now(),
      kind: 'decision',
      author,
      subject: act.lane,
      text: `Discard what ${act.lane} made?`,
      data: discardQuestion(act, losses, now()),
    })
  const text = `#${row.seq} asks you: ${losses.join('; ')} would be gone for good`
  return { kind: 'asks', decision: row.seq, text }
}

async function treeOf(
  deps: LaneDeps,
  lane: string,
): Promise<Done | { tree: Omit<Tree, 'head'>; seen: TreeSeen }> {
  const { runs, logs } = await surveyFor(deps, { name: lane, engine: 'codex', repo: null })
  const last = runs.at(-1)
  const made = runs.find(({ tree }) => tree !== null)?.tree
  if (last === undefined || !made) return refused(`no lane named ${lane} was launched from here`)
  const { state } = await deps.runners[last.runner.kind].look(placeOf(logs, last))
  if (state !== 'ended') return refused(`${lane} is ${state}: stop it first`)
  const { repo, path, branch } = made
  const tree = { repo, path, branch }
  const seen = await deps.ask('tree.look', tree)
  return seen.fault === null ? { tree, seen } : refused(seen.fault)
}

/** Throws RpcFault when the link falls: the intent stays open. */
async function carryOut(
  deps: LaneDeps,
  intent: JournalRow,
  act: DiscardAct | RestoreAct,
): Promise<Done> {
  const ending = await (act.act === 'lane.discard' ? removeTree(deps, act) : makeTree(deps, act))
  const { seq } = deps.journal.append(outcomeEntry(intent, ending, deps.now()))
  return ending.outcome === 'failed'
    ? { kind: 'failed', message: ending.text }
    : { kind: 'done', text: ending.text, seq }
}

async function removeTree({ ask }: Pick<ReconcileDeps, 'ask'>, act: DiscardAct): Promise<Ending> {
  const { lane, repo, path, branch, head, digest } = act
  const came = await ask('tree.remove', { repo, path, branch, head, digest })
  if (came.kind === 'refused') return { outcome: 'failed', text: `not removed: ${came.message}` }
  const undo: RestoreAct = { act: 'lane.restore', lane, repo, path, branch, head }
  return { outcome: 'discarded', text: `removed ${path} and ${branch}`, data: { undo } }
}

export async function makeTree(
  { ask }: Pick<ReconcileDeps, 'ask'>,
  act: RestoreAct,
): Promise<Ending> {
  const { lane, repo, path, branch, head } = act
  const came = await ask('tree.make', { repo, path, branch, head })
  if (came.kind === 'refused') return { outcome: 'failed', text: `not made: ${came.message}` }
  const { digest } = await ask('tree.look', { repo, path, branch })
  const undo: DiscardAct = { act: 'lane.discard', lane, repo, path, branch, head, digest }
  return { outcome: 'restored', text: `${path} is there again, on ${branch}`, data: { undo } }
}

export async function restoreLane(
  deps: LaneDeps,
  act: RestoreAct,
  { by, cause }: { by: Answerer; cause: JournalRow['data'] },
): Promise<Done> {
  const intent = deps.journal.append({
    at: deps.now(),
    kind: 'intent',
    author: authorOf(by),
    subject: act.lane,
    text: `make ${act.path} again, on ${act.branch} at ${act.head.slice(0, 12)}`,
    data: { ...cause, ...act, by },
  })
  return await carryOut(deps, intent, act)
}

/** A cut discard: what a person decided is done now; what nobody decided is only finished. */
export async function settleDiscard(
  deps: ReconcileDeps,
  { data }: JournalRow,
  act: DiscardAct,
): Promise<Ending> {
  const { repo, path, branch } = act
  const seen = await deps.ask('tree.look', { repo, path, branch })
  const isDecided = typeof data['decision'] === 'number'
  if (isDecided || !seen.exists) return await removeTree(deps, act)
  return { outcome: 'undone', text: `${path} is still there: discard it again` }
}
