/** What a person looks at before a pull request is approved, merged or rejected. */
import type { DockFact, Signal } from '../dock.ts'
import type { PrFact } from '../facts.ts'
import { plural } from '../format.ts'
import type { World } from '../world.ts'

export interface ApprovalLine {
  readonly label: string
  readonly text: string
}

export interface Approval {
  readonly pr: PrFact
  /** Gate, diff, risks and address, in the order of their weight. */
  readonly lines: readonly ApprovalLine[]
  /** Why it may not be merged, as far as is seen here; the hub has the last word. */
  readonly held: string | null
}

const WORDS = { pass: 'pass', fail: 'FAIL', absent: 'ABSENT' } as const

/** Null when no such open pull request is known. Its key is `owner/name#12`. */
export function approvalOf(world: World, key: string): Approval | null {
  const pr = world.pr.get(key)?.value
  if (pr === undefined) return null
  const dock = world.dock.get(key)?.value
  const seen = dock?.head === pr.headSha ? dock : undefined
  return {
    pr,
    lines: [
      ...gateOf(seen),
      { label: 'diff', text: diffOf(pr) },
      ...risksOf(seen).map(text => ({ label: 'risk', text })),
      ...(seen?.entry ? [{ label: 'queue', text: `place ${seen.entry.position}` }] : []),
      { label: 'url', text: pr.url },
    ],
    held: seen === undefined ? NOT_LOOKED : (seen.blocking ?? null),
  }
}

const NOT_LOOKED = 'the dock has not looked at this head: nothing of its gate is known'

const tell = ({ name, verdict, datum }: Signal): ApprovalLine => ({
  label: '',
  text: `${WORDS[verdict]} ${name}: ${datum}`,
})

function gateOf(dock: DockFact | undefined): ApprovalLine[] {
  if (dock === undefined) return [{ label: 'gate', text: NOT_LOOKED }]
  const passed = dock.signals.filter(({ verdict }) => verdict === 'pass')
  const others = dock.signals.filter(({ verdict }) => verdict !== 'pass')
  return [
    { label: 'gate', text: `${passed.length}/${dock.signals.length} pass` },
    ...[...others, ...passed].map(tell),
  ]
}

const diffOf = ({ additions, deletions, changedFiles, headSha, branch, base }: PrFact): string =>
  `+${additions} −${deletions} in ${plural(changedFiles, 'file')}; ${branch} at ${headSha.slice(0, 12)} onto ${base}`

/** Files that the policy does not let through are a signal of the gate already. */
function risksOf(dock: DockFact | undefined): string[] {
  if (dock === undefined) return []
  const { marks, conflictsWith, dirtyPaths, duplicateOf, behind, lanes } = dock
  const numbers = conflictsWith.map(pr => `#${pr}`).join(', ')
  return [
    ...(dirtyPaths.length > 0 ? [`conflicts with the branch in ${dirtyPaths.join(', ')}`] : []),
    ...(conflictsWith.length > 0 ? [`makes ${numbers} dirty: they conflict with it`] : []),
    ...(duplicateOf === null ? [] : [`changes the same as #${duplicateOf}`]),
    ...marks.map(mark => `it is ${mark}`),
    ...(behind ? [`tested ${plural(behind, 'commit')} behind the branch`] : []),
    ...(lanes === null ? ['which live lanes work on its files is not known'] : []),
    ...(lanes ?? []).map(lane => `the live lane ${lane} works on files of it`),
  ]
}
